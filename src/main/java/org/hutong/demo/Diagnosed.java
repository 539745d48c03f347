package org.hutong.demo;

import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Diagnoses as they are written down.
 *
 * @param encounter null outside a visit or stay
 * @param at when
 */
record Diagnosed(Chart chart, Site site, @Nullable Key encounter, LocalDateTime at) {

  /** How much longer than usual an illness may last. */
  private static final double LONGEST = 1.3;

  /**
   * An illness, and after it what an injury came from.
   *
   * @param keys one or two
   * @param onset when it began, as exactly as it is known; null when it is not
   * @param over when it is over; null while it is not
   */
  void write(
      List<Key> keys, Illness illness, @Nullable String onset, @Nullable LocalDateTime over) {
    write(keys.get(0), illness.diagnosis(), "encounter-diagnosis", onset, over);
    if (illness.cause() != null) {
      write(keys.get(1), illness.cause(), "encounter-diagnosis", onset, over);
    }
  }

  /**
   * The same, as a sender suspects it whose patient another house then treats: what has become of
   * it is only in the papers of that house.
   */
  void suspect(List<Key> keys, Illness illness, @Nullable String onset) {
    add(keys.get(0), illness.diagnosis(), "encounter-diagnosis", null, onset, null);
    if (illness.cause() != null) {
      add(keys.get(1), illness.cause(), "encounter-diagnosis", null, onset, null);
    }
  }

  /**
   * @param category code of {@code condition-category}
   */
  void write(
      Key key,
      Diagnosis diagnosis,
      String category,
      @Nullable String onset,
      @Nullable LocalDateTime over) {
    chart.diagnosed(new Chart.Spell(diagnosis.code(), at, over));
    add(key, diagnosis, category, over == null ? "active" : "resolved", onset, over);
  }

  /**
   * @param status code of {@code condition-clinical}; null when it is only suspected
   */
  private void add(
      Key key,
      Diagnosis diagnosis,
      String category,
      @Nullable String status,
      @Nullable String onset,
      @Nullable LocalDateTime over) {
    chart.add(
        site,
        key,
        "clinicalStatus",
        status == null
            ? null
            : Json.concept(
                Json.coding(
                    "http://terminology.hl7.org/CodeSystem/condition-clinical", status, null)),
        "verificationStatus",
        Json.concept(
            Json.coding(
                "http://terminology.hl7.org/CodeSystem/condition-ver-status",
                status == null ? "provisional" : "confirmed",
                null)),
        "category",
        List.of(
            Json.concept(
                Json.coding(
                    "http://terminology.hl7.org/CodeSystem/condition-category", category, null))),
        "code",
        diagnosis.concept(),
        "subject",
        chart.patient(site),
        "encounter",
        encounter,
        "onsetDateTime",
        onset,
        "abatementDateTime",
        over == null ? null : over.toLocalDate().toString(),
        "recordedDate",
        Chart.time(at));
  }

  /** Days that an illness lasts at most which passes at home. */
  static int longest(Illness illness) {
    return (int) Math.ceil(illness.lasts() * LONGEST) + 1;
  }

  /**
   * When an illness is over that is diagnosed now: not before a stay for it.
   *
   * @param leave the end of the stay; null for none
   * @return null while it goes on
   */
  @Nullable LocalDateTime over(Illness illness, @Nullable LocalDateTime leave) {
    if (illness.lasts() == 0) {
      return null;
    }
    long days = Math.max(1, Math.round(illness.lasts() * chart.chance().between(0.7, LONGEST)));
    LocalDateTime over = at.plusDays(days);
    LocalDateTime last = leave != null && leave.isAfter(over) ? leave.plusDays(1) : over;
    return last.isBefore(chart.asOf()) ? last : null;
  }
}
