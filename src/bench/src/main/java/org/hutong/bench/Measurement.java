package org.hutong.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Something that is measured on patients.
 *
 * @param code LOINC
 * @param unit UCUM
 * @param decimals digits after the point
 */
record Measurement(
    String category,
    String code,
    String display,
    String name,
    String unit,
    double low,
    double high,
    int decimals) {

  private static final String VITAL = "vital-signs";
  private static final String LAB = "laboratory";

  static final List<Measurement> ALL =
      List.of(
          new Measurement(VITAL, "8867-4", "Heart rate", "心率", "/min", 58, 102, 0),
          new Measurement(VITAL, "8310-5", "Body temperature", "体温", "Cel", 36, 38.2, 1),
          new Measurement(VITAL, "9279-1", "Respiratory rate", "呼吸频率", "/min", 12, 24, 0),
          new Measurement(VITAL, "29463-7", "Body weight", "体重", "kg", 45, 92, 1),
          new Measurement(
              LAB, "15074-8", "Glucose [Moles/volume] in Blood", "血糖", "mmol/L", 4, 13, 1),
          new Measurement(VITAL, "8302-2", "Body height", "身高", "cm", 150, 185, 0),
          new Measurement(VITAL, "39156-5", "Body mass index", "体重指数", "kg/m2", 18, 31, 1),
          new Measurement(
              LAB, "718-7", "Hemoglobin [Mass/volume] in Blood", "血红蛋白", "g/L", 95, 168, 0),
          new Measurement(
              LAB, "6690-2", "Leukocytes [#/volume] in Blood", "白细胞", "10*9/L", 3, 13, 1),
          new Measurement(
              LAB, "777-3", "Platelets [#/volume] in Blood", "血小板", "10*9/L", 90, 350, 0),
          new Measurement(LAB, "14682-9", "Creatinine [Moles/volume]", "肌酐", "umol/L", 45, 140, 0),
          new Measurement(LAB, "2823-3", "Potassium [Moles/volume]", "血钾", "mmol/L", 3.2, 5.4, 1),
          new Measurement(LAB, "2951-2", "Sodium [Moles/volume]", "血钠", "mmol/L", 132, 147, 0),
          new Measurement(
              LAB, "14647-2", "Cholesterol [Moles/volume]", "总胆固醇", "mmol/L", 3, 7.5, 1),
          new Measurement(
              LAB, "14927-8", "Triglyceride [Moles/volume]", "甘油三酯", "mmol/L", 0.6, 4, 1));

  /** Fills in what was measured, and a value within the usual. */
  void describe(Map<String, Object> values, SplittableRandom random) {
    values.put("category", category);
    values.put("code", code);
    values.put("display", display);
    values.put("name", name);
    values.put("unit", unit);
    double value = random.nextDouble(low, high);
    values.put("value", String.format(Locale.ROOT, "%." + decimals + "f", value));
  }
}
