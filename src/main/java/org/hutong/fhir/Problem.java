package org.hutong.fhir;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A request that cannot be answered as asked. The only exception that our code throws at a caller;
 * it becomes an OperationOutcome in one place, in the caller's language.
 *
 * <p>Its message names the code and nothing that a client sent: exceptions reach the log, and the
 * log holds no personal data.
 */
public final class Problem extends BaseServerResponseException {
  private static final long serialVersionUID = 1;

  /** Characters of a client's text that an answer repeats. */
  private static final int LONGEST = 80;

  private final ProblemCode code;
  private final transient List<Issue> issues;

  /**
   * One thing that is wrong.
   *
   * @param code which problem
   * @param location FHIRPath of the element, parameter or header concerned; null when it is the
   *     request as a whole
   * @param arguments values for the placeholders of the problem's texts
   * @param wording what is wrong, when the catalogue's own sentences cannot say it
   * @param detail the engine's own words in English, for whoever debugs a client
   * @param warning true when the request was carried out all the same
   */
  public record Issue(
      ProblemCode code,
      @Nullable String location,
      List<String> arguments,
      @Nullable Wording wording,
      @Nullable String detail,
      boolean warning) {}

  /**
   * Sentences that take the place of the catalogue's.
   *
   * @param rule key of the broken rule of a profile, such as {@code hutong-pat-1}, or {@code
   *     [element path].[min, max, pattern, binding, type]} for a structural rule; null when it is
   *     no profile's
   * @param what what is wrong
   * @param mend how to mend it; null for the catalogue's sentence
   * @param basis what the rule rests on, such as a national standard; null when nobody says
   */
  public record Wording(
      @Nullable String rule, Bilingual what, @Nullable Bilingual mend, @Nullable Bilingual basis) {}

  public Problem(List<Issue> issues) {
    super(issues.get(0).code().status(), issues.get(0).code().code());
    this.code = issues.get(0).code();
    this.issues = List.copyOf(issues);
    if (code == ProblemCode.OVERLOADED) {
      addResponseHeader("Retry-After", "5");
    } else if (code == ProblemCode.INDEX_INCOMPLETE || code == ProblemCode.TIMED_OUT) {
      addResponseHeader("Retry-After", "30");
    }
  }

  /** A problem with the request as a whole. */
  public static Problem of(ProblemCode code, String... arguments) {
    return new Problem(List.of(new Issue(code, null, List.of(arguments), null, null, false)));
  }

  /** A problem at one place of the request. */
  public static Problem at(String location, ProblemCode code, String... arguments) {
    return new Problem(List.of(new Issue(code, location, List.of(arguments), null, null, false)));
  }

  /** A problem that the catalogue's own sentences do not say exactly enough. */
  public static Problem worded(
      ProblemCode code, @Nullable String location, Bilingual what, Bilingual mend) {
    return new Problem(
        List.of(
            new Issue(
                code, location, List.of(), new Wording(null, what, mend, null), null, false)));
  }

  /** A problem for which the storage engine gave more detail. */
  public static Problem detailed(ProblemCode code, @Nullable String detail) {
    return new Problem(List.of(new Issue(code, null, List.of(), null, detail, false)));
  }

  /**
   * A parameter that does not exist.
   *
   * @param of what was asked, a type or an operation
   * @param known the parameters that it has
   */
  public static Problem parameterUnknown(String name, String of, Collection<String> known) {
    return at(
        "http." + printable(name),
        ProblemCode.PARAMETER_UNKNOWN,
        printable(name),
        of,
        String.join(", ", new TreeSet<>(known)));
  }

  /**
   * A parameter with a value that it does not take.
   *
   * @param value what was sent; null when that cannot be shown, or is not what is wrong
   * @param allowed what it takes
   */
  public static Problem parameterInvalid(String name, @Nullable String value, String allowed) {
    return at(
        "http." + printable(name),
        ProblemCode.PARAMETER_INVALID,
        value == null ? printable(name) : printable(name) + " = " + printable(value),
        allowed);
  }

  /**
   * A body that is well-formed and yet cannot be read as a resource.
   *
   * @param detail the parser's own words
   */
  public static Problem unreadable(@Nullable String location, @Nullable String detail) {
    return new Problem(
        List.of(
            new Issue(
                ProblemCode.BODY_MALFORMED,
                location,
                List.of("R4", ""),
                new Wording(
                    null,
                    new Bilingual(
                        "请求体无法读作 FHIR R4 资源", "The body cannot be read as a FHIR R4 resource"),
                    null,
                    null),
                detail == null
                    ? null
                    : detail
                        .replaceAll("HAPI-\\d{4}: ", "")
                        .replaceAll("[\\p{Cntrl}\\p{Cs}\\p{Cn}]", "?"),
                false)));
  }

  /** What a client sent, fit for an answer: cut short, and of characters that can be shown. */
  public static String printable(@Nullable String text) {
    if (text == null) {
      return "";
    }
    String cut =
        text.codePointCount(0, text.length()) > LONGEST
            ? text.substring(0, text.offsetByCodePoints(0, LONGEST)) + "…"
            : text;
    return cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}<>&'\"]", "?");
  }

  /** An overload: the caller is told to come back after the given time (rounded up to seconds). */
  public static Problem overloaded(Duration retryAfter) {
    Problem problem = of(ProblemCode.OVERLOADED);
    problem
        .getResponseHeaders()
        .put("Retry-After", List.of("" + Math.max(1, retryAfter.toSeconds())));
    return problem;
  }

  /**
   * What is asked for cannot be answered whole until what was stored before is indexed again.
   *
   * @param parameter a search parameter or an operation
   */
  public static Problem indexIncomplete(String parameter, String type) {
    return at("http." + parameter, ProblemCode.INDEX_INCOMPLETE, parameter, type);
  }

  /** The same problem of a part of the request, such as {@code Bundle.entry[2].request}. */
  public Problem within(String part) {
    return new Problem(
        issues.stream()
            .map(
                issue ->
                    new Issue(
                        issue.code(),
                        part,
                        issue.arguments(),
                        issue.wording(),
                        issue.detail(),
                        issue.warning()))
            .toList());
  }

  public ProblemCode code() {
    return code;
  }

  public List<Issue> issues() {
    return issues;
  }
}
