package org.hutong.profiles;

import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r5.context.IWorkerContext;
import org.hutong.fhir.Canonical;
import org.jspecify.annotations.Nullable;

/**
 * Says of a resource, in microseconds, that the full validator would find nothing wrong with it and
 * nothing to warn of; or that it cannot say so. It never says that something is wrong.
 *
 * <p>Recorded in {@code src/docs/decisions/0011-compiled-gate.md}.
 */
final class Clearance {
  /** Types that the full validator holds to rules of its own, beyond their definitions. */
  private static final Set<String> SPECIAL =
      Set.of(
          "ActivityDefinition",
          "Binary",
          "Bundle",
          "CapabilityStatement",
          "ChargeItemDefinition",
          "CodeSystem",
          "CompartmentDefinition",
          "ConceptMap",
          "EffectEvidenceSynthesis",
          "EventDefinition",
          "Evidence",
          "EvidenceVariable",
          "ExampleScenario",
          "GraphDefinition",
          "ImplementationGuide",
          "Library",
          "Measure",
          "MeasureReport",
          "MessageDefinition",
          "NamingSystem",
          "OperationDefinition",
          "Parameters",
          "PlanDefinition",
          "Questionnaire",
          "QuestionnaireResponse",
          "ResearchDefinition",
          "ResearchElementDefinition",
          "RiskEvidenceSynthesis",
          "SearchParameter",
          "StructureDefinition",
          "StructureMap",
          "TerminologyCapabilities",
          "TestReport",
          "TestScript",
          "ValueSet");

  /** What the hindrance begins with when the compiled rules are at fault themselves. */
  static final String FAILED = "failed: ";

  private final RuleBook book;

  Clearance(IWorkerContext definitions, OwnTables tables) {
    this.book = new RuleBook(definitions, tables);
  }

  /** Whether a type is held to its definition alone. */
  static boolean isPlain(String type) {
    return !SPECIAL.contains(type);
  }

  /** Compiles what the first resources held to a profile would wait for. */
  void warm(String profile) {
    Rules rules = book.of(profile);
    if (rules != null) {
      rules.warm(Collections.newSetFromMap(new IdentityHashMap<>()));
    }
  }

  /**
   * Whether nothing is to be said of a resource.
   *
   * @param chosen canonical URLs of the profiles that the rule chooses; empty when none
   */
  boolean clears(Resource resource, List<String> chosen) {
    return hindrance(resource, chosen) == null;
  }

  /** Why a resource cannot be cleared, and where; null when it is. For tests. */
  @Nullable String hindrance(Resource resource, List<String> chosen) {
    Walk walk = new Walk(resource);
    try {
      for (String url : profiles(resource, chosen)) {
        Rules rules = book.of(url);
        if (rules == null) {
          return "profile unknown";
        }
        walk = new Walk(resource);
        rules.check(resource, walk, book);
      }
      return null;
    } catch (Undecided undecided) {
      return undecided.getMessage() + " at " + walk.above(0);
    } catch (RuntimeException broken) {
      return FAILED + broken + " at " + walk.above(0); // a fault here must not refuse anything
    }
  }

  private Set<String> profiles(Resource resource, List<String> chosen) {
    String type = resource.fhirType();
    if (!isPlain(type) || resource.hasImplicitRules()) {
      throw new Undecided("special type");
    }
    Set<String> labels = new HashSet<>();
    for (Coding label : resource.getMeta().getSecurity()) {
      if (!labels.add(label.getSystem() + "#" + label.getCode())) {
        throw new Undecided("label twice");
      }
    }
    Set<String> profiles = new LinkedHashSet<>(chosen);
    for (CanonicalType declared : resource.getMeta().getProfile()) {
      String url = String.valueOf(declared.getValue());
      boolean known = url.startsWith(Canonical.BASE + "/") || url.equals(RuleBook.R4 + type);
      if (!known || url.indexOf('|') >= 0 || !type.equals(book.constrains(url))) {
        throw new Undecided("declared profile");
      }
      profiles.add(url);
    }
    if (profiles.isEmpty()) {
      profiles.add(RuleBook.R4 + type);
    }
    return profiles;
  }
}
