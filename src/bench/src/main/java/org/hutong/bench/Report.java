package org.hutong.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of a run, as a table and as JSON. */
record Report(Map<String, Object> run, List<Row> rows) {

  private static final int ERROR_LENGTH = 1000;
  private static final String LAYOUT =
      "%-17s %3s  %-12s %9s %9s  %-17s %9s %9s %9s %8s %9s %8s %8s %8s %6s%n";

  static void head() {
    System.out.printf(
        LAYOUT,
        "workload",
        "cli",
        "target",
        "req/s",
        "res/s",
        "ratio",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "found",
        "kB",
        "server",
        "database",
        "driver",
        "errors");
  }

  static void print(Row row) {
    System.out.printf(
        LAYOUT,
        row.workload(),
        row.clients(),
        row.target(),
        number(row.perSecond()),
        number(row.foundPerSecond()),
        ratio(row),
        number(row.p50Ms()),
        number(row.p95Ms()),
        number(row.p99Ms()),
        number(row.found()),
        number(row.bytes() / 1000),
        number(row.serverMs()),
        number(row.databaseMs()),
        number(row.driverMs()),
        row.errors());
    if (row.firstError() != null) {
      String error = row.firstError();
      System.out.println(
          "  first error: " + error.substring(0, Math.min(error.length(), ERROR_LENGTH)));
    }
  }

  boolean hasErrors() {
    return rows.stream().anyMatch(row -> row.errors() > 0);
  }

  void write(Path file) throws IOException {
    Map<String, Object> whole = new LinkedHashMap<>(run);
    whole.put("rows", rows);
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), whole);
  }

  private static String ratio(Row row) {
    return Double.isFinite(row.ratio())
        ? "%s (%s-%s)"
            .formatted(number(row.ratio()), number(row.ratioLeast()), number(row.ratioMost()))
        : "-";
  }

  /** Three figures that count, or a dash for what is not known. */
  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
