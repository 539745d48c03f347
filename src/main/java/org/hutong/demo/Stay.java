package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Days in hospital.
 *
 * @param discharged null while it goes on
 */
record Stay(
    Chart chart,
    Course course,
    Doctor doctor,
    LocalDateTime admitted,
    @Nullable LocalDateTime discharged) {

  private static final String ADMISSION = "urn:oid:2.16.156.10011.2.3.1.270";
  private static final String DISCHARGE = "urn:oid:2.16.156.10011.2.3.1.265";

  /** Share of the lead hospital's cardiology stays that an outside hospital manages with it. */
  private static final double CO_MANAGED = 0.2;

  /** Where somebody came from, and by which referral; both null when they came by themselves. */
  record Origin(@Nullable Site site, @Nullable Key referral) {
    static final Origin NONE = new Origin(null, null);
  }

  /**
   * @param destination where the resident goes on; null for home
   */
  Key write(Origin origin, @Nullable Site destination, boolean emergency) {
    Site site = doctor.site();
    Visit visit = new Visit(chart, doctor, admitted, 0, emergency);
    Key condition = chart.key(site, "Condition");
    Key stay = encounter(origin, destination, condition, emergency);
    Visit.condition(
        chart,
        site,
        condition,
        stay,
        course.illness().diagnosis(),
        "encounter-diagnosis",
        admitted);
    new Findings(visit, stay, course.illness().diagnosis()).write(course.illness().tests());
    Prescription.write(visit, stay, course.illness().drugs(), discharged == null);
    operate(stay, emergency);
    return stay;
  }

  private Key encounter(
      Origin origin, @Nullable Site destination, Key condition, boolean emergency) {
    Site site = doctor.site();
    String system = site.numbers("mr/inpatient");
    Key key = chart.key(system, "Encounter", "ZY", admitted.toLocalDate());
    boolean here = site.equals(chart.directory().lead());
    boolean shared =
        here && course.illness().specialty().equals("0304") && chart.chance().happens(CO_MANAGED);
    Site partner = chart.directory().site(4);
    List<ObjectNode> participants = new ArrayList<>();
    participants.add(Visit.participant(doctor.role(), "主诊"));
    if (shared) {
      Doctor expert = chart.directory().doctor(partner, "0304", chart.chance());
      participants.add(Visit.participant(expert.role(), "共管"));
    }
    String end = discharged == null ? null : Chart.time(discharged);
    return chart.add(
        site,
        key,
        "extension",
        shared ? List.of(Json.extension("co-managed-ward", partner.key())) : null,
        "status",
        discharged == null ? "in-progress" : "finished",
        "class",
        Json.coding(
            "http://terminology.hl7.org/CodeSystem/v3-ActCode", "IMP", "inpatient encounter"),
        "type",
        List.of(Json.concept(Json.ours("visit-type", "03", "住院"))),
        "serviceType",
        Specialty.of(site.is("township") ? "02" : course.illness().specialty()).concept(),
        "subject",
        chart.patient(site),
        "basedOn",
        origin.referral() == null ? null : List.of(origin.referral()),
        "participant",
        participants,
        "period",
        Json.period(Chart.time(admitted), end),
        "reasonCode",
        List.of(Json.text(course.illness().complaint())),
        "diagnosis",
        List.of(Visit.diagnosis(condition, "12", "主要诊断", 1)),
        "hospitalization",
        hospitalization(origin, destination, emergency),
        "serviceProvider",
        site.key());
  }

  private ObjectNode hospitalization(Origin origin, @Nullable Site destination, boolean emergency) {
    ObjectNode route =
        origin.site() != null
            ? Json.coding(ADMISSION, "3", "其他医疗机构转入")
            : emergency ? Json.coding(ADMISSION, "1", "急诊") : Json.coding(ADMISSION, "2", "门诊");
    ObjectNode leave =
        destination == null
            ? Json.coding(DISCHARGE, "1", "医嘱离院")
            : destination.is("township")
                ? Json.coding(DISCHARGE, "3", "医嘱转社区卫生服务机构/乡镇卫生院")
                : Json.coding(DISCHARGE, "2", "医嘱转院");
    boolean left = discharged != null;
    return Json.of(
        "origin",
        origin.site() == null ? null : origin.site().key(),
        "admitSource",
        Json.concept(route),
        "destination",
        left && destination != null ? destination.key() : null,
        "dischargeDisposition",
        left ? Json.concept(leave) : null);
  }

  private void operate(Key stay, boolean emergency) {
    Course.Operation operation = course.operation();
    Site site = doctor.site();
    if (operation == null || site.is("township") || !chart.chance().happens(operation.chance())) {
      return;
    }
    LocalDateTime begin =
        emergency
            ? admitted.plusMinutes(chart.chance().between(35, 80))
            : admitted.plusDays(1).toLocalDate().atTime(9, chart.chance().between(0, 59));
    LocalDateTime end = begin.plusMinutes(operation.minutes());
    LocalDateTime last = discharged == null ? chart.asOf() : discharged;
    if (end.isAfter(last)) {
      return;
    }
    chart.add(
        site,
        chart.key(site, "Procedure"),
        "extension",
        List.of(Surgery.level(operation.level()), Surgery.category(emergency)),
        "status",
        "completed",
        "code",
        operation.concept(),
        "subject",
        chart.patient(site),
        "encounter",
        stay,
        "performedPeriod",
        Json.period(Chart.time(begin), Chart.time(end)),
        "performer",
        List.of(Json.of("actor", doctor.role())),
        "reasonCode",
        List.of(course.illness().diagnosis().concept()));
  }
}
