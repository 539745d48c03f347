package org.hutong.demo;

import java.time.LocalDateTime;
import java.util.List;

/** A ward of the lead hospital asks an expert outside the county for an opinion. */
final class Consultation {
  /** Share of the consultations that have not been answered yet. */
  private static final double OPEN = 0.3;

  private Consultation() {}

  static void write(Chart chart) {
    Chance chance = chart.chance();
    Directory directory = chart.directory();
    boolean open = chance.happens(OPEN);
    LocalDateTime at =
        open
            ? chart.asOf().minusMinutes(chance.between(120, 1200))
            : Life.day(chart, 20).plusMinutes(chance.between(60, 400));
    Course course =
        Course.pick(
                chart,
                at.toLocalDate(),
                any -> any.county() > 0 && any.days() > 5 && Channel.of(any).isEmpty())
            .orElse(null);
    LocalDateTime admitted = at.minusDays(1).toLocalDate().atTime(9, chance.between(10, 59));
    if (course == null || !chart.take(admitted, Admission.latest(course, admitted))) {
      return;
    }
    String specialty = course.illness().specialty(chart.resident(), at.toLocalDate());
    Doctor doctor = directory.doctor(directory.lead(), specialty, chance);
    LocalDateTime leave = Referred.leave(course, admitted, chart);
    boolean left = !open && leave.isBefore(chart.asOf());
    Key stay =
        new Stay(chart, course, doctor, admitted, left ? leave : null)
            .write(Stay.Origin.NONE, null);
    Doctor expert = directory.doctor(directory.outside(specialty, chance), specialty, chance);
    Visit round = new Visit(chart, doctor, at, 30, false);
    Findings findings = new Findings(round, stay, course.illness().diagnosis(), "");
    Key request = Remote.consultation(findings, expert.site(), open ? "active" : "completed");
    int minutes = chance.between(90, 170);
    Key opinion = open ? null : opinion(findings, expert, round.examined().plusMinutes(minutes));
    Remote.task(findings, Remote.Kind.CONSULTATION, expert.site(), request, opinion, minutes);
  }

  /** The signed record of the consultation (C0045). */
  private static Key opinion(Findings findings, Doctor expert, LocalDateTime signed) {
    Chart chart = findings.visit().chart();
    Site site = expert.site();
    String text = "同意“" + findings.cause().name() + "”诊断，建议按目前方案继续治疗，出院后 2 周复查；病情变化时再次会诊或转诊。";
    return chart.add(
        site,
        chart.key(site, "Composition"),
        "status",
        "final",
        "type",
        Json.concept(Json.coding("urn:oid:2.16.156.10011.2.4", "C0045", "会诊记录")),
        "subject",
        chart.patient(findings.visit().site()),
        "encounter",
        findings.encounter(),
        "date",
        Chart.time(signed),
        "author",
        List.of(expert.role()),
        "title",
        "远程会诊记录",
        "attester",
        List.of(Json.of("mode", "legal", "time", Chart.time(signed), "party", expert.role())),
        "custodian",
        site.key(),
        "section",
        List.of(
            Json.of(
                "title",
                "会诊意见",
                "text",
                Json.of(
                    "status",
                    "generated",
                    "div",
                    "<div xmlns=\"http://www.w3.org/1999/xhtml\">" + text + "</div>"))));
  }
}
