package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is written down about one resident, in the order in which it can be sent. */
final class Chart {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'+08:00'");

  private record Span(LocalDateTime from, LocalDateTime to) {}

  /**
   * An illness that has been diagnosed.
   *
   * @param code of ICD-10
   * @param over null while it goes on
   */
  record Spell(String code, LocalDateTime from, @Nullable LocalDateTime over) {}

  private final County county;
  private final Resident resident;
  private final Chance chance;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<Site, Key> patients = new HashMap<>();
  private final List<Span> taken = new ArrayList<>();
  private final List<Spell> spells = new ArrayList<>();
  private final List<Prescription> prescriptions = new ArrayList<>();
  private final List<Runnable> lasts = new ArrayList<>();
  private final List<Stay> stays = new ArrayList<>();
  private final Set<String> had = new HashSet<>();
  private final Set<String> given = new HashSet<>();
  private final Map<String, LocalDateTime> clock = new HashMap<>();
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

  /** Of the resident's own, apart from what happens: the same whenever it is asked for. */
  Chance own(String purpose) {
    return Chance.of(county.seed(), purpose, resident.number());
  }

  /** When a resident of the county was born. */
  LocalDate birth(int number) {
    return Resident.birth(county.seed(), number, asOf().toLocalDate());
  }

  /** Whether somebody has had it this year; a child is born once. */
  boolean had(Illness illness) {
    return had.contains(kind(illness));
  }

  void has(Illness illness) {
    had.add(kind(illness));
  }

  private static String kind(Illness illness) {
    String code = illness.diagnosis().code();
    return code.startsWith("O") ? "birth" : code;
  }

  void diagnosed(Spell spell) {
    spells.add(spell);
  }

  /** What has been diagnosed so far, in no order. */
  List<Spell> spells() {
    return spells;
  }

  /** Whether an illness whose code begins so has been diagnosed by then, be it over or not. */
  boolean known(String code, LocalDateTime at) {
    return spells.stream()
        .anyMatch(spell -> spell.code().startsWith(code) && !spell.from().isAfter(at));
  }

  /** Whether somebody has an illness between two days, or on one of them. */
  boolean ill(Diagnosis diagnosis, LocalDate from, LocalDate to) {
    return spells.stream()
        .filter(spell -> spell.code().equals(diagnosis.code()))
        .anyMatch(
            spell ->
                !spell.from().toLocalDate().isAfter(to)
                    && (spell.over() == null || !spell.over().toLocalDate().isBefore(from)));
  }

  void prescribe(Prescription prescription) {
    prescriptions.add(prescription);
  }

  /** Keeps for the end what depends on all that the resident has in the year. */
  void later(Runnable last) {
    lasts.add(last);
  }

  /** Remembers a stay that is over. */
  void left(Stay stay) {
    stays.add(stay);
  }

  List<Stay> stays() {
    return stays;
  }

  /** Writes what has been prescribed and drawn. */
  void close() {
    lasts.forEach(Runnable::run);
    lasts.clear();
    prescriptions.forEach(Prescription::write);
    prescriptions.clear();
  }

  /** Remembers when something happened for which a green channel has a clock. */
  void note(String node, LocalDateTime time) {
    clock.putIfAbsent(node, time);
  }

  Map<String, LocalDateTime> clock() {
    return clock;
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
            Numbers.inSeries(at.numbers("mr/patient"), resident.number()),
            resident.name().text());
    patients.put(at, key);
    entries.add(new Entry(key, at, resident.resource(at, key)));
    return key;
  }

  /** A number of the institution's own, for what has no other. */
  Key key(Site at, String type) {
    String series = at.numbers("local");
    return new Key(type, series, Numbers.inSeries(series, resident.number()) + "-" + ++serial);
  }

  /** A number of a visit, stay or referral, which begins with its kind and day. */
  Key key(String system, String type, String prefix, LocalDate day) {
    String value =
        prefix
            + day.format(DateTimeFormatter.BASIC_ISO_DATE)
            + Numbers.inSeries(system, resident.number());
    int again = 1;
    while (!given.add(system + value + (again > 1 ? "-" + again : ""))) {
      again++;
    }
    return new Key(type, system, again > 1 ? value + "-" + again : value);
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

  /** What has been written down, to be completed. */
  ObjectNode resource(Key key) {
    return entries.stream()
        .filter(entry -> entry.key().equals(key))
        .findFirst()
        .orElseThrow()
        .resource();
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
