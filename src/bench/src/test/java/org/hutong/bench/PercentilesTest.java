package org.hutong.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {

  private static final double[] HUNDRED =
      IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray();

  @Test
  void takesTheNearestRank() {
    assertEquals(50, Percentiles.percentile(HUNDRED, 50));
    assertEquals(99, Percentiles.percentile(HUNDRED, 99));
    assertEquals(100, Percentiles.percentile(HUNDRED, 100));
    assertEquals(1, Percentiles.percentile(HUNDRED, 0.1));
    assertEquals(7, Percentiles.percentile(new double[] {7}, 99));
  }

  @Test
  void halvesBetweenTheTwoInTheMiddle() {
    assertEquals(2, Percentiles.median(new double[] {3, 1, 2}));
    assertEquals(2.5, Percentiles.median(new double[] {4, 1, 3, 2}));
  }

  @Test
  void saysThatOfNothingThereIsNoFigure() {
    assertTrue(Double.isNaN(Percentiles.percentile(new double[0], 50)));
    assertTrue(Double.isNaN(Percentiles.median(new double[0])));
  }
}
