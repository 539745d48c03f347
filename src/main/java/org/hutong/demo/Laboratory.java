package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the laboratory measures, by sex and age; a village has a glucose meter only. */
final class Laboratory {
  private static final String INTERPRETATION =
      "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";

  /** How closely items of a kind go together (a correlation's root). */
  private static final double TOGETHER = 0.93;

  /** Minutes until a result is there. */
  private static final int WAIT = 60;

  private static final int EMERGENCY_WAIT = 22;

  /**
   * An item for a sex and an age.
   *
   * @param from youngest age in years; {@code to} is the first that is too old, 0 for none
   * @param with what else it rises and falls with; empty for nothing
   * @param low 0 where there is no lower bound
   */
  private record Item(
      String panel,
      String report,
      String loinc,
      String name,
      String unit,
      String ucum,
      String sex,
      double from,
      double to,
      double low,
      double high,
      double mean,
      double deviation,
      int digits,
      String with) {

    boolean suits(Resident resident, LocalDate on) {
      double age = resident.years(on);
      boolean its = sex.equals("A") || resident.male() == sex.equals("M");
      return its && age >= from && (to == 0 || age < to);
    }
  }

  private static final List<Item> ITEMS = Table.read("laboratory", Laboratory::item);

  private Laboratory() {}

  /** Where the table says nothing else, nearly everybody is in range. */
  private static Item item(Table.Row row) {
    double low = row.number("low");
    double high = row.number("high");
    boolean told = !row.text("mean").isEmpty();
    return new Item(
        row.text("panel"),
        row.text("report"),
        row.text("loinc"),
        row.text("name"),
        row.text("unit"),
        row.text("ucum"),
        row.text("sex"),
        row.number("from"),
        row.number("to"),
        low,
        high,
        told ? row.number("mean") : (low + high) / 2,
        told ? row.number("sd") : (high - low) / 5.5,
        row.whole("digits"),
        row.text("with"));
  }

  /**
   * Measures a panel and reports it.
   *
   * @param changes factors by which the illness changes items: {@code :2} the first, {@code
   *     @code:2} the one with that LOINC code
   */
  static void write(Findings findings, String name, String changes) {
    Visit visit = findings.visit();
    Resident resident = visit.chart().resident();
    LocalDate on = visit.at().toLocalDate();
    List<Item> items =
        ITEMS.stream()
            .filter(item -> item.panel().equals(name) && item.suits(resident, on))
            .toList();
    if (items.isEmpty()) {
      throw new IllegalStateException("no panel " + name);
    }
    Site site = visit.site();
    if (site.is("village") && items.size() > 1) {
      return;
    }
    Map<String, Double> factors = factors(items.get(0), changes);
    Map<String, Double> moods = new TreeMap<>();
    List<Key> results = new ArrayList<>();
    for (Item item : items) {
      Chance chance = visit.chart().chance();
      double mood =
          item.with().isEmpty()
              ? chance.normal(0, 1)
              : moods.computeIfAbsent(item.with(), any -> chance.normal(0, 1));
      double place = TOGETHER * mood + Math.sqrt(1 - TOGETHER * TOGETHER) * chance.normal(0, 1);
      results.add(result(findings, item, place, factors.getOrDefault(item.loinc(), 1.0)));
    }
    if (!site.is("village")) {
      Doctor reader = visit.chart().directory().doctor(site, "30", visit.chart().chance());
      int wait = visit.emergency() ? EMERGENCY_WAIT : WAIT;
      new Report(findings, reader, "LAB", items.get(0).report(), wait)
          .write(results, null, null, null);
    }
  }

  private static Map<String, Double> factors(Item first, String changes) {
    Map<String, Double> factors = new TreeMap<>();
    for (String change : changes.split("@")) {
      String[] parts = change.split(":");
      if (parts.length == 2) {
        factors.put(parts[0].isEmpty() ? first.loinc() : parts[0], Double.parseDouble(parts[1]));
      }
    }
    return factors;
  }

  /**
   * @param place deviations from the mean
   */
  private static Key result(Findings findings, Item item, double place, double factor) {
    double drawn = (item.mean() + item.deviation() * place) * factor;
    double value = Math.max(item.mean() * factor * 0.4, drawn);
    BigDecimal shown = Findings.rounded(value, item.digits());
    String flag =
        shown.doubleValue() < item.low() ? "L" : shown.doubleValue() > item.high() ? "H" : "N";
    return findings.observation(
        "laboratory",
        Json.concept(Json.coding(Findings.LOINC, item.loinc(), null), item.name()),
        Json.of(
            "valueQuantity",
            Json.quantity(shown, item.unit(), item.ucum()),
            "interpretation",
            List.of(Json.concept(Json.coding(INTERPRETATION, flag, null))),
            "referenceRange",
            List.of(Json.of("low", bound(item, item.low()), "high", bound(item, item.high())))));
  }

  private static @Nullable ObjectNode bound(Item item, double value) {
    return value == 0 ? null : Json.quantity(Json.plain(value), item.unit(), item.ucum());
  }
}
