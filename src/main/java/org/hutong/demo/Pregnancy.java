package org.hutong.demo;

import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A child that is expected or born in the year: antenatal visits, then the delivery. */
final class Pregnancy {
  /** Births a year of a woman of 20 to 29, and of 30 to 41. */
  private static final double[] RATES = {0.16, 0.07};

  /** Share of the deliveries by section. */
  private static final double SECTIONS = 0.4;

  private static final int TERM = 39;
  private static final List<Integer> WEEKS = List.of(12, 20, 28, 36);
  private static final Diagnosis SUPERVISION = new Diagnosis("Z34.9", "正常妊娠监督");

  private Pregnancy() {}

  static void write(Chart chart) {
    Chance chance = chart.chance();
    Resident resident = chart.resident();
    int age = resident.age(chart.asOf().toLocalDate());
    if (resident.male() || age < 21 || age > 41 || resident.marriage().equals("10")) {
      return;
    }
    // Whoever is with child at the end of the year has had some of her visits.
    double year = 1 + (TERM - WEEKS.get(0)) / 52.0;
    if (!chance.happens(RATES[age < 30 ? 0 : 1] * year)) {
      return;
    }
    LocalDateTime due =
        chart
            .asOf()
            .plusWeeks(TERM - WEEKS.get(0))
            .minusDays(chance.between(0, (int) (365 * year)))
            .toLocalDate()
            .atTime(chance.between(6, 20), chance.between(0, 59));
    Course course = Course.of(chance.happens(SECTIONS) ? "caesarean" : "vaginal-delivery");
    Site hospital = Admission.hospital(chart, course);
    boolean born = due.isBefore(chart.asOf().minusDays(1));
    if (born && (chart.had(course.illness()) || !chart.take(due, Admission.latest(course, due)))) {
      return;
    }
    LocalDateTime over = born ? due : null;
    for (int week : WEEKS) {
      LocalDateTime at = due.minusWeeks(TERM - week).toLocalDate().atTime(9, 5 + week / 2);
      if (at.isBefore(chart.asOf().minusDays(1)) && chart.take(at, at.plusHours(3))) {
        antenatal(chart, hospital, at, week, over);
      }
    }
    if (born) {
      Admission.direct(chart, course, hospital, due);
    }
    chart.has(course.illness());
  }

  private static void antenatal(
      Chart chart, Site hospital, LocalDateTime at, int week, @Nullable LocalDateTime over) {
    boolean near = week < 28;
    Site site = near ? chart.resident().township() : hospital;
    Doctor doctor = chart.directory().doctor(site, near ? "02" : "0502", chart.chance());
    Visit visit = new Visit(chart, doctor, at, 20, false);
    String complaint = "停经 " + week + " 周，产前检查";
    Key condition = chart.key(site, "Condition");
    Key seen = visit.encounter(complaint, "0502", List.of(condition));
    new Findings(visit, seen, SUPERVISION, complaint)
        .write(
            week < 20
                ? List.of("pressure", "blood", "urine", "pregnancy")
                : List.of("pressure", "urine"));
    new Diagnosed(chart, site, seen, visit.decided())
        .write(condition, SUPERVISION, "encounter-diagnosis", null, over);
    Prescription.write(visit, seen, week < 20 ? List.of("folic") : List.of(), false);
  }
}
