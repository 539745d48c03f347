package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.fhir.Canonical;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class LinkingIT {
  private static final AtomicInteger BORN = new AtomicInteger();

  /** A birth date and a number of somebody of whom no other test knows. */
  private record Someone(String born, String number) {
    static Someone woman() {
      int day = BORN.incrementAndGet();
      String born = java.time.LocalDate.of(1931, 1, 1).plusDays(day).toString();
      return new Someone(born, People.number(born, 22));
    }

    ObjectNode registered(String name) {
      ObjectNode patient = Cast.patient(Cast.card());
      patient.remove(List.of("telecom", "address", "contact", "extension"));
      patient.putArray("name").addObject().put("text", name);
      patient.put("gender", "female").remove("_gender");
      patient.put("birthDate", born);
      patient
          .withArray("identifier")
          .addObject()
          .put("system", Canonical.ID_CARD)
          .put("value", number);
      return patient;
    }
  }

  private static String store(ObjectNode patient) {
    HttpResponse<String> created = Running.post("/Patient", patient.toString());
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    return Told.id(created);
  }

  private static JsonNode person(String patient) {
    JsonNode found = Told.json(Running.get("/Person?link=Patient/" + patient));
    assertThat(found.path("entry").size()).as(found.toString()).isEqualTo(1);
    return found.at("/entry/0/resource");
  }

  private static List<String> links(JsonNode person) {
    List<String> links = new ArrayList<>();
    person.path("link").forEach(link -> links.add(link.at("/target/reference").asText()));
    return links;
  }

  @Test
  void linksTwoRegistrationsUnderOneNumberInTheAnswer() {
    Someone someone = Someone.woman();
    String one = store(someone.registered("李秀兰"));
    JsonNode alone = person(one);
    assertThat(links(alone)).containsExactly("Patient/" + one);
    assertThat(alone.at("/link/0/assurance").asText()).isEqualTo("level1");
    String two = store(someone.registered("李秀蘭"));
    JsonNode person = person(two);
    assertThat(links(person)).containsExactly("Patient/" + one, "Patient/" + two);
    assertThat(person.path("id")).isEqualTo(alone.path("id"));
    assertThat(person.at("/meta/versionId").asText()).isEqualTo("2");
    assertThat(person.at("/link/1/assurance").asText()).isEqualTo("level3");
    assertThat(person.path("gender").asText()).isEqualTo("female");

    String query =
        URLEncoder.encode(Canonical.ID_CARD + "|" + someone.number(), StandardCharsets.UTF_8);
    assertThat(Told.ids(Running.get("/Person?identifier=" + query)))
        .containsExactly(person.path("id").asText());
    JsonNode before =
        Told.json(Running.get("/Person/" + person.path("id").asText() + "/_history/1"));
    assertThat(links(before)).containsExactly("Patient/" + one);
    JsonNode history =
        Told.json(Running.get("/Person/" + person.path("id").asText() + "/_history"));
    assertThat(history.path("entry").size()).isEqualTo(2);
  }

  @Test
  void asksWhenOneNumberHasTwoNames() {
    Someone someone = Someone.woman();
    String one = store(someone.registered("李秀兰"));
    String two = store(someone.registered("王桂英"));
    assertThat(person(one).path("id")).isNotEqualTo(person(two).path("id"));
    assertThat(rules(one)).contains("PROOF_OTHER_NAME");
  }

  @Test
  void movesTheLinkWhenANumberIsCorrected() {
    Someone right = Someone.woman();
    Someone wrong = Someone.woman();
    String one = store(right.registered("赵丽华"));
    String other = store(wrong.registered("赵丽华"));
    String moving = store(right.registered("赵丽华"));
    String before = person(moving).path("id").asText();
    assertThat(links(person(moving))).containsExactly("Patient/" + one, "Patient/" + moving);

    ObjectNode corrected = wrong.registered("赵丽华");
    corrected.put("id", moving);
    HttpResponse<String> updated = Running.put("/Patient/" + moving, corrected.toString());
    assertThat(updated.statusCode()).as(updated.body()).isEqualTo(200);
    assertThat(links(person(moving))).containsExactly("Patient/" + other, "Patient/" + moving);
    assertThat(links(person(one))).containsExactly("Patient/" + one);
    JsonNode history = Told.json(Running.get("/Person/" + before + "/_history"));
    assertThat(history.path("entry").size()).isEqualTo(3);
    assertThat(links(history.at("/entry/1/resource")))
        .containsExactly("Patient/" + one, "Patient/" + moving);
  }

  @Test
  void forgetsARegistrationThatIsDeleted() {
    Someone someone = Someone.woman();
    String one = store(someone.registered("周玉珍"));
    String two = store(someone.registered("周玉珍"));
    String person = person(one).path("id").asText();
    assertThat(Running.delete("/Patient/" + two).statusCode()).isEqualTo(200);
    assertThat(links(person(one))).containsExactly("Patient/" + one);
    assertThat(Running.delete("/Patient/" + one).statusCode()).isEqualTo(200);
    JsonNode empty = Told.json(Running.get("/Person/" + person));
    assertThat(empty.path("active").asBoolean()).isFalse();
    assertThat(links(empty)).isEmpty();
  }

  @Test
  void makesOnePersonOfManyWhoRegisterAtOnce() throws Exception {
    Someone someone = Someone.woman();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<String>> writes = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        writes.add(() -> store(someone.registered("孙凤英")));
      }
      List<String> ids = new ArrayList<>();
      for (Future<String> write : threads.invokeAll(writes)) {
        ids.add("Patient/" + write.get());
      }
      assertThat(links(person(ids.get(0).substring("Patient/".length()))))
          .containsExactlyInAnyOrderElementsOf(ids);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void linksWithinATransaction() {
    Someone someone = Someone.woman();
    ObjectNode bundle =
        (ObjectNode) Told.json("{\"resourceType\":\"Bundle\",\"type\":\"transaction\"}");
    for (int i = 0; i < 2; i++) {
      ObjectNode entry = bundle.withArray("entry").addObject();
      entry.putObject("request").put("method", "POST").put("url", "Patient");
      entry.set("resource", someone.registered("吴春梅"));
    }
    HttpResponse<String> done = Running.post("", bundle.toString());
    assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    String query =
        URLEncoder.encode(Canonical.ID_CARD + "|" + someone.number(), StandardCharsets.UTF_8);
    JsonNode found = Told.json(Running.get("/Person?identifier=" + query));
    assertThat(found.path("entry").size()).isEqualTo(1);
    assertThat(links(found.at("/entry/0/resource"))).hasSize(2);
  }

  @Test
  void nobodyWritesAPerson() {
    assertThat(Running.post("/Person", "{\"resourceType\":\"Person\"}").statusCode())
        .isEqualTo(403);
  }

  private static List<String> rules(String patient) {
    return Running.bean(JdbcTemplate.class)
        .queryForList(
            """
            select p.rule from hutong.pair p
            join public.hfj_resource f on f.res_id in (p.one, p.other)
            where f.fhir_id = ?
            """,
            String.class,
            patient);
  }
}
