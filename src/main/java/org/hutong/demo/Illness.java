package org.hutong.demo;

import java.time.LocalDate;
import java.util.List;

/**
 * Why somebody sees a doctor: how often, relative to other reasons, by age, sex and season.
 *
 * @param season the one in which it comes twice as often as half a year away; {@code all} for none
 * @param sex M or F; A for both
 * @param weights by age: to 5, to 17, to 44, to 64, above
 */
record Illness(
    Diagnosis diagnosis,
    String complaint,
    String specialty,
    String season,
    String sex,
    List<Double> weights,
    List<String> drugs,
    List<String> tests) {

  private static final List<String> AGES = List.of("infant", "child", "adult", "middle", "old");
  private static final List<String> SEASONS = List.of("winter", "spring", "summer", "autumn");

  static final List<Illness> ALL = Table.read("illnesses", Illness::of);

  static Illness of(Table.Row row) {
    return new Illness(
        new Diagnosis(row.text("code"), row.text("name")),
        row.text("complaint"),
        row.text("specialty"),
        row.text("season"),
        row.text("sex"),
        AGES.stream().map(row::number).toList(),
        row.list("drugs"),
        row.list("tests"));
  }

  /** How likely it is for somebody on a day, relative to others. */
  double weight(Resident resident, LocalDate on) {
    if (!sex.equals("A") && resident.male() != sex.equals("M")) {
      return 0;
    }
    return weights.get(band(resident.age(on))) * season(on);
  }

  /** Which of the five ages. */
  static int band(int age) {
    return age < 6 ? 0 : age < 18 ? 1 : age < 45 ? 2 : age < 65 ? 3 : 4;
  }

  private double season(LocalDate on) {
    int peak = SEASONS.indexOf(season);
    if (peak < 0) {
      return 1;
    }
    int months = Math.floorMod(on.getMonthValue() - (1 + 3 * peak), 12);
    int away = Math.min(months, 12 - months);
    return 1.35 - 0.7 * away / 6;
  }
}
