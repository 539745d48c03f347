package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import java.util.List;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.StructureDefinition.StructureDefinitionKind;
import org.hl7.fhir.r4.model.Task;
import org.hutong.fhir.Canonical;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rule says which profile applies, and is read from the package. */
class ProfileChoiceTest {
  private static final ProfileChoice CHOICE =
      FhirPackage.fromClassPath(FhirContext.forR4Cached()).choice();
  private static final String CATEGORY =
      "http://terminology.hl7.org/CodeSystem/observation-category";

  @ParameterizedTest
  @CsvSource({
    "vital-signs, hutong-vital-signs",
    "laboratory, hutong-laboratory",
    "social-history, hutong-observation",
  })
  void choosesAnObservationsProfileByItsCategory(String category, String profile) {
    Observation observation = new Observation();
    observation.addCategory().addCoding(new Coding(CATEGORY, category, null));
    assertThat(CHOICE.of(observation)).containsExactly(url(profile));
  }

  @ParameterizedTest
  @CsvSource({"11524-6", "34534-8"})
  void choosesTheProfileOfAnEcgByItsCode(String code) {
    Observation observation = new Observation();
    observation.getCode().addCoding(new Coding("http://loinc.org", code, null));
    assertThat(CHOICE.of(observation)).containsExactly(url("hutong-ecg"));
  }

  @ParameterizedTest
  @CsvSource({
    "referral, hutong-referral",
    "remote-consultation, hutong-consultation",
    "remote-ecg, hutong-remote-diagnosis",
    "remote-pathology, hutong-remote-diagnosis",
    "nothing-we-know, hutong-service-request",
  })
  void choosesARequestsProfileByItsCategory(String category, String profile) {
    ServiceRequest request = new ServiceRequest();
    request.addCategory().addCoding(own("request-category", category));
    assertThat(CHOICE.of(request)).containsExactly(url(profile));
  }

  @ParameterizedTest
  @CsvSource({
    "referral, hutong-referral-task",
    "consultation, hutong-consultation-task",
    "remote-diagnosis, hutong-remote-diagnosis-task",
    "nothing-we-know, hutong-task",
  })
  void choosesATasksProfileByItsCode(String code, String profile) {
    Task task = new Task();
    task.getCode().addCoding(own("task-code", code));
    assertThat(CHOICE.of(task)).containsExactly(url(profile));
  }

  @Test
  void holdsWhatIsTwoThingsAtOnceToBothProfiles() {
    Observation observation = new Observation();
    observation.addCategory().addCoding(new Coding(CATEGORY, "vital-signs", null));
    observation.addCategory().addCoding(new Coding(CATEGORY, "laboratory", null));
    assertThat(CHOICE.of(observation))
        .containsExactlyInAnyOrder(url("hutong-vital-signs"), url("hutong-laboratory"));
  }

  @Test
  void choosesByACodingOfTheRightSystemOnly() {
    Task task = new Task();
    task.getCode().addCoding(new Coding("urn:other", "referral", null));
    assertThat(CHOICE.of(task)).containsExactly(url("hutong-task"));
  }

  @Test
  void holdsATypeWithoutAProfileToFhirAlone() {
    assertThat(CHOICE.of(new Flag())).isEmpty();
  }

  @Test
  void givesEveryTypeWithANarrowerProfileABase() {
    assertThat(CHOICE.bases().keySet()).containsAll(CHOICE.conditions().keySet());
  }

  @Test
  void asksForAnElementThatTheTypeHas() {
    CHOICE
        .conditions()
        .forEach(
            (type, conditions) -> {
              Resource resource =
                  (Resource) FhirContext.forR4Cached().getResourceDefinition(type).newInstance();
              conditions.forEach(
                  condition ->
                      assertThat(resource.getNamedProperty(condition.element()).getTypeCode())
                          .isEqualTo("CodeableConcept"));
            });
  }

  @Test
  void refusesAPackageWithTwoBasesOfAType() {
    StructureDefinition one = definition("one");
    StructureDefinition two = definition("two");
    assertThatThrownBy(() -> new ProfileChoice(List.of(one, two)))
        .hasMessageContaining("Device has two base profiles, one and two");
  }

  @Test
  void refusesAConditionThatIsNotWhole() {
    StructureDefinition definition = definition("one");
    definition
        .addExtension()
        .setUrl(Canonical.APPLIES_WHEN)
        .addExtension("element", new StringType("type"));
    assertThatThrownBy(() -> new ProfileChoice(List.of(definition)))
        .hasMessage("one does not say when it applies");
  }

  private static StructureDefinition definition(String url) {
    StructureDefinition definition = new StructureDefinition();
    definition.setUrl(url).setKind(StructureDefinitionKind.RESOURCE).setType("Device");
    return definition;
  }

  private static Coding own(String table, String code) {
    return new Coding(Canonical.BASE + "/CodeSystem/" + table, code, null);
  }

  private static String url(String profile) {
    return Canonical.BASE + "/StructureDefinition/" + profile;
  }
}
