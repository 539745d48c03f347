package org.hutong.profiles;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.StructureDefinition.StructureDefinitionKind;
import org.hutong.fhir.Canonical;
import org.jspecify.annotations.Nullable;

/**
 * The published rule by which a resource is held to our profiles. A profile says itself when it
 * applies, by the extension {@code applies-when}: to a resource of its type one of whose category
 * or code is among those named. A profile without the extension is the base of its type, and
 * applies when no other does. A type without a base is held to FHIR R4 alone.
 */
final class ProfileChoice {
  private final Map<String, List<Condition>> conditions = new LinkedHashMap<>();
  private final Map<String, String> bases = new LinkedHashMap<>();

  /**
   * When a profile applies.
   *
   * @param element name of an element of the resource, a CodeableConcept or a list of them
   * @param codings of which the element has one
   */
  record Condition(String profile, String element, List<Coding> codings) {
    private boolean holds(Resource resource) {
      Property property = resource.getNamedProperty(element);
      for (Base value : property.getValues()) {
        CodeableConcept concept = (CodeableConcept) value;
        for (Coding coding : codings) {
          if (concept.hasCoding(coding.getSystem(), coding.getCode())) {
            return true;
          }
        }
      }
      return false;
    }
  }

  /**
   * Reads the rule.
   *
   * @throws IllegalStateException when a type has two bases, or a condition is not whole
   */
  ProfileChoice(Collection<StructureDefinition> definitions) {
    for (StructureDefinition definition : definitions) {
      if (definition.getKind() != StructureDefinitionKind.RESOURCE) {
        continue;
      }
      String url = definition.getUrl();
      Extension when = definition.getExtensionByUrl(Canonical.APPLIES_WHEN);
      if (when != null) {
        conditions
            .computeIfAbsent(definition.getType(), type -> new ArrayList<>())
            .add(condition(url, when));
        continue;
      }
      String other = bases.put(definition.getType(), url);
      if (other != null) {
        throw new IllegalStateException(
            definition.getType() + " has two base profiles, " + other + " and " + url);
      }
    }
  }

  /** The canonical URLs of the profiles that apply; empty when FHIR R4 alone applies. */
  List<String> of(Resource resource) {
    String type = resource.fhirType();
    List<String> chosen =
        conditions.getOrDefault(type, List.of()).stream()
            .filter(condition -> condition.holds(resource))
            .map(Condition::profile)
            .toList();
    String base = bases.get(type);
    return chosen.isEmpty() && base != null ? List.of(base) : chosen;
  }

  /** The profiles that apply where no condition holds, by type. */
  Map<String, String> bases() {
    return bases;
  }

  /** What narrows the choice, by type. */
  Map<String, List<Condition>> conditions() {
    return conditions;
  }

  /** The code tables by which an element chooses among the profiles of a type. */
  List<String> tables(String type, String element) {
    return conditions.getOrDefault(type, List.of()).stream()
        .filter(condition -> condition.element().equals(element))
        .flatMap(condition -> condition.codings().stream())
        .map(Coding::getSystem)
        .distinct()
        .toList();
  }

  /** The systems of the codes by which it chooses. */
  Set<String> systems() {
    return conditions.values().stream()
        .flatMap(List::stream)
        .flatMap(condition -> condition.codings().stream())
        .map(Coding::getSystem)
        .collect(Collectors.toSet());
  }

  /**
   * The profile of a type that is most like a name which none of them bears; null when the name
   * does not claim to be ours, or the type has no profile.
   */
  @Nullable String like(String named, String type) {
    LevenshteinDistance differences = LevenshteinDistance.getDefaultInstance();
    return !Misnomers.claimsToBeOurs(named)
        ? null
        : all().entrySet().stream()
            .filter(known -> known.getValue().equals(type))
            .map(Map.Entry::getKey)
            .min(Comparator.comparing(known -> differences.apply(known, named)))
            .orElse(null);
  }

  /** Every profile that the rule may choose, by its canonical URL, with its type. */
  Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    bases.forEach((type, profile) -> all.put(profile, type));
    conditions.forEach(
        (type, narrower) -> narrower.forEach(condition -> all.put(condition.profile(), type)));
    return all;
  }

  private static Condition condition(String profile, Extension when) {
    String element = when.getExtensionString("element");
    List<Coding> codings =
        when.getExtensionsByUrl("coding").stream()
            .map(coding -> (Coding) coding.getValue())
            .toList();
    if (element == null || codings.isEmpty()) {
      throw new IllegalStateException(profile + " does not say when it applies");
    }
    return new Condition(profile, element, codings);
  }
}
