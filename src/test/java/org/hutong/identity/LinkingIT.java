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
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.fhir.Canonical;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

class LinkingIT {
  @Test
  void linksTwoRegistrationsUnderOneNumberInTheAnswer() {
    Someone someone = Someone.woman();
    String one = Someone.store(someone.registered("李秀兰"));
    JsonNode alone = Someone.person(one);
    assertThat(Someone.links(alone)).containsExactly("Patient/" + one);
    assertThat(alone.at("/link/0/assurance").asText()).isEqualTo("level1");
    String two = Someone.store(someone.registered("李秀蘭"));
    JsonNode person = Someone.person(two);
    assertThat(Someone.links(person)).containsExactly("Patient/" + one, "Patient/" + two);
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
    assertThat(Someone.links(before)).containsExactly("Patient/" + one);
    JsonNode history =
        Told.json(Running.get("/Person/" + person.path("id").asText() + "/_history"));
    assertThat(history.path("entry").size()).isEqualTo(2);
  }

  @Test
  void asksWhenOneNumberHasTwoNames() {
    Someone someone = Someone.woman();
    String one = Someone.store(someone.registered("李秀兰"));
    String two = Someone.store(someone.registered("王桂英"));
    assertThat(Someone.person(one).path("id")).isNotEqualTo(Someone.person(two).path("id"));
    assertThat(rules(one)).contains("PROOF_OTHER_NAME");
  }

  @Test
  void movesTheLinkWhenANumberIsCorrected() {
    Someone right = Someone.woman();
    Someone wrong = Someone.woman();
    String one = Someone.store(right.registered("赵丽华"));
    String other = Someone.store(wrong.registered("赵丽华"));
    String moving = Someone.store(right.registered("赵丽华"));
    String before = Someone.person(moving).path("id").asText();
    assertThat(Someone.links(Someone.person(moving)))
        .containsExactly("Patient/" + one, "Patient/" + moving);

    ObjectNode corrected = wrong.registered("赵丽华");
    corrected.put("id", moving);
    HttpResponse<String> updated = Running.put("/Patient/" + moving, corrected.toString());
    assertThat(updated.statusCode()).as(updated.body()).isEqualTo(200);
    assertThat(Someone.links(Someone.person(moving)))
        .containsExactly("Patient/" + other, "Patient/" + moving);
    assertThat(Someone.links(Someone.person(one))).containsExactly("Patient/" + one);
    JsonNode history = Told.json(Running.get("/Person/" + before + "/_history"));
    assertThat(history.path("entry").size()).isEqualTo(3);
    assertThat(Someone.links(history.at("/entry/1/resource")))
        .containsExactly("Patient/" + one, "Patient/" + moving);
  }

  @Test
  void tellsAPersonsHistoryInPagesAndWithinTimes() {
    Someone someone = Someone.woman();
    String one = Someone.store(someone.registered("吴秀英"));
    Someone.store(someone.registered("吴秀英"));
    Someone.store(someone.registered("吴秀英"));
    JsonNode person = Someone.person(one);
    String path = "/Person/" + person.path("id").asText() + "/_history";

    JsonNode whole = Told.json(Running.get(path));
    assertThat(versions(whole)).containsExactly("3", "2", "1");
    assertThat(whole.at("/entry/0/request/method").asText()).isEqualTo("PUT");
    assertThat(whole.at("/entry/2/request/method").asText()).isEqualTo("POST");
    JsonNode second = Told.json(Running.get(path + "?_count=1&_offset=1"));
    assertThat(versions(second)).containsExactly("2");
    assertThat(second.path("total").asInt()).isEqualTo(3);
    assertThat(versions(Told.json(Running.get(path + "?_since=2090-01-01T00:00:00Z")))).isEmpty();
    assertThat(versions(Told.json(Running.get(path + "?_at=ge2090-01-01")))).containsExactly("3");
    assertThat(versions(Told.json(Running.get(path + "?_at=lt2020-01-01")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"_count=-1", "_offset=-1", "_count=abc", "_count=1.5", "_offset="})
  void refusesPagesOfPersonsThatAreNone(String page) {
    HttpResponse<String> answer =
        Running.get("/Person?_id=00000000-0000-4000-8000-000000000000&" + page);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
  }

  @Test
  void beginsAVersionWhenWhatAPersonShowsHasChanged() {
    Someone someone = Someone.woman();
    ObjectNode patient = someone.registered("冯秀英");
    String one = Someone.store(patient);
    JsonNode before = Someone.person(one);
    patient.put("id", one).putArray("name").addObject().put("text", "冯秀瑛");
    assertThat(Running.put("/Patient/" + one, patient.toString()).statusCode()).isEqualTo(200);
    JsonNode after = Someone.person(one);
    assertThat(after.path("id")).isEqualTo(before.path("id"));
    assertThat(after.at("/name/0/text").asText()).isEqualTo("冯秀瑛");
    assertThat(after.at("/meta/versionId").asText()).isEqualTo("2");
    assertThat(
            Running.send(
                    Running.request("/Person/" + after.path("id").asText())
                        .header("If-None-Match", "W/\"1\""))
                .statusCode())
        .isEqualTo(200);

    patient.put("active", true);
    assertThat(Running.put("/Patient/" + one, patient.toString()).statusCode()).isEqualTo(200);
    assertThat(Someone.person(one).at("/meta/versionId").asText()).isEqualTo("2");
  }

  @Test
  void saysThatAPersonMatched() {
    String one = Someone.store(Someone.woman().registered("郑秀英"));
    JsonNode found = Told.json(Running.get("/Person?link=Patient/" + one));
    assertThat(found.at("/entry/0/search/mode").asText()).isEqualTo("match");
  }

  private static List<String> versions(JsonNode history) {
    List<String> versions = new ArrayList<>();
    history
        .path("entry")
        .forEach(entry -> versions.add(entry.at("/resource/meta/versionId").asText()));
    return versions;
  }

  @Test
  void forgetsARegistrationThatIsDeleted() {
    Someone someone = Someone.woman();
    String one = Someone.store(someone.registered("周玉珍"));
    String two = Someone.store(someone.registered("周玉珍"));
    String person = Someone.person(one).path("id").asText();
    assertThat(Running.delete("/Patient/" + two).statusCode()).isEqualTo(200);
    assertThat(Someone.links(Someone.person(one))).containsExactly("Patient/" + one);
    assertThat(Running.delete("/Patient/" + one).statusCode()).isEqualTo(200);
    JsonNode empty = Told.json(Running.get("/Person/" + person));
    assertThat(empty.path("active").asBoolean()).isFalse();
    assertThat(Someone.links(empty)).isEmpty();
  }

  @Test
  void makesOnePersonOfManyWhoRegisterAtOnce() throws Exception {
    Someone someone = Someone.woman();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<String>> writes = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        writes.add(() -> Someone.store(someone.registered("孙凤英")));
      }
      List<String> ids = new ArrayList<>();
      for (Future<String> write : threads.invokeAll(writes)) {
        ids.add("Patient/" + write.get());
      }
      assertThat(Someone.links(Someone.person(ids.get(0).substring("Patient/".length()))))
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
    assertThat(Someone.links(found.at("/entry/0/resource"))).hasSize(2);
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
