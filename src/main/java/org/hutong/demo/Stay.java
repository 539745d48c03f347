package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
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

  /** Minutes until the doctor has seen somebody who has just been admitted. */
  private static final int ROUND = 30;

  /** Minutes before the end in which the medicines for home are prescribed. */
  private static final int LAST = 40;

  /**
   * Where somebody came from, by which referral and green channel, and when they had first come to
   * a doctor; nothing when they came by themselves.
   */
  record Origin(
      @Nullable Site site,
      @Nullable Key referral,
      @Nullable Channel channel,
      @Nullable LocalDateTime contact) {
    static final Origin NONE = new Origin(null, null, null, null);
  }

  /**
   * @param destination where the resident goes on; null for home
   */
  Key write(Origin origin, @Nullable Site destination) {
    Site site = doctor.site();
    Illness illness = course.illness();
    chart.has(illness);
    Pregnancy.carried(chart, illness, admitted, discharged);
    boolean emergency = origin.channel() != null || course.urgent();
    Visit visit = new Visit(chart, doctor, admitted, ROUND, emergency);
    List<Key> conditions = new ArrayList<>();
    conditions.add(chart.key(site, "Condition"));
    if (illness.cause() != null) {
      conditions.add(chart.key(site, "Condition"));
    }
    LocalDateTime told = origin.contact() == null ? admitted : origin.contact();
    String said = illness.complaint(chart.resident(), admitted.toLocalDate());
    String complaint = Illness.later(said, Duration.between(told, admitted));
    Key stay = encounter(origin, destination, conditions, complaint, emergency);
    String onset = Illness.onset(said, told);
    Diagnosed diagnosed = new Diagnosed(chart, site, stay, admitted.plusMinutes(ROUND));
    LocalDateTime over = discharged == null ? null : diagnosed.over(illness, discharged);
    diagnosed.write(conditions, illness, onset, over);
    Findings findings = new Findings(visit, stay, illness.diagnosis(), complaint);
    findings.write(illness.tests());
    boolean treated = operate(stay, visit.decided(), clock(origin, findings));
    List<String> drugs = drugs(treated);
    List<String> here = drugs.stream().filter(drug -> !course.home().contains(drug)).toList();
    List<String> on = drugs.stream().filter(course.home()::contains).toList();
    Prescription.write(visit, stay, here, discharged == null);
    LocalDateTime until = discharged == null ? chart.asOf() : discharged;
    int days = Math.max(1, (int) ChronoUnit.DAYS.between(admitted, until));
    Prescription.write(visit, stay, on, discharged == null, days);
    if (discharged != null) {
      Visit last = new Visit(chart, doctor, discharged.minusMinutes(LAST), LAST - 5, false);
      Prescription.write(last, stay, course.home(), false);
      chart.left(this);
    }
    return stay;
  }

  private Channel.@Nullable Clock clock(Origin origin, Findings findings) {
    Channel channel = origin.channel();
    LocalDateTime contact = origin.contact();
    if (channel == null || contact == null) {
      return null;
    }
    Channel.Clock clock = channel.clock(chart, course, contact, admitted);
    channel.write(findings, clock);
    return clock;
  }

  /** What dissolves a clot is given with the treatment or not at all. */
  private List<String> drugs(boolean treated) {
    return course.illness().drugs().stream()
        .map(drug -> drug.equals("alteplase") && !treated ? "aspirin" : drug)
        .toList();
  }

  private Key encounter(
      Origin origin,
      @Nullable Site destination,
      List<Key> conditions,
      String complaint,
      boolean emergency) {
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
    List<ObjectNode> diagnoses = new ArrayList<>();
    diagnoses.add(Visit.diagnosis(conditions.get(0), "12", "主要诊断", 1));
    if (conditions.size() > 1) {
      diagnoses.add(Visit.diagnosis(conditions.get(1), "13", "次要诊断", 2));
    }
    String specialty = course.illness().specialty(chart.resident(), admitted.toLocalDate());
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
        Specialty.of(site.is("township") ? "02" : specialty).concept(),
        "subject",
        chart.patient(site),
        "basedOn",
        origin.referral() == null ? null : List.of(origin.referral()),
        "participant",
        participants,
        "period",
        Json.period(Chart.time(admitted), end),
        "reasonCode",
        List.of(Json.text(complaint)),
        "diagnosis",
        diagnoses,
        "hospitalization",
        hospitalization(origin, destination, emergency),
        "serviceProvider",
        site.key());
  }

  private boolean urgent() {
    return course.operation() != null && course.operation().urgent();
  }

  private ObjectNode hospitalization(Origin origin, @Nullable Site destination, boolean emergency) {
    ObjectNode route =
        origin.site() != null
            ? Json.coding(ADMISSION, "3", "其他医疗机构转入")
            : emergency || urgent()
                ? Json.coding(ADMISSION, "1", "急诊")
                : Json.coding(ADMISSION, "2", "门诊");
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

  /**
   * Whether the operation or treatment is done that belongs to the course.
   *
   * @param decided when the results are there and what is given beforehand has been ordered
   */
  private boolean operate(Key stay, LocalDateTime decided, Channel.@Nullable Clock clock) {
    Course.Operation operation = course.operation();
    Site site = doctor.site();
    LocalDateTime known = clock == null ? null : clock.treatment();
    boolean done = known != null || operation != null && chart.chance().happens(operation.chance());
    if (operation == null || site.is("township") || !done) {
      return false;
    }
    LocalDateTime ready = decided.plusMinutes(5);
    LocalDateTime quick = admitted.plusMinutes(chart.chance().between(45, 80));
    LocalDateTime soon = quick.isBefore(ready) ? ready : quick;
    LocalDateTime begin =
        known != null
            ? known
            : operation.urgent()
                ? soon
                : admitted.plusDays(1).toLocalDate().atTime(9, chart.chance().between(0, 59));
    LocalDateTime end = begin.plusMinutes(operation.minutes());
    LocalDateTime last = discharged == null ? chart.asOf() : discharged;
    if (end.isAfter(last)) {
      return false;
    }
    boolean surgery = operation.level() > 0;
    chart.add(
        site,
        chart.key(site, "Procedure"),
        "extension",
        surgery
            ? List.of(Surgery.level(operation.level()), Surgery.category(operation.urgent()))
            : null,
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
    return true;
  }
}
