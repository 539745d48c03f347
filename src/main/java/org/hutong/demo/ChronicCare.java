package org.hutong.demo;

import java.time.LocalDateTime;
import java.util.List;

/** Long-term illnesses, the township's plan for them and the quarterly follow-ups. */
final class ChronicCare {
  /** Share of the follow-ups that take place. */
  private static final double KEPT = 0.85;

  /** Days for which medicines are given at a follow-up. */
  private static final int SUPPLY = 84;

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
    for (int quarter = 0; quarter < 4; quarter++) {
      if (chart.chance().happens(KEPT)) {
        follow(chart, present, quarter, last);
      }
    }
  }

  /** Whether somebody has a long-term illness. */
  static boolean has(Chart chart, String key) {
    return present(chart).stream().anyMatch(chronic -> chronic.key().equals(key));
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
  private static void follow(Chart chart, List<Chronic> present, int quarter, int last) {
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
    findings.pressure();
    if (present.stream().anyMatch(chronic -> chronic.measured().equals("glucose"))) {
      findings.glucose();
    }
    Prescription.write(visit, seen, regimen(chart, present), quarter == 0, SUPPLY);
  }
}
