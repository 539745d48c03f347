package org.hutong.demo;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** How somebody comes to be in hospital, and where. */
final class Admission {
  /** Share of the county's stays that a township has referred. */
  static final double REFERRED = 0.35;

  /** Share of the stays outside the county that the lead hospital has referred. */
  static final double REFERRED_OUT = 0.55;

  /** Days until it is certain that somebody has not come, also over a weekend. */
  private static final int SETTLED = 9;

  private record Outcome(State state, double share) {}

  private static final List<Outcome> OUTCOMES =
      List.of(
          new Outcome(State.CLOSED, 86),
          new Outcome(State.DECLINED, 4),
          new Outcome(State.NO_SHOW, 4),
          new Outcome(State.WITHDRAWN, 3),
          new Outcome(State.EXPIRED, 2),
          new Outcome(State.VOID, 1));

  private Admission() {}

  static void write(Chart chart) {
    Chance chance = chart.chance();
    long minutes = ChronoUnit.MINUTES.between(chart.begin(), chart.asOf());
    if (minutes < 24 * 60) {
      return;
    }
    LocalDateTime moment = chart.asOf().minusMinutes(chance.between(300, (int) minutes - 180));
    Course course = Course.pick(chart, moment.toLocalDate(), any -> true).orElse(null);
    if (course == null) {
      return;
    }
    LocalDateTime at = course.waits() ? hours(chart, moment) : moment;
    if (!chart.take(at.minusHours(2), latest(course, at))) {
      return;
    }
    Channel channel = Channel.of(course).orElse(null);
    double place = chance.between(0, course.township() + course.county() + course.outside());
    if (place < course.township()) {
      direct(chart, course, chart.resident().township(), at);
    } else if (place < course.township() + course.county()) {
      if (channel != null && chance.happens(REFERRED)) {
        urgently(chart, course, at, channel);
      } else if (channel == null && chance.happens(REFERRED)) {
        new Referred(chart, course, state(chart, course, at), at, null).up();
      } else {
        direct(chart, course, hospital(chart, course), at);
      }
    } else if (chance.happens(REFERRED_OUT)) {
      new Referred(chart, course, state(chart, course, at), at, null).out();
    } else {
      String specialty = course.illness().specialty(chart.resident(), at.toLocalDate());
      direct(chart, course, chart.directory().outside(specialty, chance), at);
    }
  }

  /** When the clinics are open, on the day or the one before. */
  private static LocalDateTime hours(Chart chart, LocalDateTime moment) {
    LocalDateTime at =
        moment.toLocalDate().atTime(chart.chance().between(9, 15), chart.chance().between(0, 59));
    return at.isAfter(chart.asOf().minusMinutes(300)) ? at.minusDays(1) : at;
  }

  /** A stay outside the county to which the lead hospital has referred. */
  static void outside(Chart chart) {
    LocalDateTime at = Life.day(chart, 40).plusHours(3);
    Course course =
        Course.pick(chart, at.toLocalDate(), any -> any.outside() > 0 && Channel.of(any).isEmpty())
            .orElse(null);
    if (course != null && chart.take(at.minusHours(2), latest(course, at))) {
      new Referred(chart, course, State.CLOSED, at, null).out();
    }
  }

  /** By a green channel; what is over by now is told whole. */
  private static void urgently(Chart chart, Course course, LocalDateTime at, Channel channel) {
    boolean over = latest(course, at).isBefore(chart.asOf());
    new Referred(chart, course, over ? State.CLOSED : State.IN_TREATMENT, at, channel).up();
  }

  /** The county's hospital for a course: most often the lead hospital. */
  static Site hospital(Chart chart, Course course) {
    Directory directory = chart.directory();
    LocalDate today = chart.asOf().toLocalDate();
    return switch (course.illness().specialty(chart.resident(), today)) {
      case "50" -> directory.site(5);
      case "0501", "0502", "07" ->
          directory.site(!course.critical() && chart.chance().happens(0.35) ? 6 : 1);
      default -> directory.lead();
    };
  }

  /** When somebody is certainly at home again. */
  static LocalDateTime latest(Course course, LocalDateTime admitted) {
    return admitted.plusDays(course.days() * 14L / 10 + 2);
  }

  static void direct(Chart chart, Course course, Site site, LocalDateTime at) {
    LocalDateTime leave = Referred.leave(course, at, chart);
    String specialty = course.illness().specialty(chart.resident(), at.toLocalDate());
    Doctor doctor = chart.directory().doctor(site, specialty, chart.chance());
    new Stay(chart, course, doctor, at, leave.isBefore(chart.asOf()) ? leave : null)
        .write(Stay.Origin.NONE, null);
  }

  private static State state(Chart chart, Course course, LocalDateTime at) {
    if (at.isAfter(chart.asOf().minusHours(20))) {
      return chart.chance().happens(0.5) ? State.REQUESTED : State.ACCEPTED;
    }
    if (latest(course, at).isAfter(chart.asOf())) {
      return State.IN_TREATMENT;
    }
    State state = chart.chance().pick(OUTCOMES, Outcome::share).state();
    boolean settled = !at.plusDays(SETTLED).isAfter(chart.asOf());
    return state.failed() && (course.urgent() || !settled) ? State.CLOSED : state;
  }
}
