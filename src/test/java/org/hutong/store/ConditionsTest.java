package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hutong.fhir.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    long card = Conditions.number("Patient", "identifier=110105491231002");
    for (String other : List.of("110105491231003", "urn:x|110105491231002", "110105491331002")) {
      assertThat(Conditions.number("Patient", "identifier=" + other)).isNotEqualTo(card);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, identifier=urn:x|1, POST, identifier=urn:x|1",
    "POST, identifier=urn:x|1, POST, identifier=urn%3Ax%7C1",
    "POST, identifier=urn:x|1&gender=male, POST, Patient?gender=male&identifier=urn:x|1",
    "POST, identifier=urn:x|1, PUT, identifier=urn%3Ax%7C1",
    "PUT, identifier=urn:x|1, PUT, identifier=urn:x%7C1",
    "POST, 'identifier=110105491231002', POST, identifier=11010519491231002X",
    "POST, 'identifier=110105491231002,urn:oid:2.16.156.10011.1.3|11010519491231002X', PUT, identifier=11010519491231002X",
    "PUT, identifier=11010519491231002X, POST, identifier=urn:oid:2.16.156.10011.1.3|11010519491231002X",
  })
  void refusesOneConditionForTwoEntriesOfATransaction(
      String verb, String condition, String other, String again) {
    for (boolean named : List.of(true, false)) {
      Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
      entry(bundle, verb, condition, named);
      entry(bundle, "POST", "identifier=urn:x|2", named);
      entry(bundle, other, again, named);
      assertThatThrownBy(() -> noted(bundle))
          .isInstanceOfSatisfying(
              Problem.class,
              problem -> {
                assertThat(problem.getStatusCode()).isEqualTo(400);
                assertThat(problem.issues()).hasSize(2);
                String first = place(0, verb);
                String second = place(2, other);
                assertThat(problem.issues().get(0).location()).isEqualTo(first);
                assertThat(problem.issues().get(1).location()).isEqualTo(second);
                Problem.Wording told = Objects.requireNonNull(problem.issues().get(0).wording());
                assertThat(told.what().zh()).contains("条件与此相同", second);
                assertThat(told.what().en()).contains("same condition", second);
              });
    }
  }

  @Test
  void takesOneConditionTwiceInABatch() {
    Bundle batch = new Bundle().setType(Bundle.BundleType.BATCH);
    entry(batch, "POST", "identifier=urn:x|1", false);
    entry(batch, "POST", "identifier=urn:x|1", false);
    assertThat(noted(batch)).isEmpty();
  }

  @Test
  void notesEachConditionOfATransaction() {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    entry(bundle, "POST", "identifier=urn:x|1&birthdate=1958-03-14", false);
    entry(bundle, "PUT", "identifier=urn:x|2", false);
    bundle.addEntry().getRequest().setMethod(Bundle.HTTPVerb.POST).setUrl("Patient");
    assertThat(noted(bundle))
        .containsExactlyInAnyOrder(NUMBER, Conditions.number("Patient", "identifier=urn:x|2"));
  }

  private static SortedSet<Long> noted(Bundle bundle) {
    SystemRequestDetails request = new SystemRequestDetails();
    new Conditions().entries(request, bundle);
    return Conditions.of(request);
  }

  private static void entry(Bundle bundle, String verb, String condition, boolean named) {
    Bundle.BundleEntryComponent entry = bundle.addEntry();
    if (named) {
      entry.setFullUrl("urn:uuid:" + UUID.randomUUID());
    }
    if (verb.equals("PUT")) {
      entry.getRequest().setMethod(Bundle.HTTPVerb.PUT).setUrl("Patient?" + condition);
    } else {
      entry
          .getRequest()
          .setMethod(Bundle.HTTPVerb.POST)
          .setUrl("/Patient")
          .setIfNoneExist(condition);
    }
  }

  private static String place(int index, String verb) {
    return "Bundle.entry[" + index + "].request." + (verb.equals("PUT") ? "url" : "ifNoneExist");
  }
}
