package org.hutong.demo;

import java.time.LocalDateTime;
import java.util.List;

/**
 * What a visitor looks for. Among the first three hundred residents it comes by turns, so that a
 * small county shows a referral in every state, upwards and downwards; beyond, by its rate.
 */
final class Showcase {
  static final int RESIDENTS = 300;

  private static final List<State> STATES = List.of(State.values());

  /** Green-channel cases per resident and year. */
  static final double GREEN = 0.005;

  /** Remote consultations per resident and year. */
  static final double CONSULTED = 0.015;

  private Showcase() {}

  static void write(Chart chart) {
    int number = chart.resident().number();
    boolean first = number < RESIDENTS;
    if (first && number % 20 == 7) {
      referral(chart, STATES.get(number / 20), true);
    } else if (first && number % 20 == 17) {
      referral(chart, STATES.get(number / 20), false);
    } else if (first && number % 50 == 38) {
      Admission.outside(chart);
    } else if (first ? number % 50 == 11 : chart.chance().happens(GREEN)) {
      green(chart);
    } else if (first ? number % 50 == 23 : chart.chance().happens(CONSULTED)) {
      Consultation.write(chart);
    }
  }

  private static void referral(Chart chart, State state, boolean up) {
    LocalDateTime now = chart.asOf();
    List<Course> able =
        Course.ALL.stream()
            .filter(course -> course.county() > 0 && (up || course.rehabilitation() > 0))
            .toList();
    Course course =
        chart.chance().pick(able, any -> any.illness().weight(chart.resident(), now.toLocalDate()));
    LocalDateTime at = at(chart, course, state);
    LocalDateTime from = up ? at.minusHours(2) : at.minusDays(course.days()).minusHours(2);
    LocalDateTime to = state.came() && up ? Admission.latest(course, at) : at.plusHours(4);
    if (chart.take(from, to)) {
      Referred referred = new Referred(chart, course, state, at, null);
      if (up) {
        referred.up();
      } else {
        referred.down();
      }
    }
  }

  /** When a referral was asked for that is now in this state. */
  private static LocalDateTime at(Chart chart, Course course, State state) {
    Chance chance = chart.chance();
    LocalDateTime now = chart.asOf();
    return switch (state) {
      case DRAFT, REQUESTED -> now.minusMinutes(chance.between(20, 600));
      case QUESTION, ANSWERED, ACCEPTED, REDIRECTED -> now.minusMinutes(chance.between(150, 1000));
      case ARRIVED -> now.minusMinutes(chance.between(330, 600));
      case IN_TREATMENT -> now.minusMinutes(chance.between(600, 2500));
      case RETURNING -> now.minusDays(course.days() * 14L / 10 + 2);
      case CLOSED, DECLINED, WITHDRAWN, EXPIRED, NO_SHOW, VOID ->
          now.minusDays(course.days() * 2L + chance.between(10, 200))
              .toLocalDate()
              .atTime(chance.between(8, 16), chance.between(0, 59));
    };
  }

  private static void green(Chart chart) {
    LocalDateTime at =
        Life.day(chart, 20)
            .toLocalDate()
            .atStartOfDay()
            .plusMinutes(chart.chance().between(0, 1400));
    Resident resident = chart.resident();
    Channel channel =
        chart.chance().pick(Channel.ALL, any -> any.weight(resident, at.toLocalDate()));
    if (channel.weight(resident, at.toLocalDate()) > 0
        && chart.take(at.minusHours(4), Admission.latest(channel.course(), at))) {
      new Referred(chart, channel.course(), State.CLOSED, at, channel).up();
    }
  }
}
