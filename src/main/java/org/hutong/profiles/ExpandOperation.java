package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r4.model.ValueSet.ValueSetExpansionContainsComponent;
import org.hutong.fhir.Language;
import org.hutong.fhir.Operations;
import org.springframework.stereotype.Component;

/**
 * {@code $expand} over the definitions of the class path, which are those that writes are held to.
 * HAPI's own looks into the database first.
 */
@Component
class ExpandOperation implements Operations {
  private static final Set<String> EXPAND =
      Set.of("url", "filter", "offset", "count", "displayLanguage", "includeDesignations");

  private final FhirContext context;
  private final IValidationSupport definitions;
  private final NamedSystems systems;
  private final ValueSets valueSets;

  ExpandOperation(FhirContext context, IValidationSupport definitions, NamedSystems systems) {
    this.context = context;
    this.systems = systems;
    this.definitions = definitions;
    this.valueSets = new ValueSets(definitions);
  }

  /** The codes of a value set, from the offset on. */
  @Operation(name = "$expand", typeName = "ValueSet", idempotent = true, manualRequest = true)
  public ValueSet expand(RequestDetails details) {
    OperationInput input = OperationInput.of(details, context, systems, "ValueSet/$expand", EXPAND);
    int offset = input.number("offset", 0);
    int count = input.number("count", Integer.MAX_VALUE);
    boolean designations = input.flag("includeDesignations");
    Language language = input.language();
    String filter = String.valueOf(input.text("filter", "")).toLowerCase(Locale.ROOT);
    ValueSet definition = valueSets.of(input.required("url"));

    Concepts concepts = new Concepts(definitions);
    // The chain gives them in no order, which pages need.
    List<ValueSetExpansionContainsComponent> chosen =
        valueSets.codes(definition).stream()
            .filter(code -> matches(code, filter, concepts))
            .sorted(
                Comparator.comparing(ValueSetExpansionContainsComponent::getSystem)
                    .thenComparing(code -> concepts.position(code.getSystem(), code.getCode()))
                    .thenComparing(ValueSetExpansionContainsComponent::getCode))
            .toList();
    ValueSet expanded = new ValueSet();
    expanded.setUrl(definition.getUrl());
    expanded.setVersion(definition.getVersion());
    expanded.setName(definition.getName());
    expanded.setTitle(definition.getTitle());
    expanded.setStatus(definition.getStatus());
    ValueSet.ValueSetExpansionComponent expansion = expanded.getExpansion();
    expansion.setTotal(chosen.size());
    expansion.setOffset(offset);
    for (int i = offset; i < chosen.size() && i - offset < count; i++) {
      expansion.addContains(named(chosen.get(i), language, designations, concepts));
    }
    return expanded;
  }

  private static boolean matches(
      ValueSetExpansionContainsComponent code, String filter, Concepts concepts) {
    if (filter.isEmpty()) {
      return true;
    }
    List<String> texts = concepts.names(code.getSystem(), code.getCode());
    texts.add(code.getCode());
    if (code.hasDisplay()) {
      texts.add(code.getDisplay());
    }
    return texts.stream().anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(filter));
  }

  private static ValueSetExpansionContainsComponent named(
      ValueSetExpansionContainsComponent code,
      Language language,
      boolean designations,
      Concepts concepts) {
    ValueSetExpansionContainsComponent named = new ValueSetExpansionContainsComponent();
    named.setSystem(code.getSystem());
    named.setVersion(code.getVersion());
    named.setCode(code.getCode());
    String name = concepts.name(code.getSystem(), code.getCode(), language);
    named.setDisplay(name == null ? code.getDisplay() : name);
    ConceptDefinitionComponent concept = concepts.concept(code.getSystem(), code.getCode());
    CodeSystem system = concepts.system(code.getSystem());
    if (designations && concept != null && system != null) {
      named.addDesignation().setLanguage(Concepts.spoken(system)).setValue(concept.getDisplay());
      concept
          .getDesignation()
          .forEach(
              designation ->
                  named
                      .addDesignation()
                      .setLanguage(designation.getLanguage())
                      .setValue(designation.getValue()));
    }
    return named;
  }
}
