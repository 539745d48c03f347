package org.hutong.profiles;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ConceptMap;
import org.hl7.fhir.r4.model.ConceptMap.ConceptMapGroupComponent;
import org.hl7.fhir.r4.model.ConceptMap.ConceptMapGroupUnmappedComponent;
import org.hl7.fhir.r4.model.ConceptMap.SourceElementComponent;
import org.hl7.fhir.r4.model.ConceptMap.TargetElementComponent;
import org.hl7.fhir.r4.model.Enumerations.ConceptMapEquivalence;
import org.hutong.fhir.Bilingual;
import org.jspecify.annotations.Nullable;

/**
 * The maps between tables. A code is only ever looked for in the groups of its own system: Chinese
 * tables of the same name give the same code different meanings.
 */
final class ConceptMaps {
  private final List<ConceptMap> maps;

  /**
   * What a map says of a code.
   *
   * @param equivalence how the concept relates to the code that was asked about
   * @param concept null when the map says that there is none
   * @param source canonical URL of the map
   * @param comment the map's own, null when it makes none
   */
  record Match(
      ConceptMapEquivalence equivalence,
      @Nullable Coding concept,
      String source,
      @Nullable Bilingual comment) {

    /** Whether the concept may stand for the code (R4: neither unmatched nor disjoint). */
    boolean translates() {
      return concept != null
          && equivalence != ConceptMapEquivalence.UNMATCHED
          && equivalence != ConceptMapEquivalence.DISJOINT;
    }
  }

  ConceptMaps(Collection<ConceptMap> maps) {
    this.maps = List.copyOf(maps);
  }

  /** All of them. */
  List<ConceptMap> all() {
    return maps;
  }

  /** The map of a canonical URL; null when there is none. */
  @Nullable ConceptMap of(String url) {
    return maps.stream().filter(map -> url.equals(map.getUrl())).findFirst().orElse(null);
  }

  /** The systems whose codes a map translates. */
  static List<String> sources(ConceptMap map, boolean reverse) {
    return map.getGroup().stream()
        .map(group -> reverse ? group.getTarget() : group.getSource())
        .distinct()
        .toList();
  }

  /**
   * What a map says of a code; empty when it says nothing.
   *
   * @param reverse from its targets back to its sources, the equivalence turned round
   */
  List<Match> translate(ConceptMap map, Coding coding, boolean reverse) {
    return reverse ? backward(map, coding) : forward(map, coding, new HashSet<>());
  }

  private List<Match> forward(ConceptMap map, Coding coding, Set<String> asked) {
    List<Match> matches = new ArrayList<>();
    if (!asked.add(map.getUrl())) {
      return matches; // Maps that send each other what they lack.
    }
    for (ConceptMapGroupComponent group : map.getGroup()) {
      if (!coding.getSystem().equals(group.getSource())) {
        continue;
      }
      List<TargetElementComponent> targets =
          group.getElement().stream()
              .filter(element -> coding.getCode().equals(element.getCode()))
              .flatMap(element -> element.getTarget().stream())
              .toList();
      for (TargetElementComponent target : targets) {
        matches.add(
            match(
                target.getEquivalence(),
                concept(group.getTarget(), target.getCode(), target.getDisplay()),
                map,
                target));
      }
      if (targets.isEmpty() && group.hasUnmapped()) {
        matches.addAll(unmapped(map, group, coding, asked));
      }
    }
    return matches;
  }

  /** R4 does not say how what is not mapped relates to what takes its place. */
  private List<Match> unmapped(
      ConceptMap map, ConceptMapGroupComponent group, Coding coding, Set<String> asked) {
    ConceptMapGroupUnmappedComponent unmapped = group.getUnmapped();
    return switch (unmapped.getMode()) {
      case PROVIDED -> List.of(related(map, group, coding.getCode(), coding.getDisplay()));
      case FIXED -> List.of(related(map, group, unmapped.getCode(), unmapped.getDisplay()));
      case OTHERMAP -> {
        ConceptMap other = of(unmapped.getUrl());
        yield other == null ? List.of() : forward(other, coding, asked);
      }
      case NULL -> List.of();
    };
  }

  private static Match related(
      ConceptMap map, ConceptMapGroupComponent group, String code, @Nullable String display) {
    return match(
        ConceptMapEquivalence.RELATEDTO, concept(group.getTarget(), code, display), map, null);
  }

  private static List<Match> backward(ConceptMap map, Coding coding) {
    List<Match> matches = new ArrayList<>();
    for (ConceptMapGroupComponent group : map.getGroup()) {
      if (!coding.getSystem().equals(group.getTarget())) {
        continue;
      }
      for (SourceElementComponent element : group.getElement()) {
        for (TargetElementComponent target : element.getTarget()) {
          if (coding.getCode().equals(target.getCode())) {
            matches.add(
                match(
                    turned(target.getEquivalence()),
                    concept(group.getSource(), element.getCode(), element.getDisplay()),
                    map,
                    target));
          }
        }
      }
    }
    return matches;
  }

  private static ConceptMapEquivalence turned(ConceptMapEquivalence equivalence) {
    return switch (equivalence) {
      case WIDER -> ConceptMapEquivalence.NARROWER;
      case NARROWER -> ConceptMapEquivalence.WIDER;
      case SUBSUMES -> ConceptMapEquivalence.SPECIALIZES;
      case SPECIALIZES -> ConceptMapEquivalence.SUBSUMES;
      case RELATEDTO, EQUIVALENT, EQUAL, INEXACT, UNMATCHED, DISJOINT, NULL -> equivalence;
    };
  }

  private static Match match(
      ConceptMapEquivalence equivalence,
      @Nullable Coding concept,
      ConceptMap map,
      @Nullable TargetElementComponent target) {
    Bilingual comment =
        target != null && target.hasComment()
            ? FhirPackage.bilingual(target.getCommentElement())
            : null;
    return new Match(equivalence, concept, map.getUrl(), comment);
  }

  private static @Nullable Coding concept(
      @Nullable String system, @Nullable String code, @Nullable String display) {
    return code == null ? null : new Coding(system, code, display);
  }
}
