package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A resting electrocardiogram of twelve leads, drawn by a model: each wave of each beat is a
 * Gaussian whose height depends on the lead. Leads III, aVR, aVL and aVF follow from I and II, as
 * they do in a person. 250 samples a second; 2.5 s of each lead, 10 s of lead II for the rhythm; 5
 * µV a step.
 */
final class Ecg {
  static final int PERIOD_MS = 4;
  static final double STEP = 0.005;

  /** Depth in mV of the Q wave over a scar, and in which leads it shows. */
  private static final double SCAR = -0.4;

  private static final double SCARRED = 0.19;

  private static final double SHORT = 2.5;
  private static final double LONG = 10;

  /** What the tracing shows. */
  enum Finding {
    SINUS("窦性心律，正常心电图"),
    ATRIAL_FIBRILLATION("心房颤动"),
    ANTERIOR_ST_ELEVATION("窦性心律，V1–V4 导联 ST 段抬高，考虑急性前壁心肌梗死"),
    INFERIOR_ST_ELEVATION("窦性心律，Ⅱ、Ⅲ、aVF 导联 ST 段抬高，考虑急性下壁心肌梗死"),
    OLD_ANTERIOR("窦性心律，V1–V4 导联病理性 Q 波，符合陈旧性前壁心肌梗死"),
    OLD_INFERIOR("窦性心律，Ⅱ、Ⅲ、aVF 导联病理性 Q 波，符合陈旧性下壁心肌梗死"),
    LEFT_HYPERTROPHY("窦性心律，左心室高电压，ST-T 改变");

    private final String text;

