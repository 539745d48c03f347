package org.hutong.record;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.IdType;
import org.hutong.fhir.Facts;
import org.hutong.fhir.Handling;
import org.hutong.fhir.Problem;
import org.hutong.store.Records;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of {@code Patient/[id]/$everything} (FHIR R4, Patient-everything).
 *
 * @param given the parameters as they are carried out, for the links of the answer
 * @param after the resource with which the page before ended
 * @param size resources a page; 0 to count only
 */
record EverythingRequest(
    Map<String, List<String>> given, Records.Part part, @Nullable IdType after, int size) {
  private static final int DEFAULT_SIZE = 20;
  private static final int LARGEST_SIZE = 500;
  private static final String NUMBER = "[0-9]{1,9}";
  private static final String SIZES = "0 … " + LARGEST_SIZE;

  private static final Set<String> SUMMARIES = Set.of("true", "text", "data", "count", "false");

  /** R4's own, the mark of the next page, and how the answer is to be written. */
  private static final Set<String> KNOWN =
      Set.of(
          "_type", "_since", "start", "end", "_count", "_after", "_summary", "_format", "_pretty");

  /**
   * Reads the parameters.
   *
   * @param handling strict for who would rather be refused than get a smaller page
   * @throws Problem naming every one that is unknown or has a value that it does not take
   */
  static EverythingRequest of(Map<String, List<String>> given, Handling handling) {
    List<Problem.Issue> faults = new ArrayList<>();
    given.forEach(
        (name, values) -> {
          if (!KNOWN.contains(name)) {
            faults.addAll(Problem.parameterUnknown(name, "$everything", KNOWN).issues());
          } else if (values.size() > 1 && !name.equals("_type")) {
            faults.addAll(
                Problem.parameterInvalid(name, String.join(", ", values), "0..1").issues());
          }
        });
    Reader reader = new Reader(given, faults);
    Instant start = reader.day("start", 0);
    Instant before = reader.day("end", 1);
    if (start != null && before != null && !start.isBefore(before)) {
      reader.invalid("start", "≤ end");
      reader.invalid("end", "≥ start");
    }
    Records.Part part = new Records.Part(reader.types(), reader.since(), start, before);
    IdType after = reader.after();
    int size = reader.size();
    boolean cut = reader.asked() > LARGEST_SIZE;
    if (cut && handling == Handling.STRICT) {
      reader.invalid("_count", SIZES);
    }
    if (!faults.isEmpty()) {
      throw new Problem(faults);
    }
    Map<String, List<String>> applied = new LinkedHashMap<>(given);
    if (cut) {
      applied.put("_count", List.of(String.valueOf(LARGEST_SIZE)));
    }
    return new EverythingRequest(applied, part, after, size);
  }

  /** Reads one parameter after the other and gathers what is wrong. */
  private record Reader(Map<String, List<String>> given, List<Problem.Issue> faults) {

    private @Nullable String one(String name) {
      List<String> values = given.getOrDefault(name, List.of());
      return values.isEmpty() || values.get(0).isBlank() ? null : values.get(0).strip();
    }

    private void invalid(String name, String allowed) {
      faults.addAll(
          Problem.parameterInvalid(
                  name, String.join(", ", given.getOrDefault(name, List.of())), allowed)
              .issues());
    }

    Set<String> types() {
      Set<String> types = new LinkedHashSet<>();
      for (String value : given.getOrDefault("_type", List.of())) {
        for (String type : value.split(",", -1)) {
          if (Facts.types().contains(type.strip())) {
            types.add(type.strip());
          } else {
            invalid("_type", String.join(", ", Facts.types().stream().sorted().toList()));
            return Set.of();
          }
        }
      }
      return types;
    }

    /** A FHIR instant; a day stands for its beginning. */
    @Nullable Instant since() {
      String value = one("_since");
      if (value == null) {
        return null;
      }
      try {
        return value.length() == 10
            ? LocalDate.parse(value).atStartOfDay().toInstant(Facts.BEIJING)
            : OffsetDateTime.parse(value).toInstant();
      } catch (DateTimeParseException malformed) {
        invalid("_since", "2026-10-12T09:00:00+08:00, 2026-10-12");
        return null;
      }
    }

    /** The beginning of a FHIR date, or of the day, month or year that many after it. */
    @Nullable Instant day(String name, int later) {
      String value = one(name);
      if (value == null) {
        return null;
      }
      try {
        LocalDate day =
            switch (value.length()) {
              case 4 -> Year.parse(value).plusYears(later).atDay(1);
              case 7 -> YearMonth.parse(value).plusMonths(later).atDay(1);
              default -> LocalDate.parse(value).plusDays(later);
            };
        return day.atStartOfDay().toInstant(Facts.BEIJING);
      } catch (DateTimeParseException malformed) {
        invalid(name, "2026-10-12, 2026-10, 2026");
        return null;
      }
    }

    @Nullable IdType after() {
      String value = one("_after");
      if (value == null) {
        return null;
      }
      IdType id = new IdType(value);
      if (!id.hasResourceType() || !id.hasIdPart()) {
        invalid("_after", "Bundle.link.where(relation='next')");
        return null;
      }
      return id;
    }

    int size() {
      String summary = one("_summary");
      if (summary != null && !SUMMARIES.contains(summary)) {
        invalid("_summary", String.join(", ", SUMMARIES.stream().sorted().toList()));
      }
      String value = one("_count");
      if (value != null && !value.matches(NUMBER)) {
        invalid("_count", SIZES);
        return 0;
      }
      return "count".equals(summary) ? 0 : Math.min(LARGEST_SIZE, asked());
    }

    /** Resources a page as they were asked for. */
    int asked() {
      String value = one("_count");
      return value == null || !value.matches(NUMBER) ? DEFAULT_SIZE : Integer.parseInt(value);
    }
  }
}
