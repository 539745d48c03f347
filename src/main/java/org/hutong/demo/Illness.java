package org.hutong.demo;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why somebody sees a doctor: how often, relative to other reasons, by age, sex and season.
 *
 * @param cause what an injury came from (ICD-10, chapter XX), never a diagnosis by itself; null for
 *     none
 * @param young the complaint of those who cannot speak yet; empty for the same
 * @param season the one in which it comes twice as often as half a year away; {@code all} for none
 * @param sex M or F; A for both
 * @param from youngest age in years; {@code to} is the first that is too old, 0 for none
 * @param weights by age: to 5, to 17, to 44, to 64, above
 * @param lasts days until it is over; 0 when it stays
 */
record Illness(
    Diagnosis diagnosis,
    @Nullable Diagnosis cause,
    String complaint,
    String young,
    String specialty,
    String season,
    String sex,
    double from,
    double to,
    List<Double> weights,
    int lasts,
    List<String> drugs,
    List<String> tests) {

  private static final List<String> AGES = List.of("infant", "child", "adult", "middle", "old");
  private static final List<String> SEASONS = List.of("winter", "spring", "summer", "autumn");
  private static final Pattern SINCE = Pattern.compile("([0-9]+) (小时|天|周|月|年)");

  private static final Pattern HOURS = Pattern.compile("([0-9]+) 小时");

  /** An age at which one speaks for oneself, and at which one is no longer the paediatrician's. */
  private static final int SPEAKS = 3;

  private static final int GROWN = 14;

  static Illness of(Table.Row row) {
    String[] cause = row.text("cause").split(":");
    return new Illness(
        new Diagnosis(row.text("code"), row.text("name")),
        cause.length == 2 ? new Diagnosis(cause[0], cause[1]) : null,
        row.text("complaint"),
        row.text("young"),
        row.text("specialty"),
        row.text("season"),
        row.text("sex"),
        row.number("from"),
        row.number("to"),
        AGES.stream().map(row::number).toList(),
        row.whole("lasts"),
        row.list("drugs"),
        row.list("tests"));
  }

  /** How likely it is for somebody on a day, relative to others. */
  double weight(Resident resident, LocalDate on) {
    return suits(resident, on) ? weights.get(band(resident.age(on))) * season(on) : 0;
  }

  /** Whether somebody can have it by sex and age. */
  boolean suits(Resident resident, LocalDate on) {
    double age = resident.years(on);
    boolean its = sex.equals("A") || resident.male() == sex.equals("M");
    return its && age >= from && (to == 0 || age < to);
  }

  String complaint(Resident resident, LocalDate on) {
    return resident.age(on) < SPEAKS && !young.isEmpty() ? young : complaint;
  }

  /** Who sees to it: a child's internal illness is the paediatrician's. */
  String specialty(Resident resident, LocalDate on) {
    boolean internal = specialty.startsWith("03") || specialty.equals("11");
    return internal && resident.age(on) < GROWN ? "07" : specialty;
  }

  /** Which of the five ages. */
  static int band(int age) {
    return age < 6 ? 0 : age < 18 ? 1 : age < 45 ? 2 : age < 65 ? 3 : 4;
  }

  /**
   * When something began of which somebody complains.
   *
   * @return as exactly as it was said; null when nothing was said
   */
  static @Nullable String onset(String complaint, LocalDateTime at) {
    Matcher since = SINCE.matcher(complaint);
    if (!since.find() || complaint.startsWith("停经")) {
      return null;
    }
    int count = Integer.parseInt(since.group(1));
    LocalDate day = at.toLocalDate();
    return switch (since.group(2)) {
      case "小时" -> Chart.time(at.minusHours(count));
      case "天" -> day.minusDays(count).toString();
      case "周" -> day.minusWeeks(count).toString();
      case "月" -> day.minusMonths(count).toString().substring(0, 7);
      default -> day.minusYears(count).toString().substring(0, 4);
    };
  }

  /** The same complaint some time later, for what is counted in hours. */
  static String later(String complaint, Duration since) {
    long hours = Math.round(since.toMinutes() / 60.0);
    return HOURS
        .matcher(complaint)
        .replaceFirst(said -> Long.parseLong(said.group(1)) + hours + " 小时");
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
