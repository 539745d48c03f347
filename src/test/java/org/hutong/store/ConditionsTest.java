package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionsTest {
  private static final long NUMBER =
      Conditions.number("Patient", "identifier=urn:x|1&birthdate=1958-03-14");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "identifier=urn%3Ax%7C1&birthdate=1958-03-14",
        "birthdate=1958-03-14&identifier=urn:x|1",
        "Patient?identifier=urn:x|1&birthdate=1958-03-14",
        "http://localhost/fhir/Patient?birthdate=1958-03-14&identifier=urn:x%7C1"
      })
  void isTheSameInAnySpelling(String condition) {
    assertThat(Conditions.number("Patient", condition)).isEqualTo(NUMBER);
    assertThat(Conditions.number("/Patient", condition)).isEqualTo(NUMBER);
  }

  @Test
  void isAnotherForAnotherCondition() {
    assertThat(Conditions.number("Practitioner", "identifier=urn:x|1&birthdate=1958-03-14"))
        .isNotEqualTo(NUMBER);
    assertThat(Conditions.number("Patient", "identifier=urn:x|2&birthdate=1958-03-14"))
        .isNotEqualTo(NUMBER);
  }
}
