package org.hutong.demo;

import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** A resident's year: what is planned first takes its time, the rest finds what is left. */
final class Life {
  /** Visits a year for new complaints: to 5 years of age, to 17, to 44, to 64, above. */
  static final double[] VISITS = {3.2, 1.5, 1.4, 2.0, 3.0};

  /** Stays in hospital a year at the same ages, apart from those that a referral brings. */
  static final double[] STAYS = {0.16, 0.06, 0.1, 0.16, 0.33};

  /** Where a visit is made: village, township, county, outside. */
  static final double[] PLACES = {0.4, 0.28, 0.29, 0.03};

  private Life() {}

  static List<Entry> of(County county, int number) {
    Resident resident =
        Resident.of(county.seed(), number, county.asOf().toLocalDate(), county.directory());
    Chart chart = new Chart(county, resident);
    Chance chance = chart.chance();
    int band = Illness.band(resident.age(county.asOf().toLocalDate()));
    Consented.write(chart);
    Showcase.write(chart);
    for (int i = chance.times(STAYS[band]); i > 0; i--) {
      Admission.write(chart);
    }
    Pregnancy.write(chart);
    Aftercare.write(chart);
    ChronicCare.write(chart);
    for (int i = chance.times(VISITS[band]); i > 0; i--) {
      visit(chart);
    }
    chart.close();
    return chart.entries();
  }

  private static void visit(Chart chart) {
    Chance chance = chart.chance();
    LocalDateTime at = day(chart, 1).plusMinutes(chance.between(15, 8 * 60));
    List<Ailment> able =
        Ailment.ALL.stream().filter(any -> any.weight(chart, at.toLocalDate()) > 0).toList();
    if (able.isEmpty() || !chart.take(at, at.plusHours(6))) {
      return;
    }
    Ailment ailment = chance.pick(able, any -> any.weight(chart, at.toLocalDate()));
    Illness illness = ailment.illness();
    String specialty = illness.specialty(chart.resident(), at.toLocalDate());
    Site site = place(chart, ailment, specialty);
    Doctor doctor = chart.directory().doctor(site, specialty, chance);
    boolean emergency = illness.specialty().equals("20");
    new Visit(chart, doctor, at, chance.between(8, 35), emergency).write(ailment);
  }

  /** Half past seven on some day of the year, but not of the last ones. */
  static LocalDateTime day(Chart chart, int last) {
    long days = ChronoUnit.DAYS.between(chart.begin(), chart.asOf()) - last;
    int back = days < 1 ? last : last + chart.chance().between(0, (int) days);
    return chart.asOf().minusDays(back).toLocalDate().atTime(7, 30);
  }

  /** A larger house where the nearest cannot deal with it. */
  private static Site place(Chart chart, Ailment ailment, String specialty) {
    Chance chance = chart.chance();
    Directory directory = chart.directory();
    double at = chance.between(0, 1.0);
    if (at < PLACES[0] && ailment.within("village")) {
      return chart.resident().village();
    }
    if (at < PLACES[0] + PLACES[1] && ailment.within("township")) {
      return chart.resident().township();
    }
    if (at > 1 - PLACES[3]) {
      return directory.outside(specialty, chance);
    }
    return switch (specialty) {
      case "50" -> directory.site(5);
      case "0501", "0502", "07" -> directory.site(chance.happens(0.5) ? 6 : 1);
      default -> directory.lead();
    };
  }
}
