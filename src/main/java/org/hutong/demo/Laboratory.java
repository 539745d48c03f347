package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the laboratory measures; a village has a glucose meter only. */
final class Laboratory {
  private static final String INTERPRETATION =
      "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";

  private record Item(
      String panel,
      String report,
      String loinc,
      String name,
      String unit,
      String ucum,
      double low,
      double high,
      double mean,
      double deviation,
      int digits) {}

  private static final List<Item> ITEMS =
      Table.read(
          "laboratory",
          row ->
              new Item(
                  row.text("panel"),
                  row.text("report"),
                  row.text("loinc"),
                  row.text("name"),
                  row.text("unit"),
                  row.text("ucum"),
                  row.number("low"),
                  row.number("high"),
                  row.number("mean"),
                  row.number("sd"),
                  row.whole("digits")));

  private Laboratory() {}

  /**
   * Measures a panel and reports it.
   *
   * @param changed LOINC code of the item that the illness changes; empty for the first
   * @param factor by which it does
   */
  static void write(Findings findings, String name, String changed, double factor) {
    List<Item> items = ITEMS.stream().filter(item -> item.panel().equals(name)).toList();
    if (items.isEmpty()) {
      throw new IllegalStateException("no panel " + name);
    }
    Visit visit = findings.visit();
    Site site = visit.site();
    if (site.is("village") && items.size() > 1) {
      return;
    }
    List<Key> results = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      boolean it = changed.isEmpty() ? i == 0 : item.loinc().equals(changed);
      results.add(result(findings, item, it ? factor : 1));
    }
    if (!site.is("village")) {
      Doctor reader = visit.chart().directory().doctor(site, "30", visit.chart().chance());
      new Report(findings, reader, "LAB", items.get(0).report(), 60)
          .write(results, null, null, null);
    }
  }

  private static Key result(Findings findings, Item item, double factor) {
    Chance chance = findings.visit().chart().chance();
    double drawn = chance.normal(item.mean(), item.deviation()) * factor;
    double value = Math.max(item.mean() * factor * 0.35, drawn);
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
    return value == 0
        ? null
        : Json.quantity(BigDecimal.valueOf(value).stripTrailingZeros(), item.unit(), item.ucum());
  }
}