    Finding(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /**
   * Heights in mV.
   *
   * @param hypertrophy factor of the QRS complex
   */
  private record Lead(
      String name,
      String code,
      String display,
      double p,
      double q,
      double r,
      double s,
      double t,
      double hypertrophy,
      double anterior,
      double inferior) {}

  private static final List<Lead> LEADS =
      Table.read(
          "ecg",
          row ->
              new Lead(
                  row.text("lead"),
                  row.text("mdc"),
                  row.text("display"),
                  row.number("p"),
                  row.number("q"),
                  row.number("r"),
                  row.number("s"),
                  row.number("t"),
                  row.number("lvh"),
                  row.number("anterior"),
                  row.number("inferior")));

  private final Finding finding;
  private final Chance chance;
  private final List<Double> beats = new ArrayList<>();
  private final double interval;

  /**
   * @param rate beats a minute
   */
  Ecg(Finding finding, int rate, Chance chance) {
    this.finding = finding;
    this.chance = chance;
    this.interval = 60.0 / rate;
    double spread = finding == Finding.ATRIAL_FIBRILLATION ? 0.2 : 0.02;
    double at = chance.between(0.1, 0.4) - interval;
    while (at < LONG + 1) {
      beats.add(at);
      at += Math.max(0.35, interval * chance.normal(1, spread));
    }
  }

  /** What is measured on the waves as they are drawn: rate, PR (not in fibrillation), QRS, QT. */
  List<ObjectNode> intervals() {
    int qrs = 92;
    int qt = (int) (1000 * (0.116 + 0.28 * StrictMath.sqrt(interval)));
    List<ObjectNode> intervals = new ArrayList<>();
    intervals.add(measured("8867-4", "心率", (int) StrictMath.round(60 / interval), "次/分", "/min"));
    if (finding != Finding.ATRIAL_FIBRILLATION) {
      intervals.add(measured("8625-6", "PR 间期", chance.between(148, 164), "ms", "ms"));
    }
    intervals.add(measured("8633-0", "QRS 时限", qrs + chance.between(-4, 6), "ms", "ms"));
    intervals.add(measured("8634-8", "QT 间期", qt, "ms", "ms"));
    int corrected = (int) (qt / StrictMath.sqrt(interval));
    intervals.add(measured("8636-3", "QTc 间期", corrected, "ms", "ms"));
    return intervals;
  }

  private static ObjectNode measured(
      String loinc, String name, int value, String unit, String ucum) {
    return Json.of(
        "code",
        Json.concept(Json.coding(Findings.LOINC, loinc, null), name),
        "valueQuantity",
        Json.quantity(BigDecimal.valueOf(value), unit, ucum));
  }

  /** One component of an Observation per lead, in the order of the usual print. */
  List<ObjectNode> components() {
    Map<String, double[]> drawn = new HashMap<>();
    for (Lead lead : LEADS) {
      if (lead.r() != 0) {
        drawn.put(lead.name(), draw(lead, lead.name().equals("II") ? LONG : SHORT));
      }
    }
    derive(drawn, "III", -1, 1);
    derive(drawn, "aVR", -0.5, -0.5);
    derive(drawn, "aVL", 1, -0.5);
    derive(drawn, "aVF", -0.5, 1);
    return LEADS.stream()
        .map(lead -> component(lead, drawn.getOrDefault(lead.name(), new double[0])))
        .toList();
  }

  private void derive(Map<String, double[]> drawn, String lead, double ofI, double ofIi) {
    double[] one = drawn.getOrDefault("I", new double[0]);
    double[] two = drawn.getOrDefault("II", new double[0]);
    double[] derived = new double[one.length];
    for (int i = 0; i < one.length; i++) {
      derived[i] = ofI * one[i] + ofIi * two[i];
    }
    drawn.put(lead, derived);
  }

  private double[] draw(Lead lead, double seconds) {
    double[] samples = new double[(int) (seconds * 1000 / PERIOD_MS)];
    double phase = chance.between(0, 6.28);
    for (int i = 0; i < samples.length; i++) {
      double time = i * PERIOD_MS / 1000.0;
      samples[i] =
          0.03 * StrictMath.sin(1.3 * time + phase) + chance.normal(0, 0.006) + flutter(lead, time);
      for (double beat : beats) {
        double since = time - beat;
        if (since > -0.3 && since < 0.7) {
          samples[i] += beat(lead, since);
        }
      }
    }
    return samples;
  }

  /** The fine waves of fibrillating atria. */
  private double flutter(Lead lead, double time) {
    return finding == Finding.ATRIAL_FIBRILLATION
        ? lead.p() * 0.5 * (StrictMath.sin(37 * time) + 0.6 * StrictMath.sin(44.3 * time))
        : 0;
  }

  /**
   * @param since seconds from the peak of the R wave
   */
  private double beat(Lead lead, double since) {
    double p = finding == Finding.ATRIAL_FIBRILLATION ? 0 : lead.p();
    double qrs = finding == Finding.LEFT_HYPERTROPHY ? lead.hypertrophy() : 1;
    double t = finding == Finding.LEFT_HYPERTROPHY && lead.hypertrophy() > 2 ? -0.6 : 1;
    double elevation =
        switch (finding) {
          case ANTERIOR_ST_ELEVATION -> lead.anterior();
          case INFERIOR_ST_ELEVATION -> lead.inferior();
          case SINUS, ATRIAL_FIBRILLATION, OLD_ANTERIOR, OLD_INFERIOR, LEFT_HYPERTROPHY -> 0;
        };
    boolean scar =
        finding == Finding.OLD_ANTERIOR && lead.anterior() > SCARRED
            || finding == Finding.OLD_INFERIOR && lead.inferior() > SCARRED;
    return wave(p, since + 0.16, 0.022)
        + wave(scar ? SCAR : lead.q() * qrs, since + 0.03, scar ? 0.014 : 0.009)
        + wave(lead.r() * qrs * (scar && finding == Finding.OLD_ANTERIOR ? 0.3 : 1), since, 0.011)
        + wave(lead.s() * qrs, since - 0.032, 0.012)
        + wave(elevation, since - 0.13, 0.055)
        + wave(lead.t() * t, since - 0.28 * StrictMath.sqrt(interval), 0.045);
  }

  private static double wave(double height, double away, double width) {
    double deviations = away / width;
    return height == 0 || deviations * deviations > 20
        ? 0
        : height * StrictMath.exp(-deviations * deviations / 2);
  }

  private static ObjectNode component(Lead lead, double[] samples) {
    StringBuilder data = new StringBuilder(samples.length * 4);
    for (double sample : samples) {
      data.append(data.length() > 0 ? " " : "").append(StrictMath.round(sample / STEP));
    }
    return Json.of(
        "code",
        Json.concept(
            Json.coding("urn:oid:2.16.840.1.113883.6.24", lead.code(), lead.display()),
            lead.name() + " 导联"),
        "valueSampledData",
        Json.of(
            "origin",
            Json.quantity(BigDecimal.ZERO, "mV", "mV"),
            "period",
            PERIOD_MS,
            "factor",
            BigDecimal.valueOf(STEP),
            "dimensions",
            1,
            "data",
            data.toString()));
  }
}
