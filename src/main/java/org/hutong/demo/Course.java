package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What somebody is in hospital for.
 *
 * @param after the long-term illness that it mostly follows; empty for none
 * @param township weight of the township's ward; likewise the county's hospitals and those outside
 * @param days usual length of the stay
 * @param operation null when there is none
 * @param reason code of {@code referral-reason} when it is referred upwards
 * @param rehabilitation share that goes on in the township afterwards
 * @param urgent whether it is seen to at any hour
 * @param home what is taken along when the stay is over
 */
record Course(
    String key,
    Illness illness,
    String after,
    double township,
    double county,
    double outside,
    int days,
    @Nullable Operation operation,
    String reason,
    double rehabilitation,
    boolean urgent,
    List<String> home) {

  static final List<Course> ALL = Table.read("stays", Course::of);

  /** How much likelier somebody with the long-term illness is to have it than one without. */
  private static final double KNOWN = 6;

  private static final double UNKNOWN = 0.25;

  /**
   * An operation or another treatment.
   *
   * @param code of ICD-9-CM-3
   * @param level of surgery, 1 to 4; 0 for what is no surgery
   * @param urgent whether it is done as soon as the resident is there
   * @param chance share of the stays in which it is done
   */
  record Operation(
      String code, String name, int level, boolean urgent, double chance, int minutes) {

    ObjectNode concept() {
      return Json.concept(Json.coding("urn:oid:2.16.156.10011.2.3.3.12", code, null), name);
    }
  }

  static Course of(String key) {
    return ALL.stream()
        .filter(course -> course.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(key));
  }

  /** Something that may happen to the resident now; nobody has the same twice in a year. */
  static Optional<Course> pick(Chart chart, LocalDate on, Predicate<Course> able) {
    List<Course> courses =
        ALL.stream().filter(able).filter(course -> course.weight(chart, on) > 0).toList();
    return courses.isEmpty()
        ? Optional.empty()
        : Optional.of(chart.chance().pick(courses, course -> course.weight(chart, on)));
  }

  boolean critical() {
    return reason.equals("critical");
  }

  /** Whether it can wait until the clinics are open. */
  boolean waits() {
    return !urgent && (operation == null || !operation.urgent());
  }

  private double weight(Chart chart, LocalDate on) {
    double weight = illness.weight(chart.resident(), on);
    double unknown = ChronicCare.worsens(after, illness.diagnosis()) ? 0 : UNKNOWN;
    double known = after.isEmpty() ? 1 : ChronicCare.has(chart, after) ? KNOWN : unknown;
    return chart.had(illness) ? 0 : weight * known;
  }

  private static Course of(Table.Row row) {
    String operation = row.text("operation");
    return new Course(
        row.text("key"),
        Illness.of(row),
        row.text("after"),
        row.number("township"),
        row.number("county"),
        row.number("external"),
        row.whole("days"),
        operation.isEmpty()
            ? null
            : new Operation(
                operation,
                row.text("procedure"),
                row.whole("level"),
                row.text("urgency").equals("emergency"),
                row.number("chance"),
                row.whole("minutes")),
        row.text("reason"),
        row.number("rehab"),
        !row.text("urgent").isEmpty(),
        row.list("home"));
  }
}
