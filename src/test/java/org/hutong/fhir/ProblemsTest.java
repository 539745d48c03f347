package org.hutong.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The catalogue of problems, its texts in two languages and its page are one. */
class ProblemsTest {
  private static final Path PAGE = Path.of("src/docs/api/errors.md");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\d}");

  @ParameterizedTest
  @EnumSource
  void hasATextForEveryProblemAndNoOther(Language language) {
    Set<String> expected = new TreeSet<>();
    for (ProblemCode code : ProblemCode.values()) {
      expected.add(code.code() + ".what");
      expected.add(code.code() + ".mend");
    }
    assertThat(texts(language).stringPropertyNames()).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(texts(language).values()).noneMatch(text -> text.toString().isBlank());
  }

  @ParameterizedTest
  @CsvSource({
    "birthDate, birthdate",
    "identifer, identifier",
    "Identifier:exact, identifier",
    "shoesize, ",
    "id, "
  })
  void asksForTheParameterThatSeemsToBeMeant(String name, @Nullable String meant) {
    Problem unknown =
        Problem.parameterUnknown(name, "Patient", List.of("_id", "birthdate", "identifier"));
    for (Language language : Language.values()) {
      OperationOutcomeIssueComponent issue = Outcomes.render(unknown, language).getIssueFirstRep();
      assertThat(issue.getDetails().getText()).contains(name);
      assertThat(issue.getDiagnostics()).contains("_id, birthdate, identifier");
      String question = language == Language.ZH ? "您是指 %s 吗？" : "Did you mean %s? ";
      if (meant == null) {
        assertThat(issue.getDiagnostics()).doesNotContain("您是指", "Did you mean");
      } else {
        assertThat(issue.getDiagnostics()).startsWith(question.formatted(meant));
      }
    }
  }

  @Test
  void promisesNoNoteThatMayBeMissing() {
    for (String code : List.of("request-invalid", "unprocessable")) {
      assertThat(texts(Language.EN).getProperty(code + ".mend")).doesNotContain("brackets");
      assertThat(texts(Language.ZH).getProperty(code + ".mend")).doesNotContain("方括号");
    }
  }

  @Test
  void saysTheSameInBothLanguages() {
    Properties zh = texts(Language.ZH);
    Properties en = texts(Language.EN);
    for (String key : zh.stringPropertyNames()) {
      assertThat(placeholders(en.getProperty(key)))
          .as(key)
          .isEqualTo(placeholders(zh.getProperty(key)));
      assertThat(zh.getProperty(key)).as(key).isNotEqualTo(en.getProperty(key));
    }
  }

  @ParameterizedTest
  @EnumSource
  void losesNoTextToAnApostrophe(ProblemCode code) {
    for (Language language : Language.values()) {
      for (String part : new String[] {"what", "mend"}) {
        String pattern = texts(language).getProperty(code.code() + "." + part);
        String rendered = Outcomes.text(code, part, language, "a", "b", "c");
        assertThat(rendered).doesNotContain("{", "}", "''");
        assertThat(pattern.replace("''", "")).doesNotContain("'");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void leavesNoPlaceholderWhenValuesAreMissing(ProblemCode code) {
    for (Problem problem :
        List.of(Problem.of(code), Problem.detailed(code, null), Problem.of(code, "a"))) {
      for (Language language : Language.values()) {
        var issue = Outcomes.render(problem, language).getIssueFirstRep();
        assertThat(issue.getDetails().getText() + issue.getDiagnostics())
            .doesNotContain("{", "}", "null");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void isAnErrorOfHttp(ProblemCode code) {
    assertThat(code.status()).isBetween(400, 503);
    assertThat(code.code()).matches("[a-z0-9]+(-[a-z0-9]+)*");
  }

  /** On failure the page is rewritten: look at it, and commit it. */
  @Test
  void standsOnItsPage() throws IOException {
    String written = Files.exists(PAGE) ? Files.readString(PAGE) : "";
    if (!written.equals(page())) {
      Files.createDirectories(Objects.requireNonNull(PAGE.getParent()));
      Files.writeString(PAGE, page());
    }
    assertThat(written).isEqualTo(page());
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Errors 错误
            Every error is an OperationOutcome. `issue.details.coding` with system
            `%s` holds the stable code below,
            `details.text` what is wrong, with the value, `diagnostics` how to mend it and what the rule
            rests on (the engine's own English note in brackets), `expression` where. Texts are Chinese, or English when `Accept-Language`
            prefers it. A broken rule of a profile has a second coding, system
            `%s/CodeSystem/rule`, with the rule's key.

            This page is generated from `ProblemCode` and its texts, and compared by `ProblemsTest`.

            | code | HTTP | FHIR | what 何错 | mend 何以改正 |
            |---|---|---|---|---|
            """
                .formatted(ProblemCode.SYSTEM, Canonical.BASE));
    for (ProblemCode code : ProblemCode.values()) {
      page.append(
          "| `%s` | %d | %s |".formatted(code.code(), code.status(), code.issueType().toCode()));
      for (String part : new String[] {"what", "mend"}) {
        page.append(' ')
            .append(Outcomes.text(code, part, Language.EN, "…", "…", "…"))
            .append("<br>")
            .append(Outcomes.text(code, part, Language.ZH, "…", "…", "…"))
            .append(" |");
      }
      page.append('\n');
    }
    return page.toString();
  }

  private static Set<String> placeholders(String text) {
    return PLACEHOLDER
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Properties texts(Language language) {
    String suffix = language.name().toLowerCase(java.util.Locale.ROOT);
    Properties properties = new Properties();
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(
                ProblemsTest.class.getResourceAsStream("problems_" + suffix + ".properties")),
            StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new AssertionError(Arrays.toString(e.getStackTrace()), e);
    }
    return properties;
  }
}
