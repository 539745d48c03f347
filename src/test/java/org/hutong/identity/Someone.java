package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.fhir.Canonical;

/** A birth date and a number of somebody of whom no other test knows. */
record Someone(String born, String number) {
  private static final AtomicInteger BORN = new AtomicInteger();

  static Someone woman() {
    String born = LocalDate.of(1931, 1, 1).plusDays(BORN.incrementAndGet()).toString();
    return new Someone(born, People.number(born, 22));
  }

  /** A registration under her number. */
  ObjectNode registered(String name) {
    ObjectNode patient = unnumbered(name);
    patient
        .withArray("identifier")
        .addObject()
        .put("system", Canonical.ID_CARD)
        .put("value", number);
    return patient;
  }

  /** A registration under nothing but what the institution gave her. */
  ObjectNode unnumbered(String name) {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.remove(List.of("telecom", "address", "contact", "extension"));
    patient.putArray("name").addObject().put("text", name);
    patient.put("gender", "female").remove("_gender");
    patient.put("birthDate", born);
    return patient;
  }

  /** Stores a registration, and tells its id. */
  static String store(ObjectNode patient) {
    HttpResponse<String> created = Running.post("/Patient", patient.toString());
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    return Told.id(created);
  }

  /** The one Person to whom a Patient belongs. */
  static JsonNode person(String patient) {
    JsonNode found = Told.json(Running.get("/Person?link=Patient/" + patient));
    assertThat(found.path("entry").size()).as(found.toString()).isEqualTo(1);
    return found.at("/entry/0/resource");
  }

  /** The Patients whom a Person links. */
  static List<String> links(JsonNode person) {
    List<String> links = new ArrayList<>();
    person.path("link").forEach(link -> links.add(link.at("/target/reference").asText()));
    return links;
  }

  /** The Patients that are held to be one person's with this one. */
  static List<String> linked(String patient) {
    return links(person(patient));
  }
}
