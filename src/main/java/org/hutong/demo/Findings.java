package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is measured and found at a visit or during a stay.
 *
 * @param encounter the visit or stay
 * @param cause why it is looked for
 */
record Findings(Visit visit, Key encounter, Diagnosis cause) {
  static final String LOINC = "http://loinc.org";
  private static final String CATEGORY =
      "http://terminology.hl7.org/CodeSystem/observation-category";

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
            Laboratory.write(this, parts[0], parts.length == 3 ? parts[1] : "", factor(parts));
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
    Laboratory.write(this, "glucose", "", diabetic ? 1.35 : 1);
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

  static BigDecimal rounded(double value, int digits) {
    return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_UP);
  }

  private static double factor(String[] parts) {
    return parts.length == 1 ? 1 : Double.parseDouble(parts[parts.length - 1]);
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
