package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Somebody comes to see a doctor, and stays until the last result is there. */
final class Visit {
  private static final String ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
  private static final String PARTICIPATION =
      "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";

  /** What the doctor still does when the results are there. */
  private static final int CLOSING = 6;

  private final Chart chart;
  private final Doctor doctor;
  private final LocalDateTime at;
  private final boolean emergency;
  private final LocalDateTime examined;
  private LocalDateTime end;
  private @Nullable ObjectNode period;

  /**
   * @param minutes how long it lasts without results to wait for
   * @param emergency whether as an emergency
   */
  Visit(Chart chart, Doctor doctor, LocalDateTime at, int minutes, boolean emergency) {
    this.chart = chart;
    this.doctor = doctor;
    this.at = at;
    this.emergency = emergency;
    this.examined = at.plusMinutes(chart.chance().between(3, 9));
    this.end = at.plusMinutes(minutes);
    await(examined);
  }

  Chart chart() {
    return chart;
  }

  Doctor doctor() {
    return doctor;
  }

  LocalDateTime at() {
    return at;
  }

  boolean emergency() {
    return emergency;
  }

  Site site() {
    return doctor.site();
  }

  /** When samples, pictures and tracings are taken. */
  LocalDateTime examined() {
    return examined;
  }

  /** When the doctor has made up their mind. */
  LocalDateTime decided() {
    return end.minusMinutes(CLOSING / 2);
  }

  /** Lasts at least until a result has been read. */
  void await(LocalDateTime result) {
    if (result.plusMinutes(CLOSING).isAfter(end)) {
      end = result.plusMinutes(CLOSING);
      if (period != null) {
        period.put("end", Chart.time(end));
      }
    }
  }

  /** The visit with its diagnosis, tests and prescriptions. */
  void write(Ailment ailment) {
    Illness illness = ailment.illness();
    chart.has(illness);
    Resident resident = chart.resident();
    String complaint = illness.complaint(resident, at.toLocalDate());
    List<Key> conditions = new ArrayList<>();
    conditions.add(chart.key(site(), "Condition"));
    if (illness.cause() != null) {
      conditions.add(chart.key(site(), "Condition"));
    }
    String specialty = illness.specialty(resident, at.toLocalDate());
    Key visit = encounter(complaint, specialty, conditions);
    new Findings(this, visit, illness.diagnosis(), complaint).write(illness.tests());
    if (ailment.care() != null) {
      ailment.care().write(this, visit, illness.diagnosis());
    }
    Diagnosed diagnosed = new Diagnosed(chart, site(), visit, decided());
    String onset = Illness.onset(complaint, at);
    diagnosed.write(conditions, illness, onset, diagnosed.over(illness, null));
    Prescription.write(this, visit, illness.drugs(), false);
  }

  /**
   * Only the visit.
   *
   * @param conditions what was diagnosed, the first above all
   */
  Key encounter(String reason, String specialty, List<Key> conditions) {
    Site site = site();
    Specialty where = Specialty.of(site.is("county") || site.is("external") ? specialty : "02");
    period = Json.period(Chart.time(at), Chart.time(end));
    List<ObjectNode> diagnoses = new ArrayList<>();
    for (Key condition : conditions) {
      diagnoses.add(diagnosis(condition, "2", "门诊诊断", diagnoses.size() + 1));
    }
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
        Objects.requireNonNull(period),
        "reasonCode",
        List.of(Json.text(reason)),
        "diagnosis",
        diagnoses,
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
}
