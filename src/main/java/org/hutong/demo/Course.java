package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * What somebody is in hospital for.
 *
 * @param township weight of the township's ward; likewise the county's hospitals and those outside
 * @param days usual length of the stay
 * @param operation null when there is none
 * @param reason code of {@code referral-reason} when it is referred upwards
 * @param rehabilitation share that goes on in the township afterwards
 */
record Course(
    String key,
    Illness illness,
    double township,
    double county,
    double outside,
    int days,
    @Nullable Operation operation,
    String reason,
    double rehabilitation) {

  static final List<Course> ALL = Table.read("stays", Course::of);

  /**
   * An operation or another invasive procedure.
   *
   * @param code of ICD-9-CM-3
   * @param level of surgery, 1 to 4
   * @param chance share of the stays in which it is done
   */
  record Operation(String code, String name, int level, double chance, int minutes) {

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

  private static Course of(Table.Row row) {
    String operation = row.text("operation");
    return new Course(
        row.text("key"),
        Illness.of(row),
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
                row.number("chance"),
                row.whole("minutes")),
        row.text("reason"),
        row.number("rehab"));
  }
}
