package org.hutong.demo;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What somebody goes to see a doctor for and goes home with.
 *
 * @param least the smallest house that deals with it
 * @param care what is done at once, of ICD-9-CM-3; null for nothing
 */
record Ailment(Illness illness, String least, @Nullable Treatment care) {
  static final List<Ailment> ALL =
      Table.read(
          "illnesses",
          row -> new Ailment(Illness.of(row), row.text("least"), Treatment.of(row.text("care"))));

  private static final Map<String, Integer> SIZES = Map.of("village", 0, "township", 1);

  /** What stays is a new complaint once only, what passes not before it has passed. */
  double weight(Chart chart, LocalDate on) {
    boolean known =
        illness.lasts() == 0
            ? chart.had(illness)
            : chart.ill(illness.diagnosis(), on, on.plusDays(Diagnosed.longest(illness)));
    return known ? 0 : illness.weight(chart.resident(), on);
  }

  /** Whether a house of a tier can deal with it. */
  boolean within(String tier) {
    return SIZES.getOrDefault(tier, 2) >= SIZES.getOrDefault(least, 2);
  }
}
