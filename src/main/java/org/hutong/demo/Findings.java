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
 * @param complaint in which a fever is spoken of
 */
record Findings(Visit visit, Key encounter, Diagnosis cause, String complaint) {
  static final String LOINC = "http://loinc.org";
  private static final String CATEGORY =
      "http://terminology.hl7.org/CodeSystem/observation-category";

  /** Below this age in years nobody measures the blood pressure in passing. */
  private static final int CUFF = 3;

  private static final int GROWN = 18;

  /** From which on blood pressure is too high, in mmHg. */
  private static final int SYSTOLIC = 140;

  private static final int DIASTOLIC = 90;

  /**
   * @param tests names of panels or of other examinations; {@code panel:2} doubles the first item
   *     of a panel, {@code panel@code:2} the one with that LOINC code, {@code panel@a:2@b:2} two.
   *     What the house cannot do is left out
   */
  void write(List<String> tests) {
    for (String test : tests) {
      String name = test.split("[@:]")[0];
      switch (name) {
        case "temperature" -> temperature();
        case "pressure" -> pressure();
        case "spo2" -> saturation();
        case "ecg" -> ecg();
        default -> {
          if (Imaging.knows(name)) {
            Imaging.write(this, name);
          } else {
            Laboratory.write(this, name, test.substring(name.length()));
          }
        }
      }
    }
  }

  /** By age, by what is known and by why the resident comes; a small child's temperature. */
  void pressure() {
    Chart chart = visit.chart();
    int age = chart.resident().age(visit.at().toLocalDate());
    if (age < CUFF) {
      temperature();
      return;
    }
    boolean known = ChronicCare.has(chart, "hypertension");
    double usual = known ? ChronicCare.TREATED : age < GROWN ? 84 + 2.0 * age : 110 + 0.25 * age;
    double mean =
        switch (cause.code()) {
          case "O14.1" -> 170;
          case "S36.0" -> 96;
          default -> usual;
        };
    pressure(mean, age < GROWN ? 5 : 8);
  }

  /**
   * @return whether it is above what those with high blood pressure should have
   */
  boolean pressure(double mean, double deviation) {
    Chart chart = visit.chart();
    double systolic = chart.chance().normal(mean, deviation);
    double diastolic = systolic * chart.chance().normal(0.62, 0.03);
    vital(
        "85354-9",
        "血压",
        null,
        List.of(part("8480-6", "收缩压", systolic), part("8462-4", "舒张压", diastolic)));
    return Math.round(systolic) >= SYSTOLIC || Math.round(diastolic) >= DIASTOLIC;
  }

  void glucose() {
    Laboratory.write(this, "glucose", ":1.4");
  }

  /** What doses are counted from. */
  static void weight(Visit visit, Key encounter) {
    double weight = Growth.weight(visit.chart(), visit.at().toLocalDate());
    new Findings(visit, encounter, new Diagnosis("", ""), "")
        .vital("29463-7", "体重", Json.quantity(Json.plain(weight), "kg", "kg"), List.of());
  }

  private void temperature() {
    Chance chance = visit.chart().chance();
    double value =
        complaint.contains("低热")
            ? chance.between(37.4, 37.9)
            : complaint.contains("发热")
                ? Math.min(40.2, Math.max(37.6, chance.normal(38.6, 0.5)))
                : Math.min(37.2, Math.max(36.1, chance.normal(36.6, 0.25)));
    vital("8310-5", "体温", Json.quantity(rounded(value, 1), "℃", "Cel"), List.of());
  }

  private void saturation() {
    int value = visit.chart().chance().between(89, 94);
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
            Chart.time(visit.examined()),
            "performer",
            List.of(visit.doctor().role(), site.key()));
    elements.setAll(rest);
    return chart.add(site, chart.key(site, "Observation"), elements);
  }
}
