package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.CodeSystemContentMode;
import org.hl7.fhir.r4.model.ConceptMap;
import org.hl7.fhir.r4.model.ConceptMap.ConceptMapGroupComponent;
import org.hl7.fhir.r4.model.ConceptMap.SourceElementComponent;
import org.hl7.fhir.r4.model.ConceptMap.TargetElementComponent;
import org.hl7.fhir.r4.model.Enumerations.ConceptMapEquivalence;
import org.hl7.fhir.r4.model.NamingSystem;
import org.hl7.fhir.r4.model.NamingSystem.NamingSystemIdentifierType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ValueSet;
import org.junit.jupiter.api.Test;

/** The tables, the maps between them and the names of identifiers agree with each other. */
class TerminologyTest {
  private static final List<Resource> ALL = read();
  private static final Map<String, CodeSystem> TABLES =
      of(CodeSystem.class).collect(Collectors.toMap(CodeSystem::getUrl, table -> table));

  @Test
  void countsTheCodesOfAWholeTable() {
    for (CodeSystem table : TABLES.values()) {
      if (table.getContent() == CodeSystemContentMode.COMPLETE) {
        assertThat(table.getCount()).as(table.getId()).isEqualTo(table.getConcept().size());
      }
      assertThat(codes(table)).as(table.getId()).doesNotHaveDuplicates();
    }
  }

  @Test
  void namesEveryCodeInBothLanguages() {
    for (CodeSystem table : TABLES.values()) {
      table
          .getConcept()
          .forEach(
              concept -> {
                assertThat(concept.getDisplay()).as(table.getId()).isNotBlank();
                assertThat(concept.getDesignationFirstRep().getLanguage()).isEqualTo("en");
                assertThat(concept.getDesignationFirstRep().getValue()).isNotBlank();
              });
    }
  }

  /** Without a language they are what people write, and never what a code is called in answers. */
  @Test
  void sharesNoNameBetweenTwoCodesOfATable() {
    for (CodeSystem table : TABLES.values()) {
      List<String> names = new ArrayList<>();
      table
          .getConcept()
          .forEach(
              concept -> {
                Set<String> own = new TreeSet<>(Set.of(concept.getDisplay()));
                concept.getDesignation().forEach(name -> own.add(name.getValue()));
                names.addAll(own);
              });
      assertThat(names).as(table.getId()).doesNotHaveDuplicates();
    }
  }

  @Test
  void givesEachTableItsOwnValueSet() {
    Map<String, ValueSet> valueSets =
        of(ValueSet.class).collect(Collectors.toMap(ValueSet::getUrl, valueSet -> valueSet));
    TABLES.values().stream()
        .filter(CodeSystem::hasValueSet)
        .forEach(
            table ->
                assertThat(valueSets.get(table.getValueSet()))
                    .as(table.getId())
                    .extracting(valueSet -> valueSet.getCompose().getIncludeFirstRep().getSystem())
                    .isEqualTo(table.getUrl()));
  }

  @Test
  void mapsCodesThatExistToCodesThatExist() {
    List<String> unknown = new ArrayList<>();
    int mapped = 0;
    for (ConceptMap map : of(ConceptMap.class).toList()) {
      for (ConceptMapGroupComponent group : map.getGroup()) {
        for (SourceElementComponent element : group.getElement()) {
          check(map, group.getSource(), element.getCode(), element.getDisplay(), unknown);
          for (TargetElementComponent target : element.getTarget()) {
            if (target.getEquivalence() != ConceptMapEquivalence.UNMATCHED) {
              check(map, group.getTarget(), target.getCode(), target.getDisplay(), unknown);
              mapped++;
            }
          }
        }
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(mapped).isGreaterThan(90);
  }

  @Test
  void mapsEveryCodeOfATableThatIsMapped() {
    for (ConceptMap map : of(ConceptMap.class).toList()) {
      ConceptMapGroupComponent group = map.getGroupFirstRep();
      CodeSystem source = TABLES.get(group.getSource());
      assertThat(source).as(map.getId()).isNotNull();
      List<String> mapped =
          group.getElement().stream().map(SourceElementComponent::getCode).toList();
      List<String> left = new ArrayList<>(codes(source));
      left.removeAll(mapped);
      // GB/T 3304 has no letters for these two.
      left.removeAll(List.of("97", "98"));
      assertThat(left).as(map.getId()).isEmpty();
    }
  }

  /** What $translate would leave out, or could not say in Chinese. */
  @Test
  void mapsWithoutConditionsAndRemarksInBothLanguages() {
    int remarks = 0;
    for (ConceptMap map : of(ConceptMap.class).toList()) {
      for (SourceElementComponent element : map.getGroupFirstRep().getElement()) {
        for (TargetElementComponent target : element.getTarget()) {
          assertThat(target.hasDependsOn() || target.hasProduct()).as(map.getId()).isFalse();
          if (target.hasComment()) {
            assertThat(FhirPackage.bilingual(target.getCommentElement()).zh()).isNotBlank();
            remarks++;
          }
        }
      }
    }
    assertThat(remarks).isGreaterThan(2);
  }

  @Test
  void namesNoIdentifierTwice() {
    Map<String, String> owners = new TreeMap<>();
    for (NamingSystem system : of(NamingSystem.class).toList()) {
      system
          .getUniqueId()
          .forEach(
              unique ->
                  assertThat(owners.put(unique.getValue(), system.getName()))
                      .as(unique.getValue())
                      .isNull());
      assertThat(system.getUniqueId())
          .as(system.getName())
          .filteredOn(id -> id.getPreferred() && id.getType() == NamingSystemIdentifierType.URI)
          .hasSize(1);
    }
    assertThat(owners).hasSizeGreaterThan(40);
  }

  private static void check(
      ConceptMap map, String system, String code, String display, List<String> unknown) {
    CodeSystem table = TABLES.get(system);
    // A table of HL7's is not part of this package.
    if (table != null
        && table.getConcept().stream()
            .noneMatch(c -> c.getCode().equals(code) && c.getDisplay().equals(display))) {
      unknown.add(map.getIdPart() + ": " + system + "|" + code + " " + display);
    }
  }

  private static List<String> codes(CodeSystem table) {
    return table.getConcept().stream().map(concept -> concept.getCode()).toList();
  }

  /** The code tables of the package. */
  static Collection<CodeSystem> tables() {
    return TABLES.values();
  }

  private static <T extends Resource> Stream<T> of(Class<T> type) {
    return ALL.stream().filter(type::isInstance).map(type::cast);
  }

  private static List<Resource> read() {
    try (Stream<Path> files = Files.list(Path.of("fhir-profiles", "terminology"))) {
      List<Resource> all = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        Resource resource =
            (Resource)
                FhirContext.forR4Cached().newJsonParser().parseResource(Files.readString(file));
        assertThat(file.getFileName())
            .hasToString(resource.fhirType() + "-" + resource.getIdPart() + ".json");
        all.add(resource);
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
