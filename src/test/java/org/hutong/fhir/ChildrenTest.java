package org.hutong.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

class ChildrenTest {
  private static final FhirContext R4 = FhirContext.forR4Cached();

  @Test
  void areVisitedWhereverTheyStand() {
    Bundle bundle =
        R4.newJsonParser()
            .parseResource(
                Bundle.class,
                """
                {"resourceType": "Bundle", "type": "collection", "entry": [{"resource":
                  {"resourceType": "Observation",
                   "text": {"extension": [{"url": "urn:a", "valueReference": {"reference": "A/1"}}],
                     "status": "empty", "div": "<div xmlns='http://www.w3.org/1999/xhtml'/>"},
                   "contained": [{"resourceType": "Encounter", "id": "e",
                     "subject": {"reference": "A/2"}}],
                   "extension": [{"url": "urn:a", "extension": [
                     {"url": "b", "valueReference": {"reference": "A/3"}}]}],
                   "modifierExtension": [{"url": "urn:a", "valueReference": {"reference": "A/4"}}],
                   "_status": {"extension": [
                     {"url": "urn:a", "valueReference": {"reference": "A/5"}}]},
                   "performer": [{"reference": "A/6"}, {"extension": [
                     {"url": "urn:a", "valueReference": {"reference": "A/7"}}]}],
                   "component": [{"modifierExtension": [
                     {"url": "urn:a", "valueReference": {"reference": "A/8"}}],
                     "code": {"text": "x"}}]}}]}
                """);
    List<String> seen = new ArrayList<>();
    new Children(R4)
        .visit(
            bundle,
            element -> {
              if (element instanceof Reference reference && reference.hasReference()) {
                seen.add(reference.getReference());
              }
            });
    assertThat(seen)
        .containsExactlyInAnyOrder("A/1", "A/2", "A/3", "A/4", "A/5", "A/6", "A/7", "A/8");
  }
}
