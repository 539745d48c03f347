package org.hutong.demo;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** How much somebody weighs, which children's doses follow. */
final class Growth {
  private record Point(int months, double boy, double girl) {

    double of(boolean male) {
      return male ? boy : girl;
    }
  }

  private static final List<Point> POINTS =
      Table.read(
          "growth", row -> new Point(row.whole("months"), row.number("boy"), row.number("girl")));

  private Growth() {}

  /** Kilograms, to a tenth below 20 and to one above. */
  static double weight(Chart chart, LocalDate on) {
    Resident resident = chart.resident();
    double build = Math.min(1.2, Math.max(0.85, chart.own("build").normal(1, 0.08)));
    double weight = middle(resident.male(), ChronoUnit.DAYS.between(resident.birth(), on) / 30.44);
    int steps = weight < 20 ? 10 : 1;
    return (double) Math.round(weight * build * steps) / steps;
  }

  private static double middle(boolean male, double months) {
    Point last = POINTS.get(0);
    for (Point point : POINTS) {
      if (point.months() > months) {
        double share = (months - last.months()) / (point.months() - last.months());
        return last.of(male) + share * (point.of(male) - last.of(male));
      }
      last = point;
    }
    return last.of(male);
  }
}
