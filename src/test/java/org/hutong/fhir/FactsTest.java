package org.hutong.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeResourceDefinition;
import ca.uhn.fhir.context.RuntimeSearchParam;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.Appointment;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.profiles.Declared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FactsTest {
  private static final FhirContext R4 = FhirContext.forR4Cached();

  /** Of no compartment in R4, though they name a patient. */
  private static final Set<String> OUR_OWN = Set.of("Device", "Task");

  @Test
  void knowsEveryTypeThatIsStored() {
    Set<String> stored = new TreeSet<>();
    for (String type : Declared.fromClassPath().types()) {
      Declared.Type declared = Declared.fromClassPath().type(type);
      if (declared != null && declared.interactions().contains("create")) {
        stored.add(type);
      }
    }
    assertThat(Facts.types()).containsExactlyInAnyOrderElementsOf(stored);
  }

  @Test
  void findsAPatientInEveryTypeOfThePatientCompartment() {
    for (String type : Facts.types()) {
      RuntimeResourceDefinition definition = R4.getResourceDefinition(type);
      boolean inCompartment =
          definition.getSearchParams().stream().anyMatch(FactsTest::isCompartment);
      if (type.equals("Patient")) {
        continue;
      }
      assertThat(!Facts.patientPath(type).isEmpty())
          .as(type + " names its patient at '" + Facts.patientPath(type) + "'")
          .isEqualTo(inCompartment || OUR_OWN.contains(type));
    }
  }

  private static boolean isCompartment(RuntimeSearchParam parameter) {
    return parameter.getProvidesMembershipInCompartments() != null
        && parameter.getProvidesMembershipInCompartments().contains("Patient");
  }

  @ParameterizedTest
  @CsvSource({
    "2026, 2025-12-31T16:00:00Z",
    "2026-10, 2026-09-30T16:00:00Z",
    "2026-10-12, 2026-10-11T16:00:00Z",
    "2026-10-12T09:18:00+08:00, 2026-10-12T01:18:00Z",
    "2026-10-12T01:18:00Z, 2026-10-12T01:18:00Z",
  })
  void takesADateAsTheBeginningOfTheDayInBeijing(String text, Instant expected) {
    Observation observation = new Observation();
    observation.setEffective(new DateTimeType(text));
    assertThat(Facts.of(observation).clinicalTime()).isEqualTo(expected);
  }

  @Test
  void takesTheEndOfAPeriodThatHasNoStart() {
    Observation observation = new Observation();
    observation.setEffective(new Period().setEndElement(new DateTimeType("2026-10-12")));
    assertThat(Facts.of(observation).clinicalTime()).isEqualTo("2026-10-11T16:00:00Z");
  }

  @Test
  void isItsOwnPatient() {
    Resource patient = new Patient().setId("Patient/a");
    assertThat(Facts.of(patient).patient()).isEqualTo("a");
  }

  @Test
  void findsThePatientAmongSeveralParticipants() {
    Appointment appointment = new Appointment();
    for (String actor : Map.of("1", "Practitioner/p", "2", "Location/l").values()) {
      appointment.addParticipant().setActor(new Reference(actor));
    }
    appointment.addParticipant().setActor(new Reference("Patient/a"));
    assertThat(Facts.of(appointment).patient()).isEqualTo("a");
  }

  @Test
  void hasNoPatientWhereTheSubjectIsADevice() {
    Observation observation = new Observation();
    observation.setSubject(new Reference("Device/d"));
    assertThat(Facts.of(observation)).isEqualTo(new Facts(null, null));
  }
}
