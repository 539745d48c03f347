package org.hutong.demo;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A child that is expected or born in the year: antenatal visits, then the delivery. */
final class Pregnancy {
  /** ICD-10 of the state itself, which the rules for drugs ask for; nobody writes it down. */
  static final String STATE = "Z33";

  /** Births a year of a woman of 20 to 29, and of 30 to 41. */
  private static final double[] RATES = {0.16, 0.07};

  /** Share of the deliveries by section. */
  private static final double SECTIONS = 0.4;

  private static final int TERM = 39;
  private static final List<Integer> WEEKS = List.of(12, 20, 28, 36);
  private static final Diagnosis SUPERVISION = new Diagnosis("Z34.9", "正常妊娠监督");
  private static final Diagnosis PRESSURE = new Diagnosis("O10.0", "原发性高血压并发于妊娠");
  private static final Diagnosis SCAR = new Diagnosis("O34.2", "妊娠合并子宫瘢痕");
  private static final Diagnosis LATE = new Diagnosis("Z35.5", "高龄孕妇妊娠监督");

  /** Years of age at the birth from which on a pregnancy is watched more closely. */
  private static final int ELDER = 35;

  /** Weeks by which the count of weeks runs ahead of the pregnancy. */
  private static final int AHEAD = 2;

  private static final Pattern WEEKS_SAID = Pattern.compile("停经 ([0-9]+) 周");

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
    chart.diagnosed(new Chart.Spell(STATE, due.minusWeeks(TERM - AHEAD), over));
    List<Diagnosis> diagnoses = diagnoses(chart, course, due.toLocalDate());
    List<Round> rounds =
        WEEKS.stream()
            .map(week -> new Round(week, due.minusWeeks(TERM - week).toLocalDate()))
            .filter(round -> round.at().isBefore(chart.asOf().minusDays(1)))
            .filter(round -> chart.take(round.at(), round.at().plusHours(3)))
            .toList();
    List<Round> near = rounds.stream().filter(Round::near).toList();
    List<Round> later = rounds.stream().filter(round -> !round.near()).toList();
    LocalDateTime handed = later.isEmpty() ? over : later.get(0).at();
    antenatal(chart, chart.resident().township(), diagnoses, near, handed);
    antenatal(chart, hospital, diagnoses, later, over);
    if (born) {
      Admission.direct(chart, course, hospital, due);
    }
    chart.has(course.illness());
  }

  /**
   * Remembers a pregnancy of which only an illness tells, for the drugs that it forbids.
   *
   * @param over null while it goes on
   */
  static void carried(
      Chart chart, Illness illness, LocalDateTime at, @Nullable LocalDateTime over) {
    Matcher weeks = WEEKS_SAID.matcher(illness.complaint());
    if (weeks.find()) {
      LocalDateTime from = at.minusWeeks(Integer.parseInt(weeks.group(1)) - AHEAD);
      chart.diagnosed(new Chart.Spell(STATE, from, over));
    }
  }

  /** What makes it more than a usual pregnancy is known from the first visit on. */
  private static List<Diagnosis> diagnoses(Chart chart, Course course, LocalDate due) {
    List<Diagnosis> diagnoses = new ArrayList<>();
    if (ChronicCare.has(chart, "hypertension")) {
      diagnoses.add(PRESSURE);
    }
    if (course.illness().complaint().contains("瘢痕子宫")) {
      diagnoses.add(SCAR);
    }
    if (chart.resident().age(due) >= ELDER) {
      diagnoses.add(LATE);
    }
    return diagnoses.isEmpty() ? List.of(SUPERVISION) : diagnoses;
  }

  /**
   * The visits in one house, which has the same diagnoses for all of them.
   *
   * @param over when it is no longer that house's; null while it is
   */
  private static void antenatal(
      Chart chart,
      Site site,
      List<Diagnosis> diagnoses,
      List<Round> rounds,
      @Nullable LocalDateTime over) {
    List<Key> conditions = diagnoses.stream().map(any -> chart.key(site, "Condition")).toList();
    boolean first = true;
    for (Round round : rounds) {
      String department = round.near() ? "02" : "0502";
      Doctor doctor = chart.directory().doctor(site, department, chart.chance());
      Visit visit = new Visit(chart, doctor, round.at(), 20, false);
      String complaint = "停经 " + round.week() + " 周，产前检查";
      Key seen = visit.encounter(complaint, "0502", conditions);
      boolean early = round.week() < 20;
      new Findings(visit, seen, diagnoses.get(0), complaint)
          .write(
              early
                  ? List.of("pressure", "blood", "urine", "pregnancy")
                  : List.of("pressure", "urine"));
      if (first) {
        Diagnosed diagnosed = new Diagnosed(chart, site, seen, visit.decided());
        for (int i = 0; i < conditions.size(); i++) {
          diagnosed.write(conditions.get(i), diagnoses.get(i), "encounter-diagnosis", null, over);
        }
        first = false;
      }
      Prescription.write(visit, seen, early ? List.of("folic") : List.of(), false);
    }
  }
}
