package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is written down about one resident, in the order in which it can be sent. */
final class Chart {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'+08:00'");

  private record Span(LocalDateTime from, LocalDateTime to) {}

  private final County county;
  private final Resident resident;
  private final Chance chance;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<Site, Key> patients = new HashMap<>();
  private final List<Span> taken = new ArrayList<>();
  private int serial;

  Chart(County county, Resident resident) {
    this.county = county;
    this.resident = resident;
    this.chance = Chance.of(county.seed(), "life", resident.number());
    patient(resident.village());
  }

  Resident resident() {
    return resident;
  }

  Chance chance() {
    return chance;
  }

  Directory directory() {
    return county.directory();
  }

  /** Beijing time. */
  LocalDateTime asOf() {
    return county.asOf();
  }

  /** When the year begins, or the resident's life. */
  LocalDateTime begin() {
    LocalDateTime year = asOf().minusDays(365);
    LocalDateTime birth = resident.birth().plusDays(1).atTime(8, 0);
    return birth.isAfter(year) ? birth : year;
  }

  List<Entry> entries() {
    return entries;
  }

  /** The resident as an institution knows them; registered there when they first come. */
  Key patient(Site at) {
    Key known = patients.get(at);
    if (known != null) {
      return known;
    }
    Key key =
        new Key(
            "Patient",
            at.numbers("mr/patient"),
            "P" + Numbers.padded(resident.number(), 7),
            resident.name().text());
    patients.put(at, key);
    entries.add(new Entry(key, at, resident.resource(at, key)));
    return key;
  }

  /** A number of the institution's own, for what has no other. */
  Key key(Site at, String type) {
    return new Key(type, at.numbers("local"), resident.number() + "-" + ++serial);
  }

  /** A number of a visit, stay or referral, which begins with its kind and day. */
  Key key(String system, String type, String prefix, LocalDate day) {
    return new Key(
        type,
        system,
        prefix
            + day.format(DateTimeFormatter.BASIC_ISO_DATE)
            + Numbers.padded(resident.number(), 6)
            + Numbers.padded(++serial, 3));
  }

  /**
   * Writes a resource down.
   *
   * @param namesAndValues its elements but for type and identifier
   */
  Key add(Site owner, Key key, @Nullable Object... namesAndValues) {
    return add(owner, key, Json.of(namesAndValues));
  }

  Key add(Site owner, Key key, ObjectNode elements) {
    ObjectNode identifier = Json.identifier(key.system(), key.value());
    ObjectNode resource =
        Json.of(
            "resourceType",
            key.type(),
            "identifier",
            key.type().equals("Composition") ? identifier : List.of(identifier));
    resource.setAll(elements);
    entries.add(new Entry(key, owner, resource));
    return key;
  }

  /** Takes a span of the resident's time; false when it is taken, or not in the year. */
  boolean take(LocalDateTime from, LocalDateTime to) {
    boolean free =
        !from.isBefore(begin())
            && from.isBefore(asOf())
            && taken.stream()
                .noneMatch(span -> span.from().isBefore(to) && from.isBefore(span.to()));
    if (free) {
      taken.add(new Span(from, to));
    }
    return free;
  }

  /** With the offset of Beijing. */
  static String time(LocalDateTime time) {
    return time.format(TIME);
  }
}
