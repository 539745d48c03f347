package org.hutong.demo;

import java.time.LocalDateTime;
import java.util.List;

/**
 * Drugs that somebody with an illness must not have, and what they are given instead. The rules
 * make the county plausible; they are no guide to treatment.
 *
 * @param codes beginnings of the illness's ICD-10 codes
 * @param before days for which it holds before the diagnosis, as pregnancy does
 * @param after days for which it holds when the illness is over; negative for good
 * @param instead what takes the place of each of the drugs; empty for nothing
 */
record Contraindication(
    List<String> codes, int before, int after, List<String> drugs, List<String> instead) {

  static final List<Contraindication> ALL =
      Table.read(
          "contraindications",
          row ->
              new Contraindication(
                  row.list("codes"),
                  row.whole("before"),
                  row.text("after").isEmpty() ? -1 : row.whole("after"),
                  row.list("drugs"),
                  row.list("instead")));

  /** What can be given of a list of drugs; the first rule that forbids one replaces it. */
  static List<String> heed(Chart chart, List<String> drugs, LocalDateTime at) {
    return drugs.stream()
        .flatMap(
            drug ->
                ALL.stream()
                    .filter(rule -> rule.drugs().contains(drug) && rule.holds(chart, at))
                    .findFirst()
                    .map(Contraindication::instead)
                    .orElse(List.of(drug))
                    .stream())
        .distinct()
        .toList();
  }

  private boolean holds(Chart chart, LocalDateTime at) {
    return chart.spells().stream()
        .filter(spell -> codes.stream().anyMatch(spell.code()::startsWith))
        .anyMatch(
            spell ->
                !at.isBefore(spell.from().minusDays(before))
                    && (after < 0
                        || spell.over() == null
                        || !at.isAfter(spell.over().plusDays(after))));
  }
}
