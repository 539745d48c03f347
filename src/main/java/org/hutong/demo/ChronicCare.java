package org.hutong.demo;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Long-term illnesses, the township's plan for them and the quarterly follow-ups. */
final class ChronicCare {
  /** Share of the follow-ups that take place. */
  private static final double KEPT = 0.85;

  /** Days for which medicines are given at a follow-up. */
  private static final int SUPPLY = 84;

  /** Days until somebody comes again whose treatment has been changed; and how much later yet. */
  private static final int RECHECK = 14;

  private static final int LATE = 6;

  /** The systolic pressure of most who are treated, the highest, and what a drug lowers it by. */
  static final double TREATED = 135;

  private static final double HIGHEST = 148;
  private static final double EFFECT = 13;

  /** In what order drugs are added while the pressure is too high. */
  private static final List<String> STEPS = List.of("amlodipine", "valsartan", "indapamide");

  /** Share of the follow-ups in the village. */
  private static final double IN_VILLAGE = 0.65;

  /**
   * A long-term illness.
   *
   * @param measured what a follow-up measures: {@code pressure}, {@code glucose} or nothing
   * @param from youngest age in years
   * @param drugs what is taken; {@code a|b} for either
   * @param shares of the people to 44 years of age, to 64, above
   * @param programme code of {@code programme}; empty when there is none
   */
  private record Chronic(
      String key,
      Diagnosis diagnosis,
      int from,
      String goal,
      String measured,
      List<Double> shares,
      List<String> drugs,
      String programme) {

    /** As the public health programmes call it. */
    String name() {
      return diagnosis.name().replace("原发性", "");
    }

    double share(int age) {
      return age < from ? 0 : shares.get(Illness.band(age) - 2) / 100;
    }
  }

  private static final List<Chronic> ALL =
      Table.read(
          "chronic",
          row ->
              new Chronic(
                  row.text("key"),
                  new Diagnosis(row.text("code"), row.text("name")),
                  row.whole("from"),
                  row.text("goal"),
                  row.text("target"),
                  List.of(row.number("adult"), row.number("middle"), row.number("old")),
                  row.list("drugs"),
                  row.text("programme")));

  private ChronicCare() {}

  static void write(Chart chart) {
    List<Chronic> present = present(chart);
    if (present.isEmpty()) {
      return;
    }
    Site township = chart.resident().township();
    Doctor doctor = chart.directory().doctor(township, "02", chart.chance());
    present.forEach(chronic -> enrol(chart, doctor, chronic));
    int last = 2 + chart.chance().between(0, 75);
    Treated treated = new Treated(chart, present);
    for (int quarter = 3; quarter >= 0; quarter--) {
      if (chart.chance().happens(KEPT)) {
        follow(chart, present, treated, quarter, last);
      }
    }
  }

  /** Whether somebody has a long-term illness. */
  static boolean has(Chart chart, String key) {
    return present(chart).stream().anyMatch(chronic -> chronic.key().equals(key));
  }

  /** The long-term illness of which the diagnosis is a turn for the worse, in the same category. */
  static boolean worsens(String key, Diagnosis diagnosis) {
    return ALL.stream()
        .filter(chronic -> chronic.key().equals(key))
        .anyMatch(chronic -> chronic.diagnosis().category().equals(diagnosis.category()));
  }

  private static List<Chronic> present(Chart chart) {
    int age = chart.resident().age(chart.asOf().toLocalDate());
    Chance chance = chart.own("chronic");
    return ALL.stream().filter(chronic -> chance.happens(chronic.share(age))).toList();
  }

  /** What somebody takes, the same from one follow-up to the next. */
  private static List<String> regimen(Chart chart, List<Chronic> present) {
    Chance chance = chart.own("regimen");
    return present.stream()
        .flatMap(chronic -> chronic.drugs().stream())
        .map(drugs -> chance.any(List.of(drugs.split("\\|"))))
        .distinct()
        .toList();
  }

