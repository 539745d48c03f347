package org.hutong.fhir;

import java.text.MessageFormat;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * Renders problems as FHIR OperationOutcome (R4) in one language: {@code details.coding} is the
 * stable code, {@code details.text} says what is wrong, {@code diagnostics} how to mend it, {@code
 * expression} where.
 */
public final class Outcomes {
  /** CodeSystem of the keys of profile rules, beside the problem's code. */
  public static final String RULES = Canonical.BASE + "/CodeSystem/rule";

  /** Stands for a value that nobody gave. */
  private static final String UNKNOWN = "…";

  private static final Bilingual BASIS = new Bilingual("依据：%s", " Rule: %s");

  private static final Map<Language, ResourceBundle> TEXTS = new EnumMap<>(Language.class);

  static {
    for (Language language : Language.values()) {
      TEXTS.put(
          language,
          ResourceBundle.getBundle(
              "org.hutong.fhir.problems",
              Locale.forLanguageTag(language.tag()),
              ResourceBundle.Control.getNoFallbackControl(
                  ResourceBundle.Control.FORMAT_PROPERTIES)));
    }
  }

  private Outcomes() {}

  public static OperationOutcome render(Problem problem, Language language) {
    OperationOutcome outcome = new OperationOutcome();
    outcome.setLanguage(language.tag());
    for (Problem.Issue issue : problem.issues()) {
      add(outcome, issue, language);
    }
    return outcome;
  }

  /** What a request has done, and the warnings that did not keep it from that. */
  public static OperationOutcome render(
      Success success, List<Problem.Issue> warnings, Language language) {
    OperationOutcome outcome = new OperationOutcome();
    outcome.setLanguage(language.tag());
    OperationOutcome.OperationOutcomeIssueComponent done = outcome.addIssue();
    done.setSeverity(IssueSeverity.INFORMATION).setCode(OperationOutcome.IssueType.INFORMATIONAL);
    done.getDetails().setText(success.text().in(language));
    done.getDetails().addCoding().setSystem(Success.SYSTEM).setCode(success.code());
    warnings.forEach(warning -> add(outcome, warning, language));
    return outcome;
  }

  /** Adds one issue; used for warnings that travel with a success as well. */
  public static void add(OperationOutcome outcome, Problem.Issue issue, Language language) {
    ProblemCode code = issue.code();
    Object[] arguments = issue.arguments().toArray();
    Problem.Wording wording = issue.wording();
    String what =
        wording == null ? text(code, "what", language, arguments) : wording.what().in(language);
    Bilingual ownMend = wording == null ? null : wording.mend();
    String mend = ownMend == null ? text(code, "mend", language, arguments) : ownMend.in(language);
    Bilingual basis = wording == null ? null : wording.basis();
    if (basis != null) {
      mend += BASIS.in(language).formatted(basis.in(language));
    }
    OperationOutcome.OperationOutcomeIssueComponent rendered = outcome.addIssue();
    rendered
        .setSeverity(severity(issue))
        .setCode(code.issueType())
        .setDiagnostics(issue.detail() == null ? mend : mend + " [" + issue.detail() + "]");
    rendered.getDetails().setText(what);
    rendered.getDetails().addCoding().setSystem(ProblemCode.SYSTEM).setCode(code.code());
    if (wording != null && wording.rule() != null) {
      rendered.getDetails().addCoding().setSystem(RULES).setCode(wording.rule());
    }
    if (issue.location() != null) {
      rendered.addExpression(issue.location());
    }
  }

  private static IssueSeverity severity(Problem.Issue issue) {
    if (issue.code().issueType() == IssueType.INFORMATIONAL) {
      return IssueSeverity.INFORMATION;
    }
    return issue.warning() ? IssueSeverity.WARNING : IssueSeverity.ERROR;
  }

  /**
   * A text of the catalogue.
   *
   * @param part {@code what} (what is wrong) or {@code mend} (how to mend it)
   */
  public static String text(ProblemCode code, String part, Language language, Object... arguments) {
    ResourceBundle bundle = TEXTS.get(language);
    if (bundle == null) {
      throw new IllegalStateException("no texts for " + language);
    }
    MessageFormat format =
        new MessageFormat(bundle.getString(code.code() + "." + part), Locale.ROOT);
    Object[] all = Arrays.copyOf(arguments, format.getFormatsByArgumentIndex().length);
    // Who raises a problem for the engine does not always know what it is about.
    Arrays.fill(all, Math.min(arguments.length, all.length), all.length, UNKNOWN);
    return format.format(all);
  }
}
