package org.hutong.profiles;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.NamingSystem;
import org.hl7.fhir.r4.model.NamingSystem.NamingSystemIdentifierType;
import org.hl7.fhir.r4.model.NamingSystem.NamingSystemUniqueIdComponent;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.EhealthCard;
import org.hutong.fhir.HalfWidth;
import org.hutong.fhir.IdentityNumber;

/**
 * The identifier and code systems that the FHIR package publishes, by every URI under which they
 * are met, and the one form in which their values are kept. So too the few systems of others by
 * whose codes it tells which profile applies. All else is nobody's business but its owner's:
 * nothing of it is touched.
 */
final class NamedSystems {
  private static final String OID = "urn:oid:";

  private static final String HTTP = "http://";
  private static final String HTTPS = "https://";

  /**
   * Systems of others by the other names that FHIR and its earlier versions give them: by their
   * codes profiles are chosen, and rules told apart.
   */
  private static final Map<String, String> OTHER_NAMES =
      Map.of(
          "urn:oid:2.16.840.1.113883.6.1", "http://loinc.org",
          "urn:oid:2.16.840.1.113883.6.8", "http://unitsofmeasure.org",
          "http://hl7.org/fhir/observation-category",
              "http://terminology.hl7.org/CodeSystem/observation-category");

  private final Map<String, String> primaries = new HashMap<>();

  /** The same by what is left of a URI when slips of the pen are taken away. */
  private final Map<String, String> nearly = new HashMap<>();

  private final Set<String> published = new HashSet<>();

  /** Systems that end in the code of an institution, up to there; the plain form first. */
  private final Map<String, String> perInstitution = new LinkedHashMap<>();

  /**
   * Reads them.
   *
   * @param relied systems of others on which the choice of our profiles rests
   * @throws IllegalStateException when a NamingSystem does not say which of its URIs is the
   *     preferred one, or claims a URI of another
   */
  NamedSystems(
      Collection<NamingSystem> named, Collection<CodeSystem> coded, Collection<String> relied) {
    for (String system : relied) {
      published.add(system);
      spelling(system, system);
    }
    OTHER_NAMES.forEach(
        (other, system) -> {
          published.add(system);
          spelling(system, system);
          spelling(other, system);
        });
    for (CodeSystem system : coded) {
      published.add(system.getUrl());
      spelling(system.getUrl(), system.getUrl());
    }
    for (NamingSystem system : named) {
      String primary = preferred(system);
      int code = primary.indexOf('{');
      if (code >= 0) {
        String beginning = primary.substring(0, code);
        perInstitution.put(plain(beginning) + "/", beginning);
        continue;
      }
      published.add(primary);
      for (NamingSystemUniqueIdComponent id : system.getUniqueId()) {
        boolean oid = id.getType() == NamingSystemIdentifierType.OID;
        spelling(oid ? OID + id.getValue() : id.getValue(), primary);
      }
    }
  }

  private static String preferred(NamingSystem system) {
    List<String> preferred =
        system.getUniqueId().stream()
            .filter(id -> id.getPreferred() && id.getType() == NamingSystemIdentifierType.URI)
            .map(NamingSystemUniqueIdComponent::getValue)
            .toList();
    if (preferred.size() != 1) {
      throw new IllegalStateException(
          "NamingSystem " + system.getName() + " needs one preferred uniqueId of type uri");
    }
    return preferred.get(0);
  }

  /** An OID is met with and without {@code urn:oid:}. */
  private void spelling(String uri, String primary) {
    for (String known :
        uri.startsWith(OID) ? List.of(uri, uri.substring(OID.length())) : List.of(uri)) {
      String other = primaries.putIfAbsent(known, primary);
      String near = nearly.putIfAbsent(plain(known), primary);
      for (String meant : new String[] {other, near}) {
        if (meant != null && !meant.equals(primary)) {
          throw new IllegalStateException(known + " names both " + meant + " and " + primary);
        }
      }
    }
  }

  /**
   * A URI without what people get wrong in it and what parts no two published systems: letter case,
   * http for https, a slash at the end, the words before an OID, full-width signs, white space at
   * the ends.
   */
  private static String plain(String uri) {
    char[] letters = HalfWidth.of(uri).toCharArray();
    for (int i = 0; i < letters.length; i++) {
      letters[i] = Character.toLowerCase(letters[i]); // as many as before
    }
    String plain = new String(letters);
    int end = plain.length();
    while (end > 0 && plain.charAt(end - 1) == '/') {
      end--;
    }
    int start = 0;
    for (String prefix : new String[] {OID, "oid:", HTTPS, HTTP}) {
      if (plain.startsWith(prefix)) {
        start = Math.min(prefix.length(), end);
        break;
      }
    }
    return plain.substring(start, end);
  }

  /** Every URI that is known, with the preferred one of its system. */
  Map<String, String> spellings() {
    return Map.copyOf(primaries);
  }

  /** The preferred URI of a system; the URI as it came when it is not known. */
  String primary(String uri) {
    String known = primaries.get(uri);
    if (known != null) {
      return known;
    }
    String plain = plain(uri);
    String near = nearly.get(plain);
    if (near != null) {
      return near;
    }
    for (Map.Entry<String, String> system : perInstitution.entrySet()) {
      if (plain.startsWith(system.getKey())) {
        // The code of the institution keeps its letters: whose it is nobody here can say.
        String half = HalfWidth.of(uri).replaceFirst("/+$", "");
        int code = plain.length() - system.getKey().length();
        return system.getValue() + half.substring(half.length() - code);
      }
    }
    return uri;
  }

  /**
   * The form in which a value is kept: an identifier or a code, whichever the system gives.
   *
   * @param system the preferred URI
   */
  String value(String system, String value) {
    if (system.equals(Canonical.ID_CARD)) {
      return IdentityNumber.normal(HalfWidth.of(value));
    }
    if (system.equals(Canonical.EHEALTH_CARD)) {
      return EhealthCard.id(HalfWidth.of(value));
    }
    return publishes(system) ? HalfWidth.of(value) : value;
  }

  /** Whether a preferred URI is that of a system of the package, or one that it relies on. */
  boolean publishes(String system) {
    return published.contains(system)
        || perInstitution.values().stream().anyMatch(system::startsWith);
  }
}
