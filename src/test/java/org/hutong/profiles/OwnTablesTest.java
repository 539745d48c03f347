package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.CodeSystemContentMode;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.hutong.fhir.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a coding may not say of a table of ours; the gate and the full validator agree on it. */
class OwnTablesTest {
  private static final Validation VALIDATION = ProfileExamplesTest.VALIDATION;
  private static final String ABO = "https://hutong.org/fhir/CodeSystem/abo-front-page";

  @Test
  void refusesTheNameOfAnotherCodeInEveryWholeTable() {
    int refused = 0;
    for (CodeSystem table : TerminologyTest.tables()) {
      List<ConceptDefinitionComponent> concepts = table.getConcept();
      for (int i = 0; i < concepts.size(); i++) {
        ConceptDefinitionComponent concept = concepts.get(i);
        ConceptDefinitionComponent next = concepts.get((i + 1) % concepts.size());
        boolean whole = table.getContent() == CodeSystemContentMode.COMPLETE;
        for (String name : names(next)) {
          Coding coding = new Coding(table.getUrl(), concept.getCode(), name);
          assertThat(keys(coding))
              .as("%s %s", table.getIdPart(), coding.getCode())
              .isEqualTo(whole ? List.of("display.mismatch") : List.of());
          refused += whole ? 1 : 0;
        }
        for (String name : names(concept)) {
          assertThat(keys(new Coding(table.getUrl(), concept.getCode(), name))).isEmpty();
        }
      }
    }
    assertThat(refused).isGreaterThan(500);
  }

  /** Blanks, width and case do not make another name; a local wording is nobody's name. */
  @ParameterizedTest
  @CsvSource({
    "3, AB 型, false",
    "3, AB型, false",
    "3, 'ＡＢ　型 ', false",
    "3, ab, false",
    "3, O 型, true",
    "3, O型, true",
    "3, o, true",
    "3, O 型血, true",
    "3, AB型血, false",
    "3, O 型（家属代诉）, true",
    "3, 4, true",
    "4, 'O\u200b 型', false",
    "4, 'O\u0332 型', false",
    "4, '\u041e 型', false",
    "4, '\u039f型', false",
    "4, '\u24c4 型', false",
    "4, Type O, false",
    "4, GROUP O, false",
    "4, blood group o, false",
    "4, '\u0410\u0412 型', true",
  })
  void readsANameHoweverItIsWritten(String code, String display, boolean accepted) {
    assertThat(keys(new Coding(ABO, code, display)))
        .isEqualTo(accepted ? List.of() : List.of("display.mismatch"));
  }

  @Test
  void acceptsANameThatTwoCodesShare() {
    CodeSystem table = new CodeSystem().setUrl("urn:t").setContent(CodeSystemContentMode.COMPLETE);
    table.addConcept().setCode("1").setDisplay("其他");
    table.addConcept().setCode("2").setDisplay("其 他");
    table.addConcept().setCode("3").setDisplay("无");
    OwnTables tables = new OwnTables(List.of(table), system -> false);
    assertThat(tables.slips(new Coding("urn:t", "1", "其 他"))).isEmpty();
    assertThat(tables.slips(new Coding("urn:t", "3", "其他")))
        .singleElement()
        .extracting(OwnTables.Slip::text)
        .isEqualTo("1, 2");
  }

  /** A record that was coded by an earlier package is sent again after the package was raised. */
  @ParameterizedTest
  @CsvSource({
    "0.1.0, true",
    "0.0.9, true",
    "0.1, true",
    "0.1.1, false",
    "0.2.0, false",
    "1.0, false",
    "2011, false",
    "v0.1.0, false",
    "0.1.0-draft, false",
  })
  void knowsAVersionAndThoseBeforeIt(String version, boolean known) {
    assertThat(OwnTables.covers("0.1.0", version)).isEqualTo(known);
    assertThat(keys(new Coding(ABO, "3", null).setVersion(version)))
        .isEqualTo(known ? List.of() : List.of("version.unknown"));
    assertThat(OwnTables.covers("0.10.0", "0.9.0")).isTrue();
  }

  @Test
  void tellsAllThatIsWrongWithOneCoding() {
    assertThat(keys(new Coding(ABO, "3", "AB 型").setVersion("9.9")))
        .containsExactlyInAnyOrder("display.mismatch", "version.unknown");
  }

  @ParameterizedTest
  @CsvSource({
    "GB/T 2261.1, system.relative",
    "codes, system.relative",
    "http://his.example.com/codes|1, ",
    "http://loinc.org|2.80, system.relative",
    "HTTP://terminology.hl7.org/CodeSystem/observation-category/|4.0.1, system.relative",
    "https://hutong.org/fhir/CodeSystem/abo-front-page|0.1.0, system.relative",
    "2.16.156.10011.2.3.3.4444, system.relative",
    "https://hutong.org/fhir/CodeSystem/nope, system.unknown",
    "https://hutong.org/fhir/nope, system.unknown",
    "https://hutong.org/fhirs/nope, ",
    "https://hutong.org/fhir/CodeSystem/problem, ",
    "HTTP://Hutong.org/fhir/CodeSystem/nope, system.unknown",
    "http://his.example.com/codes, ",
    "urn:oid:1.2.156.1.2.3, ",
  })
  void wantsAnAddressOfATableThatExists(String system, String key) {
    assertThat(keys(new Coding(system, "1", null)))
        .isEqualTo(key == null ? List.of() : List.of(key));
  }

  private static List<String> names(ConceptDefinitionComponent concept) {
    List<String> names = new ArrayList<>(List.of(concept.getDisplay()));
    concept.getDesignation().forEach(designation -> names.add(designation.getValue()));
    return names;
  }

  /** Ends of the keys of the rules that a coding breaks, wherever it stands. */
  private static List<String> keys(Coding coding) {
    Observation observation = new Observation();
    observation.setStatus(Observation.ObservationStatus.FINAL);
    observation.setSubject(new Reference("Patient/1"));
    observation.getCode().setText("血型").addCoding(coding);
    observation.addExtension("http://his.example.com/blood", coding);
    List<Problem.Issue> issues = VALIDATION.check(observation, "");
    assertThat(VALIDATION.hindrance(observation) == null)
        .as(coding.getSystem() + " " + coding.getDisplay())
        .isEqualTo(issues.isEmpty());
    assertThat(VALIDATION.admit(observation, "")).isEqualTo(issues);
    Map<String, Long> counts =
        issues.stream()
            .filter(issue -> !issue.warning())
            .map(issue -> String.valueOf(Objects.requireNonNull(issue.wording()).rule()))
            .map(key -> key.replaceFirst("^.*\\.(?=[^.]+\\.[^.]+$)", ""))
            .collect(Collectors.groupingBy(key -> key, Collectors.counting()));
    assertThat(counts.values()).allMatch(count -> count == 2);
    return List.copyOf(counts.keySet());
  }
}
