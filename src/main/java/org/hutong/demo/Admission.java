package org.hutong.demo;

import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** How somebody comes to be in hospital, and where. */
final class Admission {
  /** Share of the county's stays that a township has referred. */
  static final double REFERRED = 0.35;

  /** Share of the stays outside the county that the lead hospital has referred. */
  static final double REFERRED_OUT = 0.55;

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
    LocalDateTime at = chart.asOf().minusMinutes(chance.between(240, (int) minutes - 180));
    Course course =
        chance.pick(Course.ALL, any -> any.illness().weight(chart.resident(), at.toLocalDate()));
    if (!chart.take(at.minusHours(2), latest(course, at))) {
      return;
    }
    double place = chance.between(0, course.township() + course.county() + course.outside());
    if (place < course.township()) {
      direct(chart, course, chart.resident().township(), at);
    } else if (place < course.township() + course.county()) {
      if (chance.happens(REFERRED)) {
        new Referred(chart, course, state(chart, course, at), at, null).up();
      } else {
        direct(chart, course, hospital(chart, course), at);
      }
    } else if (chance.happens(REFERRED_OUT)) {
      new Referred(chart, course, state(chart, course, at), at, null).out();
    } else {
      direct(chart, course, chart.directory().site(chance.happens(0.6) ? 4 : 12), at);
    }
  }

  /** A stay outside the county to which the lead hospital has referred. */
  static void outside(Chart chart) {
    LocalDateTime at = Life.day(chart, 40).plusHours(3);
    List<Course> able = Course.ALL.stream().filter(course -> course.outside() > 0).toList();
    Course course =
        chart.chance().pick(able, any -> any.illness().weight(chart.resident(), at.toLocalDate()));
    if (chart.take(at.minusHours(2), latest(course, at))) {
      new Referred(chart, course, State.CLOSED, at, null).out();
    }
  }

  /** The county's hospital for a course: most often the lead hospital. */
  static Site hospital(Chart chart, Course course) {
    Directory directory = chart.directory();
    return switch (course.illness().specialty()) {
      case "50" -> directory.site(5);
      case "0502", "07" -> directory.site(chart.chance().happens(0.35) ? 6 : 1);
      default -> directory.lead();
    };
  }

  /** When somebody is certainly at home again. */
  static LocalDateTime latest(Course course, LocalDateTime admitted) {
    return admitted.plusDays(course.days() * 14L / 10 + 2);
  }

  private static void direct(Chart chart, Course course, Site site, LocalDateTime at) {
    LocalDateTime leave = Referred.leave(course, at, chart);
    Doctor doctor = chart.directory().doctor(site, course.illness().specialty(), chart.chance());
    boolean emergency = course.reason().equals("critical");
    new Stay(chart, course, doctor, at, leave.isBefore(chart.asOf()) ? leave : null)
        .write(Stay.Origin.NONE, null, emergency);
  }

  private static State state(Chart chart, Course course, LocalDateTime at) {
    if (at.isAfter(chart.asOf().minusHours(20))) {
      return chart.chance().happens(0.5) ? State.REQUESTED : State.ACCEPTED;
    }
    if (latest(course, at).isAfter(chart.asOf())) {
      return State.IN_TREATMENT;
    }
    return chart.chance().pick(OUTCOMES, Outcome::share).state();
  }
}
