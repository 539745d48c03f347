package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import java.util.List;
import java.util.function.Consumer;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoredTextTest {
  private static final FhirContext R4 = FhirContext.forR4Cached();

  @Test
  void isShownAsTheEngineEncodesIt() {
    assertShown(meta -> {});
    assertShown(meta -> meta.setSource("https://his.example.org"));
    assertShown(meta -> meta.addProfile("https://hutong.org/fhir/StructureDefinition/patient"));
    assertShown(
        meta -> {
          meta.setSource("urn:his:1");
          meta.addSecurity().setSystem("urn:s").setCode("R").setDisplay("限制 \"R\"");
          meta.addTag().setSystem("urn:t").setCode("b");
        });
  }

  @Test
  void isLeftToTheEngineWhereItCannotTell() {
    assertThat(shown(meta -> meta.setSource("urn:\"quoted\""))).isNull();
    assertThat(shown(meta -> meta.setSource("urn:送检"))).isNull();
    assertThat(shown(meta -> meta.setSource("urn:back\\slash"))).isNull();
    assertThat(shown(meta -> meta.getSourceElement().addExtension("urn:e", new StringType("x"))))
        .isNull();
    assertThat(shown(meta -> meta.addExtension("urn:e", new StringType("x")))).isNull();
    assertThat(shown(meta -> meta.setId("m"))).isNull();
    assertThat(StoredText.json(patient(meta -> {}))).isNull();
  }

  private static void assertShown(Consumer<Meta> more) {
    assertThat(shown(more)).isEqualTo(R4.newJsonParser().encodeResourceToString(patient(more)));
  }

  private static @Nullable String shown(Consumer<Meta> more) {
    Patient patient = patient(more);
    IParser stored = R4.newJsonParser();
    stored.setDontEncodeElements(
        List.of("id", "Patient.meta.versionId", "Patient.meta.lastUpdated", "Patient.meta.source"));
    StoredText.keep(patient, stored.encodeResourceToString(patient));
    return StoredText.json(patient);
  }

  private static Patient patient(Consumer<Meta> more) {
    Patient patient = new Patient();
    patient.setId("Patient/7/_history/1");
    patient.addName().setText("马建国");
    Meta meta = patient.getMeta();
    meta.setVersionId("1");
    meta.setLastUpdatedElement(new InstantType("2026-11-22T11:32:14.211+00:00"));
    more.accept(meta);
    return patient;
  }
}
