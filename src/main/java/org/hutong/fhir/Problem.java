package org.hutong.fhir;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.apache.commons.text.similarity.LevenshteinDistance;
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

  /** Letters by which a parameter may differ from the one that is meant. */
  private static final int MOST_DIFFERENCES = 2;

  /** A shorter name may be that of anything. */
  private static final int SHORTEST_NAME = 4;

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
   * A name that does not exist, beside the one that seems to be meant.
   *
   * @param arguments values for the placeholders of the catalogue's sentences
   */
  public static Problem suggested(
      String location, ProblemCode code, String meant, String... arguments) {
    Object[] values = arguments.clone();
    return worded(
        code,
        location,
        new Bilingual(
            Outcomes.text(code, "what", Language.ZH, values),
            Outcomes.text(code, "what", Language.EN, values)),
        new Bilingual(
            "您是指 %s 吗？".formatted(meant) + Outcomes.text(code, "mend", Language.ZH, values),
            "Did you mean %s? ".formatted(meant)
                + Outcomes.text(code, "mend", Language.EN, values)));
  }

  /**
   * A resource whose id is not that of the URL.
   *
   * @param id that of the URL
   * @param own that of the resource; empty when it has none
   */
  public static Problem otherId(String location, String id, String own) {
    String shown = printable(id);
    return own.isEmpty()
        ? worded(
            ProblemCode.ID_MISMATCH,
            location,
            new Bilingual(
                "资源中没有写 id，地址中的 id 是“" + shown + "”",
                "The resource has no id; the URL has \"" + shown + "\""),
            new Bilingual(
                "PUT 的资源须写明 \"id\": \"" + shown + "\"。",
                "What is PUT must say \"id\": \"" + shown + "\"."))
        : at(location, ProblemCode.ID_MISMATCH, shown, printable(own));
  }

  /**
   * A parameter that does not exist.
   *
   * @param of what was asked, a type or an operation
   * @param known the parameters that it has
   */
  public static Problem parameterUnknown(String name, String of, Collection<String> known) {
    String plain = name.replaceFirst("[:.].*$", "").toLowerCase(Locale.ROOT);
    LevenshteinDistance differences = LevenshteinDistance.getDefaultInstance();
    String meant =
        known.stream()
            .filter(parameter -> plain.length() >= SHORTEST_NAME)
            .filter(
                parameter ->
                    differences.apply(parameter.toLowerCase(Locale.ROOT), plain)
                        <= MOST_DIFFERENCES)
            .min(
                Comparator.comparing(
                    parameter -> differences.apply(parameter.toLowerCase(Locale.ROOT), plain)))
            .orElse(null);
    if (meant != null) {
      return suggested(
          "http." + printable(name),
          ProblemCode.PARAMETER_UNKNOWN,
          meant,
          printable(name),
          of,
          String.join(", ", new TreeSet<>(known)));
    }
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
