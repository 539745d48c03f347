package org.hutong.demo;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What a visitor looks for. Among the first three hundred residents it comes by turns, so that a
 * small county shows a referral in every state, upwards and downwards; beyond, by its rate.
 */
final class Showcase {
  static final int RESIDENTS = 300;

  /** Residents among whom it comes once. */
  private static final int SLOT = 20;

  private static final List<State> STATES = List.of(State.values());

  /** Green-channel cases per resident and year. */
  static final double GREEN = 0.005;

  /** Remote consultations per resident and year. */
  static final double CONSULTED = 0.015;

  private Showcase() {}

  static void write(Chart chart) {
    int number = chart.resident().number();
    int turn = number / SLOT;
    if (number >= RESIDENTS) {
      if (chart.chance().happens(GREEN)) {
        green(chart, "");
      } else if (chart.chance().happens(CONSULTED)) {
        Consultation.write(chart);
      }
      return;
    }
    int first = turn * SLOT;
    List<Integer> grown = among(chart, first, age -> age >= 46 && age < 78);
    switch (grown.indexOf(number)) {
      case 0 -> referral(chart, STATES.get(turn), true);
      case 1 -> referral(chart, STATES.get(turn), false);
      case 2 -> {
        if (turn % 5 < 2) {
          Admission.outside(chart);
        } else if (turn % 5 < 4) {
          Consultation.write(chart);
        }
      }
      case 3 -> {
        if (turn % 3 == 0) {
          green(chart, turn % 2 == 0 ? "chest-pain" : "stroke");
        }
      }
      default -> {
        List<Integer> small = among(chart, first, age -> age >= 2 && age < 6);
        if (turn % 7 == 2 && small.indexOf(number) == 0) {
          green(chart, "child-newborn");
        }
      }
    }
  }

  /** The residents of a turn whose age is such, in the order of their numbers. */
  private static List<Integer> among(Chart chart, int first, IntPredicate age) {
    LocalDate asOf = chart.asOf().toLocalDate();
    return IntStream.range(first, first + SLOT)
        .filter(number -> age.test((int) ChronoUnit.YEARS.between(chart.birth(number), asOf)))
        .boxed()
        .toList();
  }

  private static void referral(Chart chart, State state, boolean up) {
    LocalDateTime now = chart.asOf();
    Course course =
        Course.pick(
                chart,
                now.toLocalDate(),
                any ->
                    any.county() > 0
                        && Channel.of(any).isEmpty()
                        && (up ? !(any.urgent() && state.failed()) : any.rehabilitation() > 0))
            .orElseThrow();
    LocalDateTime moment = at(chart, course, state);
    LocalDateTime at = up && course.urgent() ? moment : awake(moment);
    LocalDateTime from = up ? at.minusHours(2) : at.minusDays(course.days()).minusHours(2);
    boolean came = state.came() || state == State.VOID;
    LocalDateTime to = came && up ? Admission.latest(course, at) : at.plusHours(4);
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
      case DRAFT, REQUESTED -> now.minusMinutes(chance.between(40, course.urgent() ? 90 : 600));
      case QUESTION, ANSWERED, ACCEPTED, REDIRECTED ->
          now.minusMinutes(course.urgent() ? chance.between(111, 170) : chance.between(150, 1000));
      case ARRIVED -> now.minusMinutes(chance.between(330, 600));
      case IN_TREATMENT -> now.minusMinutes(chance.between(600, 2500));
      case RETURNING -> now.minusDays(course.days() * 14L / 10 + 2);
      case CLOSED, DECLINED, WITHDRAWN, EXPIRED, NO_SHOW, VOID ->
          now.minusDays(course.days() * 2L + chance.between(10, 200))
              .toLocalDate()
              .atTime(chance.between(9, 14), chance.between(0, 59));
    };
  }

  /** What can wait is not asked for at night. */
  private static LocalDateTime awake(LocalDateTime at) {
    boolean day = at.getHour() >= 9 && at.getHour() < 15;
    LocalDateTime afternoon = at.toLocalDate().atTime(14, at.getMinute());
    return day ? at : at.getHour() < 9 ? afternoon.minusDays(1) : afternoon;
  }

  /**
   * @param code of the channel; empty for any
   */
  private static void green(Chart chart, String code) {
    LocalDateTime at =
        Life.day(chart, 20)
            .toLocalDate()
            .atStartOfDay()
            .plusMinutes(chart.chance().between(0, 1400));
    Course course =
        Course.pick(
                chart,
                at.toLocalDate(),
                any ->
                    Channel.of(any)
                        .filter(channel -> code.isEmpty() || channel.code().equals(code))
                        .isPresent())
            .orElse(null);
    if (course != null && chart.take(at.minusHours(4), Admission.latest(course, at))) {
      new Referred(chart, course, State.CLOSED, at, Channel.of(course).orElseThrow()).up();
    }
  }
}
