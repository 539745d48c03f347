package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

  /** Each begins at another end of what needs each other, as the first writes after a start do. */
  @Test
  @Timeout(120)
  void makesForManyAtOnceWhatNobodyHasAskedFor() throws Exception {
    FhirContext context = FhirContext.forR4();
    FhirPackage fhirPackage = FhirPackage.fromClassPath(context);
    IValidationSupport[] chain =
        fhirPackage
            .chain(
                context,
                new DefaultProfileValidationSupport(context),
                new SnapshotGeneratingValidationSupport(context),
                new InMemoryTerminologyServerValidationSupport(context))
            .toArray(IValidationSupport[]::new);
    CanonicalDefinitions definitions = new CanonicalDefinitions(new ValidationSupportChain(chain));
    List<String> urls = new ArrayList<>(fhirPackage.choice().all().keySet());
    context
        .getResourceTypes()
        .forEach(type -> urls.add("http://hl7.org/fhir/StructureDefinition/" + type));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        List<String> shuffled = new ArrayList<>(urls);
        Collections.shuffle(shuffled, new Random(i));
        done.add(
            threads.submit(
                () -> {
                  shuffled.forEach(
                      url -> definitions.fetchResource(StructureDefinition.class, url));
                }));
      }
      for (Future<?> one : done) {
        one.get(100, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(definitions.fetchResource(StructureDefinition.class, urls.get(0))).isNotNull();
  }
}
