package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

/**
 * Times the compiled rules and the full validator, warm, on one thread. Not part of the suite:
 *
 * <pre>./mvnw test -Dtest=ValidationBench -Dsurefire.failIfNoSpecifiedTests=false</pre>
 */
class ValidationBench {
  private static final List<String> EXAMPLES =
      List.of(
          "Patient-li-xiulan",
          "Encounter-county-admission",
          "ServiceRequest-referral-up",
          "Task-referral-up-task",
          "Organization-yunze-county-hospital",
          "Observation-ecg-12-lead");

  @Test
  void prints() throws IOException {
    System.out.printf(
        "%-36s %12s %9s %12s %9s %12s%n",
        "microseconds", "gate median", "p99", "full median", "p99", "of processor");
    Validation validation = ProfileExamplesTest.VALIDATION;
    for (String example : EXAMPLES) {
      Resource resource = read(example);
      assertThat(validation.hindrance(resource)).isNull();
      // What is compiled for one serves the others: the first must not pay for them.
      times(System::nanoTime, () -> validation.check(resource, ""), 1_500);
    }
    for (String example : EXAMPLES) {
      Resource resource = read(example);
      long[] gate = times(System::nanoTime, () -> validation.hindrance(resource), 20_000);
      long[] full = times(System::nanoTime, () -> validation.check(resource, ""), 1_500);
      long[] processor =
          times(
              ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime,
              () -> validation.check(resource, ""),
              1_500);
      System.out.printf(
          "%-36s %12.1f %9.1f %12.0f %9.0f %12.0f%n",
          example,
          percentile(gate, 50),
          percentile(gate, 99),
          percentile(full, 50),
          percentile(full, 99),
          percentile(processor, 50));
    }
  }

  private static Resource read(String example) throws IOException {
    return (Resource)
        ProfileExamplesTest.R4
            .newJsonParser()
            .parseResource(
                Files.readString(Path.of("fhir-profiles/examples/story/" + example + ".json")));
  }

  /** Sorted nanoseconds of the second half of the runs. */
  private static long[] times(LongSupplier clock, Runnable run, int runs) {
    long[] times = new long[runs / 2];
    for (int i = 0; i < runs; i++) {
      long start = clock.getAsLong();
      run.run();
      times[i % times.length] = clock.getAsLong() - start;
    }
    Arrays.sort(times);
    return times;
  }

  /** In microseconds. */
  private static double percentile(long[] sorted, int percent) {
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e3;
  }
}