  private static void enrol(Chart chart, Doctor doctor, Chronic chronic) {
    Site site = doctor.site();
    LocalDateTime since =
        chart.asOf().minusDays(366L + chart.chance().between(0, 900)).toLocalDate().atTime(9, 30);
    Key condition = chart.key(site, "Condition");
    String onset = since.minusDays(chart.chance().between(20, 900)).toString().substring(0, 7);
    new Diagnosed(chart, site, null, since)
        .write(condition, chronic.diagnosis(), "problem-list-item", onset, null);
    chart.add(
        site,
        chart.key(site, "CarePlan"),
        "status",
        "active",
        "intent",
        "plan",
        "title",
        chronic.diagnosis().name() + "健康管理",
        "description",
        chronic.goal(),
        "subject",
        chart.patient(site),
        "period",
        Json.period(since.toLocalDate().toString(), null),
        "created",
        Chart.time(since),
        "author",
        doctor.role(),
        "addresses",
        List.of(condition));
    if (!chronic.programme().isEmpty()) {
      chart.add(
          site,
          chart.key(site, "EpisodeOfCare"),
          "status",
          "active",
          "type",
          List.of(
              Json.concept(Json.ours("programme", chronic.programme(), chronic.name() + "患者管理"))),
          "diagnosis",
          List.of(Json.of("condition", condition)),
          "patient",
          chart.patient(site),
          "managingOrganization",
          site.key(),
          "period",
          Json.period(since.toLocalDate().toString(), null),
          "careManager",
          doctor.role());
    }
  }

  /**
   * @param last days since the last follow-up; the others come before it by quarters, none before
   *     the supply of the one before is used up
   */
  private static void follow(
      Chart chart, List<Chronic> present, Treated treated, int quarter, int last) {
    Chance chance = chart.chance();
    LocalDateTime at =
        chart
            .asOf()
            .minusDays(last + quarter * 91L + chance.between(0, 7))
            .toLocalDate()
            .atTime(chance.between(8, 10), chance.between(0, 59));
    if (!chart.take(at, at.plusHours(2))) {
      return;
    }
    Resident resident = chart.resident();
    Site site = chance.happens(IN_VILLAGE) ? resident.village() : resident.township();
    Doctor doctor = chart.directory().doctor(site, "02", chance);
    Visit visit = new Visit(chart, doctor, at, 15, false);
    Chronic first = present.get(0);
    String reason = first.diagnosis().name() + "季度随访";
    Key seen = visit.encounter(reason, "02", List.of());
    Findings findings = new Findings(visit, seen, first.diagnosis(), reason);
    boolean more = treated.measure(findings);
    if (present.stream().anyMatch(chronic -> chronic.measured().equals("glucose"))) {
      findings.glucose();
    }
    Prescription.write(visit, seen, treated.drugs(at), quarter == 0, more ? RECHECK : SUPPLY);
    if (more) {
      recheck(chart, doctor, treated, at.plusDays(RECHECK), quarter == 0);
    }
  }

  /** Whether what has been added helps; with the medicines until the next quarter. */
  private static void recheck(
      Chart chart, Doctor doctor, Treated treated, LocalDateTime due, boolean going) {
    for (int late = 0; late < LATE; late++) {
      LocalDateTime at = due.plusDays(late);
      if (at.plusHours(2).isBefore(chart.asOf()) && chart.take(at, at.plusHours(2))) {
        Visit visit = new Visit(chart, doctor, at, 15, false);
        Key seen = visit.encounter("调整降压药后血压复查", "02", List.of());
        Diagnosis cause = new Diagnosis("I10", "原发性高血压");
        treated.measure(new Findings(visit, seen, cause, ""));
        Prescription.write(visit, seen, treated.drugs(at), going, SUPPLY - RECHECK);
        return;
      }
    }
  }

  /** What somebody takes from one follow-up to the next, and how it is added to. */
  private static final class Treated {
    private final Chart chart;
    private final List<String> drugs;
    private final boolean pressed;
    private final double mean;
    private boolean high;
    private int added;

    Treated(Chart chart, List<Chronic> present) {
      this.chart = chart;
      this.drugs = new ArrayList<>(regimen(chart, present));
      this.pressed = has(chart, "hypertension");
      this.mean = Math.min(HIGHEST, chart.own("pressure").normal(TREATED, 7));
    }

    /** But for what a stay has brought, which is prescribed when it is followed up. */
    List<String> drugs(LocalDateTime at) {
      Set<String> elsewhere = Aftercare.drugs(chart, at);
      return drugs.stream().filter(drug -> !elsewhere.contains(drug)).toList();
    }

    /** Whether a drug is added: when the pressure is too high for the second time in a row. */
    boolean measure(Findings findings) {
      if (!pressed) {
        findings.pressure();
        return false;
      }
      boolean again = high;
      high = findings.pressure(mean - EFFECT * added, 6);
      String next = STEPS.stream().filter(drug -> !drugs.contains(drug)).findFirst().orElse("");
      if (!high || !again || next.isEmpty()) {
        return false;
      }
      drugs.add(next);
      added++;
      high = false;
      return true;
    }
  }
}
