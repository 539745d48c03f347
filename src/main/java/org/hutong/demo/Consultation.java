package org.hutong.demo;

import java.time.LocalDateTime;
import java.util.List;

/** A doctor of the lead hospital asks an expert outside the county for an opinion. */
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
            ? chart.asOf().minusMinutes(chance.between(120, 2000))
            : Life.day(chart, 3).plusHours(2);
    if (!chart.take(at, at.plusHours(3))) {
      return;
    }
    Illness illness =
        chance.pick(Illness.ALL, any -> any.weight(chart.resident(), at.toLocalDate()));
    String specialty = illness.specialty();
    Doctor doctor = directory.doctor(directory.lead(), specialty, chance);
    Visit visit = new Visit(chart, doctor, at, 30, false);
    Key seen = visit.write(illness);
    Doctor expert =
        directory.doctor(directory.site(chance.happens(0.6) ? 4 : 12), specialty, chance);
    Key request =
        Remote.consultation(
            new Findings(visit, seen, illness.diagnosis()),
            expert.site(),
            open ? "active" : "completed");
    if (!open) {
      new Report(new Findings(visit, seen, illness.diagnosis()), expert, "OTH", "远程会诊意见", 24 * 60)
          .write(
              List.of(),
              null,
              request,
              "同意“" + illness.diagnosis().name() + "”诊断，建议按目前方案继续治疗，2 周后复查；病情变化时再次会诊或转诊。");
    }
  }
}
