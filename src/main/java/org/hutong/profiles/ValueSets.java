package org.hutong.profiles;

import ca.uhn.fhir.context.support.ConceptValidationOptions;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.CodeSystemContentMode;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r4.model.ValueSet.ValueSetExpansionContainsComponent;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;

/** The value sets, and the codes that they hold. */
final class ValueSets {
  private static final Set<CodeSystemContentMode> PARTIAL =
      EnumSet.of(
          CodeSystemContentMode.FRAGMENT,
          CodeSystemContentMode.EXAMPLE,
          CodeSystemContentMode.NOTPRESENT);

  private final IValidationSupport definitions;

  ValueSets(IValidationSupport definitions) {
    this.definitions = definitions;
  }

  /**
   * The definition of a value set.
   *
   * @throws Problem when there is none
   */
  ValueSet of(String url) {
    if (definitions.fetchValueSet(url) instanceof ValueSet valueSet) {
      return valueSet;
    }
    throw Problem.of(ProblemCode.VALUE_SET_UNKNOWN, Problem.printable(url));
  }

  boolean holds(ValueSet valueSet, Coding coding) {
    IValidationSupport.CodeValidationResult result =
        definitions.validateCodeInValueSet(
            new ValidationSupportContext(definitions),
            new ConceptValidationOptions(),
            coding.getSystem(),
            coding.getCode(),
            null,
            valueSet);
    return result != null && result.isOk();
  }

  /**
   * All codes of a value set, in no order.
   *
   * @throws Problem when they cannot be listed
   */
  List<ValueSetExpansionContainsComponent> codes(ValueSet definition) {
    if (isPartial(definition, new HashSet<>())) {
      throw endless(definition);
    }
    IValidationSupport.ValueSetExpansionOutcome outcome =
        definitions.expandValueSet(new ValidationSupportContext(definitions), null, definition);
    if (outcome == null || !(outcome.getValueSet() instanceof ValueSet expanded)) {
      throw endless(definition);
    }
    List<ValueSetExpansionContainsComponent> codes = new ArrayList<>();
    flatten(expanded.getExpansion().getContains(), codes);
    if (codes.isEmpty() && definition.hasCompose()) {
      throw endless(definition);
    }
    return codes;
  }

  /**
   * Whether it draws on a table of which not all codes are known here. Of such a table the chain
   * would list those that are, and leave out what it knows no code of at all.
   */
  private boolean isPartial(ValueSet definition, Set<String> seen) {
    return definition.getCompose().getInclude().stream()
        .anyMatch(
            include ->
                !include.hasConcept()
                        && include.hasSystem()
                        && definitions.fetchCodeSystem(include.getSystem())
                            instanceof CodeSystem table
                        && PARTIAL.contains(table.getContent())
                    || include.getValueSet().stream()
                        .filter(within -> seen.add(within.getValue()))
                        .anyMatch(
                            within ->
                                definitions.fetchValueSet(within.getValue()) instanceof ValueSet set
                                    && isPartial(set, seen)));
  }

  private static void flatten(
      List<ValueSetExpansionContainsComponent> from,
      List<ValueSetExpansionContainsComponent> into) {
    for (ValueSetExpansionContainsComponent code : from) {
      if (code.hasCode()) {
        into.add(code);
      }
      flatten(code.getContains(), into);
    }
  }

  private static Problem endless(ValueSet definition) {
    return Problem.of(ProblemCode.TOO_COSTLY, Problem.printable(definition.getUrl()));
  }
}
