package org.hutong.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.hutong.fhir.Pinyin;

/**
 * By what a registration is found: each number, and combinations of the rest of which one survives
 * any single error. Registrations that share no key are never compared, which keeps the cost the
 * same however many people there are.
 */
final class Keys {
  private static final int MOST_READINGS = 2;
  private static final int MOST_HOMES = 3;

  private Keys() {}

  /** The keys of a registration, sorted. */
  static SortedSet<Long> of(Registration registration) {
    SortedSet<Long> keys = new TreeSet<>();
    for (Document document : registration.documents()) {
      keys.add(of(document));
    }
    String born = registration.birthDate() == null ? "" : registration.birthDate();
    String gender = registration.gender() == null ? "" : registration.gender();
    String year = born.isEmpty() ? "" : born.substring(0, 4);
    for (String name : registration.allNames()) {
      String own = ComparedName.mother(name);
      List<List<String>> readings = Pinyin.readings(own == null ? name : own);
      for (List<String> reading : readings.subList(0, Math.min(MOST_READINGS, readings.size()))) {
        String sound = String.join("", reading);
        if (!year.isEmpty()) {
          keys.add(hash("name year " + sound + " " + year));
        }
        if (registration.isBornOnKnownDay() && !reading.isEmpty()) {
          keys.add(hash("surname day " + reading.get(0) + " " + born));
        }
        registration.phones().forEach(phone -> keys.add(hash("name phone " + sound + phone)));
        homes(registration).forEach(home -> keys.add(hash("name home " + sound + " " + home)));
      }
    }
    if (!year.isEmpty()) {
      registration.phones().forEach(phone -> keys.add(hash("phone year " + phone + year + gender)));
    }
    if (registration.isBornOnKnownDay()) {
      homes(registration).forEach(home -> keys.add(hash("home day " + home + " " + born)));
      registration
          .relativesAndMother()
          .forEach(relative -> keys.add(hash("relative day " + relative + " " + born)));
    }
    return keys;
  }

  /** Houses: a village alone would be a key of hundreds. */
  private static List<String> homes(Registration registration) {
    return registration.addresses().stream()
        .map(Home::house)
        .filter(Objects::nonNull)
        .distinct()
        .limit(MOST_HOMES)
        .toList();
  }

  /** The key of a document. */
  static long of(Document document) {
    return hash(document.kind() + " " + document.number());
  }

  private static long hash(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
