package org.hutong.profiles;

import ca.uhn.fhir.context.support.IValidationSupport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hutong.fhir.Language;
import org.jspecify.annotations.Nullable;

/**
 * The concepts of the code systems, and what they are called. Ours are Chinese with English
 * designations; those of FHIR R4 are English.
 */
final class Concepts {
  private final IValidationSupport definitions;
  private final Map<String, Map<String, ConceptDefinitionComponent>> read = new HashMap<>();
  private final Map<String, Map<String, Integer>> positions = new HashMap<>();

  Concepts(IValidationSupport definitions) {
    this.definitions = definitions;
  }

  /** The definition of a code system; null when there is none. */
  @Nullable CodeSystem system(String url) {
    return definitions.fetchCodeSystem(url) instanceof CodeSystem system ? system : null;
  }

  /** A concept; null when the system is not defined or lists no such code. */
  @Nullable ConceptDefinitionComponent concept(String system, String code) {
    return concepts(system).get(code);
  }

  /** The codes of a system in its order; empty when it is not defined. */
  List<String> codes(String system) {
    return List.copyOf(concepts(system).keySet());
  }

  /** The place of a code in its system; past the last when it is not listed there. */
  int position(String system, String code) {
    return positions
        .computeIfAbsent(
            system,
            key -> {
              Map<String, Integer> places = new HashMap<>();
              concepts(key).keySet().forEach(listed -> places.put(listed, places.size()));
              return places;
            })
        .getOrDefault(code, Integer.MAX_VALUE);
  }

  /** What a concept is called in a language; null when it has no name in it. */
  @Nullable String name(String system, String code, Language language) {
    ConceptDefinitionComponent concept = concept(system, code);
    if (concept == null) {
      return null;
    }
    for (CodeSystem.ConceptDefinitionDesignationComponent designation : concept.getDesignation()) {
      if (isIn(designation.getLanguage(), language)) {
        return designation.getValue();
      }
    }
    CodeSystem definition = system(system);
    return definition != null && isIn(spoken(definition), language) ? concept.getDisplay() : null;
  }

  /** Everything that a concept is called. */
  List<String> names(String system, String code) {
    List<String> names = new ArrayList<>();
    ConceptDefinitionComponent concept = concept(system, code);
    if (concept != null) {
      if (concept.hasDisplay()) {
        names.add(concept.getDisplay());
      }
      concept.getDesignation().forEach(designation -> names.add(designation.getValue()));
    }
    return names;
  }

  /** The language of a system's own names; those of FHIR R4 do not say that they are English. */
  static String spoken(CodeSystem system) {
    return system.hasLanguage() ? system.getLanguage() : "en";
  }

  static boolean isIn(@Nullable String tag, Language language) {
    return tag != null && tag.startsWith(language.tag().substring(0, 2));
  }

  private Map<String, ConceptDefinitionComponent> concepts(String url) {
    return read.computeIfAbsent(
        url,
        key -> {
          Map<String, ConceptDefinitionComponent> concepts = new LinkedHashMap<>();
          CodeSystem system = system(key);
          if (system != null) {
            collect(system.getConcept(), concepts);
          }
          return concepts;
        });
  }

  private static void collect(
      List<ConceptDefinitionComponent> from, Map<String, ConceptDefinitionComponent> into) {
    for (ConceptDefinitionComponent concept : from) {
      into.put(concept.getCode(), concept);
      collect(concept.getConcept(), into);
    }
  }
}
