package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "identifier=urn%3Ax%7C1",
        "birthdate=1958-03-14&identifier=urn:x|1",
        "Patient?identifier=1",
        "identifier=|1",
        "identifier=urn:y|2,urn:x|1",
        "identifier=urn:x|%EF%BC%91",
        "identifier=urn:x|1&identifier=urn:x|2",
        "http://localhost/fhir/Patient?birthdate=1958-03-14&identifier=urn:x%7C1"
      })
  void waitsForWhoeverAsksForTheSameIdentifier(String condition) {
    assertThat(alone(claimed(condition, null)))
        .containsAnyElementsOf(alone(claimed("identifier=urn:x|1", null)));
  }

  @ParameterizedTest
  @CsvSource({
    "identifier=urn:x|1, identifier=urn:x|2",
    "identifier=110105491231002, identifier=110105491231003",
  })
  void passesByWhoAsksForAnother(String condition, String other) {
    assertThat(alone(claimed(condition, null)))
        .isNotEmpty()
        .doesNotContainAnyElementsOf(alone(claimed(other, null)))
        .isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "identifier=110105491231002, identifier=11010519491231002X",
    "identifier=11010519491231002x, identifier=urn:oid:2.16.156.10011.1.3|11010519491231002X",
    "identifier=urn:x|AB-12, identifier=urn:x|ab 12",
    "'identifier=urn:x|a\\,b', 'identifier=a\\,b'",
  })
  void knowsAnIdentifierInItsSpellings(String condition, String other) {
    assertThat(alone(claimed(condition, null))).isEqualTo(alone(claimed(other, null)));
  }

  @Test
  void waitsForWhoeverMayCreateWhatItAsksFor() {
    Patient patient = new Patient();
    patient.addIdentifier().setSystem("urn:x").setValue("1");
    patient.addIdentifier().setSystem("urn:y").setValue("2");
    assertThat(alone(claimed("identifier=urn:x|1", patient)))
        .containsAll(alone(claimed("identifier=urn:y|2", patient)));
    DocumentReference document = new DocumentReference();
    document.getMasterIdentifier().setSystem("urn:x").setValue("3");
    assertThat(alone(claimed("identifier=urn:x|1", document)))
        .contains(Claims.number("Patient", "3"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name=a",
        "identifier=urn:x|",
        "identifier=urn:x|1,urn:x|",
        "identifier:of-type=urn:x|MR|1",
        "identifier:not=1",
        "identifier=%zz",
      })
  void hasTheTypeForItselfWhereAnyIdentifierWouldDo(String condition) {
    assertThat(alone(claimed(condition, null))).containsExactly(Claims.number("Patient"));
    assertThat(claimed("identifier=urn:x|1", null).locks())
        .containsEntry(Claims.number("Patient"), true);
    Claims both = claimed(condition, null);
    both.condition("Patient", "identifier=urn:x|1", false, null);
    assertThat(both.locks()).containsEntry(Claims.number("Patient"), false);
  }

  @Test
  void passesByWhoAsksForAnotherType() {
    Claims practitioner = new Claims();
    practitioner.condition("Practitioner", "identifier=urn:x|1", false, null);
    assertThat(practitioner.locks().keySet())
        .doesNotContainAnyElementsOf(claimed("identifier=urn:x|1", null).locks().keySet());
  }

  @Test
  void waitsForTheRowsOfWhatItWillChangeAndNotOfWhatItOnlyFinds() {
    assertThat(claimed("identifier=urn:x|1", null).systemsAndValues()).isEmpty();
    Claims change = new Claims();
    change.condition("Patient", "identifier=urn:x|1,2&name=a", true, null);
    assertThat(change.systemsAndValues()).hasSize(1);
    assertThat(change.values()).hasSize(1);
  }

  private static Claims claimed(String condition, @Nullable Resource brings) {
    Claims claims = new Claims();
    claims.condition("Patient", condition, false, brings);
    return claims;
  }

  /** The locks that nobody else may have. */
  private static Set<Long> alone(Claims claims) {
    return claims.locks().entrySet().stream()
        .filter(lock -> !lock.getValue())
        .map(java.util.Map.Entry::getKey)
        .collect(java.util.stream.Collectors.toSet());
  }
}
