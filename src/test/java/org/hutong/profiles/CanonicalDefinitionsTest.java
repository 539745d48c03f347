package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalDefinitionsTest {

  /** HAPI looks at the first letter of what it takes for a type. */
  @ParameterizedTest
  @ValueSource(strings = {"http://x y", "http://[", "", " "})
  void survivesReferencesOfNoType(String reference) {
    Patient patient = new Patient();
    patient.addGeneralPractitioner(new Reference(reference));
    assertThat(ProfileExamplesTest.VALIDATION.check(patient, "")).isNotEmpty();
  }
}
