package org.hutong.demo;

import java.time.LocalDate;
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

  /** An antenatal visit; the first ones are near the home. */
  private record Round(int week, LocalDateTime at) {
    Round(int week, LocalDate day) {
      this(week, day.atTime(9, 5 + week / 2));
    }

    boolean near() {
      return week < 28;
    }
  }

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
    List<Round> rounds =
        WEEKS.stream()
            .map(week -> new Round(week, due.minusWeeks(TERM - week).toLocalDate()))
            .filter(round -> round.at().isBefore(chart.asOf().minusDays(1)))
            .filter(round -> chart.take(round.at(), round.at().plusHours(3)))
            .toList();
    List<Round> near = rounds.stream().filter(Round::near).toList();
    List<Round> later = rounds.stream().filter(round -> !round.near()).toList();
    antenatal(chart, chart.resident().township(), near, later.isEmpty() ? over : later.get(0).at());
    antenatal(chart, hospital, later, over);
    if (born) {
      Admission.direct(chart, course, hospital, due);
    }
    chart.has(course.illness());
  }

  /**
   * The visits in one house, which has one diagnosis for all of them.
   *
   * @param over when it is no longer that house's; null while it is
   */
  private static void antenatal(
      Chart chart, Site site, List<Round> rounds, @Nullable LocalDateTime over) {
    Key condition = null;
    for (Round round : rounds) {
      String department = round.near() ? "02" : "0502";
      Doctor doctor = chart.directory().doctor(site, department, chart.chance());
      Visit visit = new Visit(chart, doctor, round.at(), 20, false);
      boolean first = condition == null;
      condition = condition == null ? chart.key(site, "Condition") : condition;
      String complaint = "停经 " + round.week() + " 周，产前检查";
      Key seen = visit.encounter(complaint, "0502", List.of(condition));
      boolean early = round.week() < 20;
      new Findings(visit, seen, SUPERVISION, complaint)
          .write(
              early
                  ? List.of("pressure", "blood", "urine", "pregnancy")
                  : List.of("pressure", "urine"));
      if (first) {
        new Diagnosed(chart, site, seen, visit.decided())
            .write(condition, SUPERVISION, "encounter-diagnosis", null, over);
      }
      Prescription.write(visit, seen, early ? List.of("folic") : List.of(), false);
    }
  }
}
