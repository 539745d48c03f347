package org.hutong.bench;

import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A workload at one number of clients on one target: medians over the rounds.
 *
 * @param ratio of the throughput to the last target's: the median of the rounds' ratios, each taken
 *     between slices that follow each other
 * @param errors of all rounds
 * @param firstError what the server said to it, or null
 */
record Row(
    String workload,
    int clients,
    String target,
    double perSecond,
    double ratio,
    double ratioLeast,
    double ratioMost,
    double p50Ms,
    double p95Ms,
    double p99Ms,
    double found,
    double bytes,
    double serverMs,
    double databaseMs,
    double driverMs,
    int errors,
    String firstError,
    List<Slice> slices) {

  /**
   * @param slices one per round
   * @param last the last target's slices of the same rounds
   */
  static Row of(
      Workload workload, int clients, String target, List<Slice> slices, List<Slice> last) {
    double[] ratios =
        IntStream.range(0, slices.size())
            .mapToDouble(i -> slices.get(i).perSecond() / last.get(i).perSecond())
            .toArray();
    return new Row(
        workload.label(),
        clients,
        target,
        median(slices, Slice::perSecond),
        Percentiles.median(ratios),
        Percentiles.percentile(ratios, 1),
        Percentiles.percentile(ratios, 100),
        median(slices, Slice::p50Ms),
        median(slices, Slice::p95Ms),
        median(slices, Slice::p99Ms),
        median(slices, Slice::found),
        median(slices, Slice::bytes),
        median(slices, Slice::serverMs),
        median(slices, Slice::databaseMs),
        median(slices, Slice::driverMs),
        slices.stream().mapToInt(Slice::errors).sum(),
        slices.stream().map(Slice::firstError).filter(Objects::nonNull).findFirst().orElse(null),
        slices);
  }

  /** Resources read, counted or created per second. */
  double foundPerSecond() {
    return perSecond * found;
  }

  private static double median(List<Slice> slices, ToDoubleFunction<Slice> figure) {
    return Percentiles.median(slices.stream().mapToDouble(figure).toArray());
  }
}
