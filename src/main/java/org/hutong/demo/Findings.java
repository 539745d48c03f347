package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is measured and found at a visit or during a stay.
 *
 * @param encounter the visit or stay
 * @param cause why it is looked for
 */
record Findings(Visit visit, Key encounter, Diagnosis cause) {
  private static final String LOINC = "http://loinc.org";
  private static final String CATEGORY =
      "http://terminology.hl7.org/CodeSystem/observation-category";
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

  /**
   * @param tests names of panels or of other examinations; {@code panel:2} doubles the first item
   *     of a panel, {@code panel@code:2} the one with that LOINC code. What the house cannot do is
   *     left out
   */
  void write(List<String> tests) {
    for (String test : tests) {
      String[] parts = test.split("[@:]");
      switch (parts[0]) {
        case "temperature" -> temperature();
        case "pressure" -> pressure(false);
        case "spo2" -> saturation();
        case "ecg" -> ecg();
        default -> {
          if (Imaging.knows(parts[0])) {
            Imaging.write(this, parts[0]);
          } else {
            panel(parts[0], parts.length == 3 ? parts[1] : "", factor(parts));
          }
        }
      }
    }
  }

  void pressure(boolean high) {
    Chance chance = visit.chart().chance();
    double systolic = chance.normal(high ? 142 : 124, 10);
    double diastolic = Math.min(systolic - 25, chance.normal(high ? 86 : 77, 7));
    vital(
        "85354-9",
        "血压",
        null,
        List.of(part("8480-6", "收缩压", systolic), part("8462-4", "舒张压", diastolic)));
  }

  void glucose(boolean diabetic) {
    panel("glucose", "", diabetic ? 1.35 : 1);
  }

  private void temperature() {
    double value = Math.max(36.1, visit.chart().chance().normal(37.2, 0.7));
    vital("8310-5", "体温", Json.quantity(rounded(Math.min(value, 40.2), 1), "℃", "Cel"), List.of());
  }

  private void saturation() {
    int value = visit.chart().chance().between(92, 97);
    vital("59408-5", "血氧饱和度", Json.quantity(BigDecimal.valueOf(value), "%", "%"), List.of());
  }

  private void ecg() {
    if (!visit.site().is("village")) {
      Tracing.write(this);
    }
  }

  private static ObjectNode part(String loinc, String name, double value) {
    return Json.of(
        "code",
        Json.concept(Json.coding(LOINC, loinc, null), name),
        "valueQuantity",
        Json.quantity(rounded(value, 0), "mmHg", "mm[Hg]"));
  }

  private static BigDecimal rounded(double value, int digits) {
    return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP);
  }

  private static double factor(String[] parts) {
    return parts.length == 1 ? 1 : Double.parseDouble(parts[parts.length - 1]);
  }

  private void panel(String name, String changed, double factor) {
    List<Item> items = ITEMS.stream().filter(item -> item.panel().equals(name)).toList();
    if (items.isEmpty()) {
      throw new IllegalStateException("no panel " + name);
    }
    Site site = visit.site();
    if (site.is("village") && items.size() > 1) {
      return;
    }
    List<Key> results = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      boolean it = changed.isEmpty() ? i == 0 : item.loinc().equals(changed);
      results.add(result(item, it ? factor : 1));
    }
    if (!site.is("village")) {
      Doctor reader = visit.chart().directory().doctor(site, "30", visit.chart().chance());
      new Report(this, reader, "LAB", items.get(0).report(), 60).write(results, null, null, null);
    }
  }

  private Key result(Item item, double factor) {
    Chance chance = visit.chart().chance();
    double drawn = chance.normal(item.mean(), item.deviation()) * factor;
    double value = Math.max(item.mean() * factor * 0.35, drawn);
    BigDecimal shown = rounded(value, item.digits());
    String flag =
        shown.doubleValue() < item.low() ? "L" : shown.doubleValue() > item.high() ? "H" : "N";
    return observation(
        "laboratory",
        Json.concept(Json.coding(LOINC, item.loinc(), null), item.name()),
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

  private void vital(
      String loinc, String name, @Nullable ObjectNode value, List<ObjectNode> components) {
    observation(
        "vital-signs",
        Json.concept(Json.coding(LOINC, loinc, null), name),
        Json.of("valueQuantity", value, "component", components));
  }

  /** An observation at this visit, with what is particular to it. */
  Key observation(String category, ObjectNode code, ObjectNode rest) {
    Chart chart = visit.chart();
    Site site = visit.site();
    ObjectNode elements =
        Json.of(
            "status",
            "final",
            "category",
            List.of(Json.concept(Json.coding(CATEGORY, category, null))),
            "code",
            code,
            "subject",
            chart.patient(site),
            "encounter",
            encounter,
            "effectiveDateTime",
            Chart.time(visit.at().plusMinutes(5)),
            "performer",
            List.of(visit.doctor().role(), site.key()));
    elements.setAll(rest);
    return chart.add(site, chart.key(site, "Observation"), elements);
  }
}
