package org.hutong.server;

import java.util.List;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/** The problems that the scans of JSON and XML have in common. */
final class Malformed {
  private static final int LONGEST_DETAIL = 200;

  private Malformed() {}

  /**
   * A text that breaks its format.
   *
   * @param format {@code JSON} or {@code XML}
   * @param detail the parser's own words; they may quote the text, and go to its sender only
   */
  static Problem at(
      String format, @Nullable String location, int line, int column, @Nullable String detail) {
    return because(
        format,
        location,
        new Bilingual(
            "第 %d 行第 %d 列".formatted(line, column), "line %d, column %d".formatted(line, column)),
        detail);
  }

  static Problem because(
      String format, @Nullable String location, Bilingual reason, @Nullable String detail) {
    Bilingual text =
        new Bilingual(
            "请求体不是合格的 FHIR %s：%s".formatted(format, reason.zh()),
            "The body is not well-formed FHIR %s: %s".formatted(format, reason.en()));
    return new Problem(
        List.of(
            new Problem.Issue(
                ProblemCode.BODY_MALFORMED,
                location,
                List.of(format, reason.en()),
                new Problem.Wording(null, text, null, null),
                detail == null ? null : printable(detail),
                false)));
  }

  static Problem flaw(@Nullable String location, TextFlaw flaw) {
    return problem(location, flaw.code(), flaw.notation());
  }

  static Problem problem(@Nullable String location, ProblemCode code, String... arguments) {
    return location == null ? Problem.of(code, arguments) : Problem.at(location, code, arguments);
  }

  /** What came from outside, fit for an answer: short, and free of what could not be encoded. */
  static String printable(String text) {
    String cut = text.length() > LONGEST_DETAIL ? text.substring(0, LONGEST_DETAIL) + "…" : text;
    return cut.replaceAll("[\\p{Cntrl}\\p{Cs}\\p{Cn}]", "?");
  }
}
