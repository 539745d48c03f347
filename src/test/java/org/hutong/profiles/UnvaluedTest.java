package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hutong.fhir.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An extension in place of a value stands for no value. */
class UnvaluedTest {
  private static final Validation VALIDATION = ProfileExamplesTest.VALIDATION;

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          Patient-li-xiulan, /identifier/0/system, Patient.identifier.system.empty
          Patient-li-xiulan, /identifier/0/value, Patient.identifier.value.min
          Patient-li-xiulan, /name/0/text, Patient.name.text.min
          Patient-li-xiulan, /gender, Patient.gender.min
          Patient-li-xiulan, /managingOrganization/reference, Patient.managingOrganization.reference.empty
          Patient-li-xiulan, /extension/0/valueCoding/system, hutong-pat-6
          Encounter-village-visit, /type/0/coding/0/system, hutong-enc-5
          Encounter-village-visit, /type/0/coding/0/code, Encounter.type.binding
          Encounter-village-visit, /participant/0/type/0/coding/0/code, Encounter.participant.type.binding
          Encounter-village-visit, /period/start, hutong-enc-1
          Encounter-village-visit, /status, Encounter.status.min
          Encounter-village-visit, /subject/reference, Encounter.subject.reference.empty
          """)
  void isRefusedWhereAValueIsDemanded(String file, String place, String rule) throws IOException {
    ObjectNode json = without(file, place);
    Resource resource =
        (Resource) ProfileExamplesTest.R4.newJsonParser().parseResource(json.toString());
    assertThat(VALIDATION.hindrance(resource)).isNotNull();
    assertThat(rules(VALIDATION.admit(resource, ""))).containsExactly(rule);
    assertThat(rules(VALIDATION.examine(json.toString(), resource, null, "")))
        .containsExactly(rule);
  }

  @Test
  void isRefusedInPlaceOfACodeOfAnyTable() {
    Encounter encounter = new Encounter();
    Coding coding = encounter.addReasonCode().addCoding().setSystem("http://his.example.com/codes");
    coding.getCodeElement().addExtension("http://example.org/x", new StringType("x"));
    assertThat(rules(VALIDATION.admit(encounter, "")))
        .contains("Encounter.reasonCode.coding.code.empty");
  }

  @Test
  void isTakenWhereNothingIsDemanded() throws IOException {
    ObjectNode json = without("Patient-li-xiulan", "/birthDate");
    Resource resource =
        (Resource) ProfileExamplesTest.R4.newJsonParser().parseResource(json.toString());
    assertThat(VALIDATION.admit(resource, "")).isEmpty();
  }

  private static ObjectNode without(String file, String place) throws IOException {
    ObjectNode json =
        Mutations.json(Files.readString(Path.of("fhir-profiles/examples/story/" + file + ".json")));
    int slash = place.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) json.at(place.substring(0, slash));
    String name = place.substring(slash + 1);
    assertThat(parent.remove(name)).isNotNull();
    parent
        .withObject("/_" + name)
        .putArray("extension")
        .addObject()
        .put("url", "http://example.org/x")
        .put("valueString", "x");
    return json;
  }

  private static List<String> rules(List<Problem.Issue> issues) {
    return issues.stream()
        .map(issue -> issue.wording() == null ? "?" : String.valueOf(issue.wording().rule()))
        .toList();
  }
}
