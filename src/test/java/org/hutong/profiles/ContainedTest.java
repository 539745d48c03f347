package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Problem;
import org.junit.jupiter.api.Test;

/** A patient that is contained is no registration. */
class ContainedTest {
  private static final Validation VALIDATION = ProfileExamplesTest.VALIDATION;

  @Test
  void aPatientIsRefusedWhateverContainsIt() {
    Patient inner = new Patient();
    inner.setId("p");
    inner.addIdentifier().setSystem(Canonical.ID_CARD).setValue("garbage");
    Encounter encounter = new Encounter();
    encounter.addContained((Resource) new Practitioner().setId("d")).addContained(inner);
    encounter.getSubject().setReference("#p");
    encounter.addParticipant().getIndividual().setReference("#d");
    assertThat(VALIDATION.hindrance(encounter)).isNotNull();
    assertThat(places(VALIDATION.admit(encounter, "Bundle.entry[2].resource")))
        .contains("Bundle.entry[2].resource.contained[1]")
        .doesNotContain("Bundle.entry[2].resource.contained[0]");
    assertThat(places(VALIDATION.examine(text(encounter), encounter, null, "")))
        .contains("Encounter.contained[1]");
  }

  private static String text(Resource resource) {
    return ProfileExamplesTest.R4.newJsonParser().encodeResourceToString(resource);
  }

  private static List<String> places(List<Problem.Issue> issues) {
    return issues.stream().map(issue -> String.valueOf(issue.location())).toList();
  }
}
