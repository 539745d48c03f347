package org.hutong.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EcgTest {
  private static final int LEAD_I = 0;
  private static final int LEAD_II = 1;
  private static final int LEAD_III = 2;
  private static final int V2 = 7;
  private static final int V5 = 10;

  @Test
  void drawsTwelveLeadsOfWhichThreeAgree() {
    List<int[]> leads = leads(Ecg.Finding.SINUS, 70);

    assertThat(leads).hasSize(12);
    for (int i = 0; i < leads.get(LEAD_III).length; i++) {
      assertThat(leads.get(LEAD_III)[i])
          .isCloseTo(leads.get(LEAD_II)[i] - leads.get(LEAD_I)[i], within(1));
    }
  }

  @Test
  void beatsAtItsRate() {
    assertThat(beats(Ecg.Finding.SINUS, 60)).hasSizeBetween(9, 11);
    assertThat(beats(Ecg.Finding.SINUS, 90)).hasSizeBetween(14, 16);
  }

  @Test
  void beatsIrregularlyOnlyInFibrillation() {
    assertThat(spread(beats(Ecg.Finding.SINUS, 75))).isLessThan(0.06);
    assertThat(spread(beats(Ecg.Finding.ATRIAL_FIBRILLATION, 100))).isGreaterThan(0.1);
  }

  @Test
  void raisesTheStSegmentWhereTheInfarctionIs() {
    int[] usual = leads(Ecg.Finding.SINUS, 70).get(V2);
    int[] raised = leads(Ecg.Finding.ANTERIOR_ST_ELEVATION, 70).get(V2);

    assertThat(mean(raised) - mean(usual)).isGreaterThan(10);
  }

  @Test
  void makesTheLeftPrecordialLeadsHighInHypertrophy() {
    assertThat(highest(leads(Ecg.Finding.LEFT_HYPERTROPHY, 70).get(V5)) * Ecg.STEP)
        .isGreaterThan(2.3);
    assertThat(highest(leads(Ecg.Finding.SINUS, 70).get(V5)) * Ecg.STEP).isLessThan(1.6);
  }

  private static List<int[]> leads(Ecg.Finding finding, int rate) {
    return new Ecg(finding, rate, Chance.of(1, "ecg", 1))
        .components().stream().map(EcgTest::samples).toList();
  }

  private static int[] samples(ObjectNode component) {
    String data = component.at("/valueSampledData/data").asText();
    return Stream.of(data.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  /** Seconds of the R waves in the long lead. */
  private static List<Double> beats(Ecg.Finding finding, int rate) {
    int[] lead = leads(finding, rate).get(LEAD_II);
    List<Double> beats = new ArrayList<>();
    for (int i = 1; i + 1 < lead.length; i++) {
      boolean peak = lead[i] * Ecg.STEP > 0.7 && lead[i] >= lead[i - 1] && lead[i] > lead[i + 1];
      double at = i * Ecg.PERIOD_MS / 1000.0;
      if (peak && (beats.isEmpty() || at - beats.get(beats.size() - 1) > 0.25)) {
        beats.add(at);
      }
    }
    return beats;
  }

  /** Standard deviation of the intervals, relative to their mean. */
  private static double spread(List<Double> beats) {
    List<Double> intervals = new ArrayList<>();
    for (int i = 1; i < beats.size(); i++) {
      intervals.add(beats.get(i) - beats.get(i - 1));
    }
    double mean = intervals.stream().mapToDouble(x -> x).average().orElseThrow();
    double variance =
        intervals.stream().mapToDouble(x -> (x - mean) * (x - mean)).average().orElseThrow();
    return Math.sqrt(variance) / mean;
  }

  private static double mean(int[] samples) {
    return Stream.of(samples).flatMapToInt(java.util.Arrays::stream).average().orElseThrow();
  }

  private static int highest(int[] samples) {
    return java.util.Arrays.stream(samples).max().orElseThrow();
  }
}
