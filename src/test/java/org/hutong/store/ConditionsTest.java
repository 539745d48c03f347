package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.hl7.fhir.r4.model.Bundle;
import org.hutong.fhir.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {
  @ParameterizedTest
  @CsvSource({
    "POST, identifier=urn:x|1, POST, identifier=urn:x|1",
    "POST, identifier=urn:x|1, POST, identifier=urn%3Ax%7C1",
    "POST, identifier=urn:x|1&gender=male, POST, Patient?gender=male&identifier=urn:x|1",
    "POST, identifier=urn:x|1, PUT, identifier=urn%3Ax%7C1",
    "PUT, identifier=urn:x|1, PUT, identifier=urn:x%7C1",
    "POST, 'identifier=110105491231002', POST, identifier=11010519491231002X",
    "POST, 'identifier=110105491231002,urn:oid:2.16.156.10011.1.3|11010519491231002X', PUT, identifier=11010519491231002X",
    "DELETE, identifier=urn:x|1, POST, identifier=urn%3Ax%7C1",
    "PATCH, identifier=urn:x|1, PUT, identifier=urn:x|1",
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
    assertThat(noted(batch).isEmpty()).isTrue();
  }

  @Test
  void notesEachConditionOfATransactionAndEachResourceThatItChanges() {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    entry(bundle, "POST", "identifier=urn:x|1", false);
    entry(bundle, "PUT", "identifier=urn:x|2", false);
    entry(bundle, "PATCH", "identifier=urn:x|3", false);
    entry(bundle, "DELETE", "identifier=urn:x|4", false);
    bundle.addEntry().getRequest().setMethod(Bundle.HTTPVerb.POST).setUrl("Patient");
    bundle.addEntry().getRequest().setMethod(Bundle.HTTPVerb.GET).setUrl("Patient?identifier=5");
    bundle.addEntry().getRequest().setMethod(Bundle.HTTPVerb.PUT).setUrl("Patient/a");
    bundle.addEntry().getRequest().setMethod(Bundle.HTTPVerb.PATCH).setUrl("Patient/b");
    bundle.addEntry().getRequest().setMethod(Bundle.HTTPVerb.DELETE).setUrl("/Patient/c");
    Claims noted = noted(bundle);
    assertThat(noted.locks().keySet())
        .containsExactlyInAnyOrder(
            Claims.number("Patient"),
            Claims.number("Patient", "1"),
            Claims.number("Patient", "2"),
            Claims.number("Patient", "3"),
            Claims.number("Patient", "4"));
    assertThat(noted.systemsAndValues()).hasSize(3);
    assertThat(noted.ids()).containsExactly("a", "b", "c");
  }

  private static Claims noted(Bundle bundle) {
    SystemRequestDetails request = new SystemRequestDetails();
    new Conditions().entries(request, bundle);
    return Conditions.of(request);
  }

  private static void entry(Bundle bundle, String verb, String condition, boolean named) {
    Bundle.BundleEntryComponent entry = bundle.addEntry();
    if (named) {
      entry.setFullUrl("urn:uuid:" + UUID.randomUUID());
    }
    if (!verb.equals("POST")) {
      entry.getRequest().setMethod(Bundle.HTTPVerb.valueOf(verb)).setUrl("Patient?" + condition);
    } else {
      entry
          .getRequest()
          .setMethod(Bundle.HTTPVerb.POST)
          .setUrl("/Patient")
          .setIfNoneExist(condition);
    }
  }

  private static String place(int index, String verb) {
    return "Bundle.entry[" + index + "].request." + (verb.equals("POST") ? "ifNoneExist" : "url");
  }
}
