package org.hutong.profiles;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hl7.fhir.r5.context.IWorkerContext;
import org.hl7.fhir.r5.model.CodeSystem;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.Enumerations.BindingStrength;
import org.hl7.fhir.r5.model.Enumerations.CodeSystemContentMode;
import org.hl7.fhir.r5.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r5.model.OperationOutcome.OperationOutcomeIssueComponent;
import org.hl7.fhir.r5.model.ValueSet;
import org.hl7.fhir.r5.terminologies.utilities.ValidationResult;
import org.hl7.fhir.utilities.FhirPublication;
import org.hl7.fhir.utilities.validation.ValidationOptions;
import org.hutong.fhir.Canonical;
import org.jspecify.annotations.Nullable;

/**
 * What the terminology says of a code, remembered. It asks the same service as the full validator,
 * once for each code that comes.
 */
final class Codes {
  /** Codes remembered; a few megabytes. Beyond it all are forgotten and asked for again. */
  private static final int REMEMBERED = 10_000;

  private static final String ISSUE_TYPE = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type";

  /** What the full validator would say. */
  enum Verdict {
    /** Nothing. */
    FINE,
    /** Nothing but what is not told of code systems and value sets that are not ours. */
    FOREIGN,
    /**
     * Nothing but what is not told of one of our extensible value sets, when the code is of a table
     * of it that nobody here knows in full.
     */
    OPEN,
    OBJECTIONABLE
  }

  /**
   * A value set that an element is bound to.
   *
   * @param set null when nobody knows it
   */
  record Binding(String url, BindingStrength strength, boolean hasMaximum, @Nullable ValueSet set) {
    boolean required() {
      return strength == BindingStrength.REQUIRED;
    }

    boolean extensible() {
      return strength == BindingStrength.EXTENSIBLE;
    }

    boolean preferred() {
      return strength == BindingStrength.PREFERRED;
    }

    boolean ours() {
      return url.startsWith(Canonical.BASE);
    }
  }

  private record Asked(
      @Nullable String valueSet,
      boolean inConcept,
      @Nullable String system,
      String code,
      @Nullable String display) {}

  private final IWorkerContext context;
  private final Map<Asked, Verdict> remembered = new ConcurrentHashMap<>();

  Codes(IWorkerContext context) {
    this.context = context;
  }

  /**
   * Whether nothing is said of a coding.
   *
   * @param binding null when the element is not bound, or by example only
   * @param inConcept whether it is part of a CodeableConcept, of which less is said
   */
  boolean pass(
      @Nullable Binding binding,
      boolean inConcept,
      @Nullable String system,
      @Nullable String code,
      @Nullable String display) {
    if (system == null || code == null) {
      return binding == null && code == null;
    }
    if (binding != null && binding.set() == null) {
      // Of a value set that nobody knows nothing is said but that, and that is not told.
      return !binding.required()
          && !binding.hasMaximum()
          && !binding.ours()
          && pass(null, inConcept, system, code, display);
    }
    return passes(
        binding,
        remember(
            new Asked(binding == null ? null : binding.url(), inConcept, system, code, display),
            binding));
  }

  /** Whether nothing is said of the bare code of a bound primitive element. */
  boolean pass(Binding binding, String code) {
    return binding.set() != null
        && passes(binding, remember(new Asked(binding.url(), false, null, code, null), binding));
  }

  private static boolean passes(@Nullable Binding binding, Verdict verdict) {
    return verdict == Verdict.FINE
        || verdict == Verdict.OPEN
        || verdict == Verdict.FOREIGN
            && (binding == null
                || binding.preferred()
                || binding.extensible() && !binding.hasMaximum() && !binding.ours());
  }

  private Verdict remember(Asked asked, @Nullable Binding binding) {
    Verdict known = remembered.get(asked);
    if (known == null) {
      known = ask(asked, binding);
      if (remembered.size() >= REMEMBERED) {
        remembered.clear();
      }
      remembered.put(asked, known);
    }
    return known;
  }

  private Verdict ask(Asked asked, @Nullable Binding binding) {
    ValidationOptions options =
        new ValidationOptions(FhirPublication.R5, Locale.US.toLanguageTag());
    ValueSet set = binding == null ? null : binding.set();
    ValidationResult result;
    if (asked.system() == null) {
      result = context.validateCode(options.withGuessSystem(), asked.code(), set);
    } else if (!isSystem(asked.system(), set != null)) {
      return Verdict.OBJECTIONABLE;
    } else if (set == null) {
      result = context.validateCode(options, asked.system(), null, asked.code(), asked.display());
    } else {
      Coding coding = new Coding().setSystem(asked.system()).setCode(asked.code());
      if (asked.display() != null) {
        coding.setDisplay(asked.display());
      }
      result = context.validateCode(options, coding, set);
    }
    if (result.isOk() && result.getMessage() == null && result.getIssues().isEmpty()) {
      return Verdict.FINE;
    }
    if (binding != null
        && binding.ours()
        && binding.extensible()
        && !binding.hasMaximum()
        && isOpen(asked.system(), binding)
        && result.getIssues().stream().allMatch(issue -> isNotTold(issue, binding.url()))) {
      return Verdict.OPEN;
    }
    // Of an unbound concept, and of a code beyond a value set that is only preferred, nothing is
    // said but by issues.
    boolean issuesOnly =
        binding == null ? asked.inConcept() : binding.preferred() && !result.isOk();
    boolean silent =
        (issuesOnly
                || (result.isOk() || set != null)
                    && !String.valueOf(result.getMessage()).contains(Canonical.BASE))
            && result.getIssues().stream().allMatch(issue -> isNotTold(issue, ""));
    return silent ? Verdict.FOREIGN : Verdict.OBJECTIONABLE;
  }

  /** Whether a system is written as one, and is neither a value set nor one with its own rules. */
  private boolean isSystem(String system, boolean bound) {
    if (!Formats.isAbsolute(system)) {
      return false;
    }
    if (bound) {
      return true;
    }
    return context.getTxSupportInfo(system, null).isSupported()
        && context.fetchResource(ValueSet.class, system) == null;
  }

  /** Whether a system is part of a value set, and its codes are not all known here. */
  private boolean isOpen(@Nullable String system, Binding binding) {
    if (system == null
        || binding.set() == null
        || binding.set().getCompose().getInclude().stream()
            .noneMatch(include -> system.equals(include.getSystem()))) {
      return false;
    }
    CodeSystem table = context.fetchCodeSystem(system);
    return table == null || table.getContent() != CodeSystemContentMode.COMPLETE;
  }

  /**
   * @param spared URL of a value set of ours that may be named nonetheless; empty for none
   */
  private static boolean isNotTold(OperationOutcomeIssueComponent issue, String spared) {
    if (issue.getDetails().hasCoding(ISSUE_TYPE, "not-in-vs")
        || issue.getDetails().hasCoding(ISSUE_TYPE, "this-code-not-in-vs")) {
      return true;
    }
    boolean grave =
        issue.getSeverity() == IssueSeverity.ERROR || issue.getSeverity() == IssueSeverity.FATAL;
    return (!grave || issue.getDetails().hasCoding(ISSUE_TYPE, "not-found"))
        && !namesOurs(issue.getDetails().getText(), spared)
        && !namesOurs(issue.getDiagnostics(), spared);
  }

  private static boolean namesOurs(@Nullable String text, String spared) {
    return text != null && text.replace(spared, "").contains(Canonical.BASE);
  }
}
