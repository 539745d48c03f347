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
   * @param category code of {@code condition-category}
   */
  void write(
      Key key,
      Diagnosis diagnosis,
      String category,
      @Nullable String onset,
      @Nullable LocalDateTime over) {
    chart.add(
        site,
        key,
        "clinicalStatus",
        Json.concept(
            Json.coding(
                "http://terminology.hl7.org/CodeSystem/condition-clinical",
                over == null ? "active" : "resolved",
                null)),
        "verificationStatus",
        Json.concept(
            Json.coding(
                "http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed", null)),
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
    long days = Math.max(1, Math.round(illness.lasts() * chart.chance().between(0.7, 1.3)));
    LocalDateTime over = at.plusDays(days);
    LocalDateTime last = leave != null && leave.isAfter(over) ? leave.plusDays(1) : over;
    return last.isBefore(chart.asOf()) ? last : null;
  }
}
