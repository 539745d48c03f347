package org.hutong.identity;

import org.hl7.fhir.r4.model.Address;
import org.hl7.fhir.r4.model.ContactPoint.ContactPointSystem;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.HumanName.NameUse;
import org.hl7.fhir.r4.model.Patient;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.IdentityNumber;

/** Registrations to compare, made of what differs between them. */
final class People {
  private final Patient patient = new Patient();

  private People() {}

  static People named(String name) {
    People people = new People();
    people.patient.addName().setText(name);
    return people;
  }

  /** A number of the division that does not exist, with its check character. */
  static String number(String born, int sequence) {
    String body = "159981" + born.replace("-", "") + "%03d".formatted(sequence);
    return body + IdentityNumber.checkCharacter(body);
  }

  People formerly(String name) {
    patient.addName().setText(name).setUse(NameUse.OLD);
    return this;
  }

  People born(String date) {
    patient.setBirthDateElement(new DateType(date));
    return this;
  }

  People woman() {
    patient.setGender(AdministrativeGender.FEMALE);
    return this;
  }

  People man() {
    patient.setGender(AdministrativeGender.MALE);
    return this;
  }

  People gender(boolean male) {
    return male ? man() : woman();
  }

  People relative(String name) {
    patient.addContact().getName().setText(name);
    return this;
  }

  People card(String number) {
    return numbered(Canonical.ID_CARD, number);
  }

  People numbered(String system, String number) {
    patient.addIdentifier().setSystem(system).setValue(number);
    return this;
  }

  People phone(String number) {
    patient.addTelecom().setSystem(ContactPointSystem.PHONE).setValue(number);
    return this;
  }

  People at(String address) {
    patient.addAddress(new Address().setText(address));
    return this;
  }

  Registration registered() {
    return Registration.of(patient);
  }
}
