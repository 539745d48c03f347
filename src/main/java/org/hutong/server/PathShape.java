package org.hutong.server;

import java.util.HashSet;
import java.util.Set;
import org.hutong.profiles.Declared;

/**
 * Paths as logs and metrics may show them: words that we know, and {@code *} for all others. A path
 * is a client's text, and a name or a number in the wrong place is personal data all the same.
 */
final class PathShape {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private static final int MOST_SEGMENTS = 6;

  private final Set<String> types;
  private final Set<String> words = new HashSet<>();

  PathShape(Declared declared) {
    this.types = declared.types();
    words.addAll(Set.of("fhir", "metadata", "_history", "_search", "openapi"));
    words.addAll(Set.of("actuator", "health", "liveness", "readiness", "info", "prometheus"));
    words.addAll(types);
    for (String name : types) {
      Declared.Type type = declared.type(name);
      if (type != null) {
        type.operations().forEach(operation -> words.add("$" + operation));
      }
    }
  }

  /** For a log line: {@code /fhir/Patient/*}. */
  String line(String path) {
    StringBuilder line = new StringBuilder();
    int segments = 0;
    for (String segment : path.split("/")) {
      if (!segment.isEmpty() && ++segments <= MOST_SEGMENTS) {
        line.append('/').append(words.contains(segment) ? segment : "*");
      }
    }
    return line.isEmpty() ? "/" : line.toString();
  }

  /**
   * For a metric, where each value is a time series of its own, types are one: {@code
   * /fhir/[type]/*}.
   */
  String series(String path) {
    StringBuilder series = new StringBuilder();
    for (String segment : line(path).split("/")) {
      if (!segment.isEmpty()) {
        series.append('/').append(types.contains(segment) ? "[type]" : segment);
      }
    }
    return series.isEmpty() ? "/" : series.toString();
  }

  /** A method as it may be shown; {@code ?} for a word that a client made up. */
  static String method(String method) {
    return METHODS.contains(method) ? method : "?";
  }
}
