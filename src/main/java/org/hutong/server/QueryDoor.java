package org.hutong.server;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;

/**
 * Which parameters the URL of a request other than a search may have. HAPI ignores what it does not
 * know there, and so carries out a {@code DELETE …?_cascade=delete} as if half of it had not been
 * said.
 */
enum QueryDoor {
  READ(Map.of("_summary", Value.RESOURCE_SUMMARY, "_elements", Value.ANY)),
  HISTORY(
      Map.of(
          "_summary", Value.SUMMARY,
          "_elements", Value.ANY,
          "_count", Value.NUMBER,
          "_offset", Value.NUMBER,
          "_since", Value.INSTANT,
          "_at", Value.DATE)),
  METADATA(
      Map.of(
          "_summary",
          Value.RESOURCE_SUMMARY,
          "_elements",
          Value.ANY,
          "mode",
          Value.WHOLE_STATEMENT)),
  WRITE(Map.of());

  private final Map<String, Value> parameters;

  QueryDoor(Map<String, Value> parameters) {
    this.parameters = parameters;
  }

  /** Forms of values. */
  private enum Value {
    ANY(".*", "…"),
    NUMBER("[0-9]{1,9}", "0 … 999999999"),
    SUMMARY("true|text|data|count|false", "true, text, data, count, false"),
    RESOURCE_SUMMARY("true|text|data|false", "true, text, data, false"),
    WHOLE_STATEMENT("full", "full"),
    /** A plus sign that was not encoded arrives as a blank. */
    INSTANT(
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+ -][0-9]{2}:[0-9]{2})",
        "2026-11-22T08:00:00+08:00"),
    DATE(
        "(eq|ne|gt|ge|lt|le|sa|eb)?[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,9})?)?(Z|[+ -][0-9]{2}:[0-9]{2}))?)?)?",
        "2026-11-22, ge2026-11-22, 2026-11-22T08:00:00+08:00");

    private final Pattern pattern;
    private final String example;

    Value(String pattern, String example) {
      this.pattern = Pattern.compile(pattern);
      this.example = example;
    }
  }

  /**
   * What is wrong with a query.
   *
   * @param of what is asked, as the refusal names it
   */
  List<Problem.Issue> faults(String of, Map<String, ? extends Collection<String>> query) {
    List<Problem.Issue> faults = new ArrayList<>();
    query.forEach(
        (name, values) -> {
          Value value = parameters.get(name);
          if (value == null && !Operations.FORMAT.contains(name)) {
            faults.addAll(Problem.parameterUnknown(name, of, known()).issues());
          } else if (value != null
              && ((values.size() > 1 && value != Value.DATE)
                  || !values.stream().allMatch(one -> value.pattern.matcher(one).matches()))) {
            faults.addAll(
                Problem.parameterInvalid(name, String.join(", ", values), value.example).issues());
          }
        });
    return faults;
  }

  private Set<String> known() {
    Set<String> known = new TreeSet<>(Operations.FORMAT);
    known.addAll(parameters.keySet());
    return known;
  }
}
