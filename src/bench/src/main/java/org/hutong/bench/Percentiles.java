package org.hutong.bench;

import java.util.Arrays;

/** Order statistics. */
final class Percentiles {

  private Percentiles() {}

  /**
   * The nearest-rank percentile: the smallest value that at least {@code percent} of all values do
   * not exceed; NaN when there are none.
   *
   * @param percent above 0, up to 100
   */
  static double percentile(double[] values, double percent) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return sorted[Math.max(rank, 1) - 1];
  }

  /** The median: of an even number of values, the mean of the two in the middle. */
  static double median(double[] values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
