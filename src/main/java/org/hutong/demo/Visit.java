package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody comes to see a doctor.
 *
 * @param emergency whether as an emergency
 */
record Visit(Chart chart, Doctor doctor, LocalDateTime at, int minutes, boolean emergency) {
  private static final String ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
  private static final String PARTICIPATION =
      "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";

  Site site() {
    return doctor.site();
  }

  /** The visit with its diagnosis, prescriptions and tests. */
  Key write(Illness illness) {
    Key condition = chart.key(site(), "Condition");
    Key visit = encounter(illness.complaint(), illness.specialty(), condition);
    condition(chart, site(), condition, visit, illness.diagnosis(), "encounter-diagnosis", at);
    Prescription.write(this, visit, illness.drugs(), false);
    new Findings(this, visit, illness.diagnosis()).write(illness.tests());
    return visit;
  }

  /**
   * Only the visit.
   *
   * @param condition what was diagnosed; null for nothing new
   */
  Key encounter(String reason, String specialty, @Nullable Key condition) {
    Site site = site();
    Specialty where = Specialty.of(site.is("county") || site.is("external") ? specialty : "02");
    return chart.add(
        site,
        chart.key(site.numbers("mr/outpatient"), "Encounter", "MZ", at.toLocalDate()),
        "status",
        "finished",
        "class",
        emergency ? Json.coding(ACT, "EMER", "emergency") : Json.coding(ACT, "AMB", "ambulatory"),
        "type",
        List.of(
            Json.concept(
                emergency
                    ? Json.ours("visit-type", "02", "急诊")
                    : Json.ours("visit-type", "01", "门诊"))),
        "serviceType",
        where.concept(),
        "subject",
        chart.patient(site),
        "participant",
        List.of(participant(doctor.role(), "接诊")),
        "period",
        Json.period(Chart.time(at), Chart.time(at.plusMinutes(minutes))),
        "reasonCode",
        List.of(Json.text(reason)),
        "diagnosis",
        condition == null ? null : List.of(diagnosis(condition, "2", "门诊诊断", 1)),
        "serviceProvider",
        site.key());
  }

  static ObjectNode participant(Key role, String what) {
    return Json.of(
        "type",
        List.of(Json.concept(Json.coding(PARTICIPATION, "ATND", "attender"), what)),
        "individual",
        role);
  }

  static ObjectNode diagnosis(Key condition, String use, String display, int rank) {
    return Json.of(
        "condition",
        condition,
        "use",
        Json.concept(Json.ours("diagnosis-role", use, display)),
        "rank",
        rank);
  }

  /**
   * @param category code of {@code condition-category}
   */
  static void condition(
      Chart chart,
      Site site,
      Key key,
      @Nullable Key encounter,
      Diagnosis diagnosis,
      String category,
      LocalDateTime at) {
    chart.add(
        site,
        key,
        "clinicalStatus",
        Json.concept(
            Json.coding(
                "http://terminology.hl7.org/CodeSystem/condition-clinical", "active", null)),
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
        "recordedDate",
        Chart.time(at));
  }
}
