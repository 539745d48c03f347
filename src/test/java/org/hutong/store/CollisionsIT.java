package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.hutong.Cast;
import org.hutong.Invariants;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.fhir.Institution;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What the client sees when the database breaks off a write for another's sake: a trigger does so,
 * as often as a test asks it to, at the end of each transaction that stores something for a certain
 * institution.
 */
class CollisionsIT {
  private static final String INSTITUTION = "COLLIDES";
  private static final JdbcTemplate JDBC = Running.bean(JdbcTemplate.class);

  @BeforeAll
  static void collide() {
    JDBC.execute(
        """
        create schema collisions;
        create sequence collisions.met;
        create table collisions.planned (turns int[], state text);
        insert into collisions.planned values ('{}', '40P01');
        create function collisions.collide() returns trigger language plpgsql as $$
        declare plan collisions.planned;
        begin
          select * into plan from collisions.planned;
          if nextval('collisions.met') = any (plan.turns) then
            raise exception 'planned' using errcode = plan.state;
          end if;
          return new;
        end $$;
        create trigger collide before insert on hutong.resource
        for each row when (new.owner = %d) execute function collisions.collide()"""
            .formatted(Running.bean(Owners.class).id(new Institution(INSTITUTION))));
  }

  @AfterAll
  static void pass() {
    JDBC.execute("drop trigger collide on hutong.resource; drop schema collisions cascade");
  }

  /** Which of the rows that are to be stored will break their transaction off. */
  private static void plan(String state, Integer... turns) {
    JDBC.update("update collisions.planned set turns = ?, state = ?", turns, state);
    JDBC.execute("alter sequence collisions.met restart");
  }

  private static long attempts() {
    Long met = JDBC.queryForObject("select nextval('collisions.met')", Long.class);
    return met == null ? -1 : met - 1;
  }

  private final Invariants invariants = new Invariants();

  @BeforeEach
  void planNothing() {
    plan("40P01");
  }

  /** With a number whose check character is wrong: that is warned of. */
  private static ObjectNode warnedOf(String card) {
    ObjectNode patient = Cast.patient(card);
    patient
        .withArray("identifier")
        .addObject()
        .put("system", "urn:oid:2.16.156.10011.1.3")
        .put("value", "159981195803140026");
    return patient;
  }

  @ParameterizedTest
  @ValueSource(strings = {"40P01", "40001", "23505"})
  void createsAsIfNothingHadHappened(String state) {
    String plain = Cast.card();
    HttpResponse<String> before = create(plain);
    String card = Cast.card();
    plan(state, 1, 2);
    HttpResponse<String> created = create(card);
    assertThat(attempts()).isEqualTo(3);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(same(created.body(), card)).isEqualTo(same(before.body(), plain));
    assertThat(created.headers().map().keySet()).isEqualTo(before.headers().map().keySet());
    assertThat(count(card)).isEqualTo(1);
    invariants.hold();
  }

  private static HttpResponse<String> create(String card) {
    return send(
        Running.json("/Patient", "POST", warnedOf(card).toString())
            .header("If-None-Exist", "identifier=" + Cast.HEALTH_CARD + "|" + card));
  }

  /** An answer without what differs between two of the same. */
  private static String same(String body, String card) {
    return body.replace(card, "")
        .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "")
        .replaceAll("\"lastUpdated\":\"[^\"]*\"", "")
        .replaceAll("\"lastModified\":\"[^\"]*\"", "");
  }

  @Test
  void updatesPatchesAndDeletesAsIfNothingHadHappened() {
    String card = Cast.card();
    ObjectNode patient = Cast.patient(card);
    String id = Told.id(post("/Patient", patient.toString()));
    plan("40P01", 1, 2);
    HttpResponse<String> updated =
        send(
            Running.json(
                    "/Patient/" + id,
                    "PUT",
                    patient.put("id", id).put("birthDate", "1958-03-15").toString())
                .header("If-Match", "W/\"1\""));
    assertThat(attempts()).isEqualTo(3);
    assertThat(updated.statusCode()).as(updated.body()).isEqualTo(200);
    assertThat(Told.json(updated).at("/meta/versionId").asText()).isEqualTo("2");
    plan("40P01", 1, 2);
    HttpResponse<String> patched =
        send(
            Running.request("/Patient?identifier=" + card)
                .header("Content-Type", "application/json-patch+json")
                .method(
                    "PATCH",
                    HttpRequest.BodyPublishers.ofString(
                        """
                        [{"op":"replace","path":"/birthDate","value":"1958-03-16"}]""")));
    assertThat(attempts()).isEqualTo(3);
    assertThat(patched.statusCode()).as(patched.body()).isEqualTo(200);
    assertThat(Told.json(patched).at("/meta/versionId").asText()).isEqualTo("3");
    invariants.hold();
  }

  @Test
  void carriesOutATransactionFromWhatWasSent() {
    JsonNode before = transaction(Cast.card());
    String card = Cast.card();
    JsonNode entries = transaction(card, 1, 2);
    assertThat(attempts()).isGreaterThan(2);
    assertThat(entries).hasSize(before.size());
    for (int i = 0; i < entries.size(); i++) {
      assertThat(entries.at("/" + i + "/response/status"))
          .isEqualTo(before.at("/" + i + "/response/status"));
      assertThat(entries.at("/" + i + "/response/outcome/issue"))
          .hasSameSizeAs(before.at("/" + i + "/response/outcome/issue"));
    }
    String location = entries.at("/1/response/location").asText();
    JsonNode observation = Told.json(Running.get("/" + location));
    assertThat(entries.at("/0/response/location").asText())
        .startsWith(observation.at("/subject/reference").asText() + "/");
    assertThat(count(card)).isEqualTo(1);
    invariants.hold();
  }

  private static JsonNode transaction(String card, Integer... collisions) {
    ObjectNode observation = Cast.observation("x");
    observation.withObject("/subject").put("reference", "urn:uuid:" + uuid(card));
    plan("40P01", collisions);
    return entries(
        """
        {"resourceType":"Bundle","type":"transaction","entry":[
        {"fullUrl":"urn:uuid:%s","resource":%s,"request":{"method":"POST","url":"Patient"%s}},
        {"resource":%s,"request":{"method":"POST","url":"Observation"}}]}"""
            .formatted(
                uuid(card),
                warnedOf(card),
                ",\"ifNoneExist\":\"identifier=" + card + "\"",
                observation));
  }

  private static String uuid(String card) {
    return java.util
        .UUID
        .nameUUIDFromBytes(card.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .toString();
  }

  @Test
  void carriesOutOnlyThoseEntriesOfABatchAgainThatWereBrokenOff() {
    String patched = Cast.card();
    String id = Told.id(post("/Patient", warnedOf(patched).toString()));
    List<String> cards = List.of(Cast.card(), Cast.card(), Cast.card());
    plan("40P01", 2, 3, 5);
    JsonNode entries =
        entries(
            """
            {"resourceType":"Bundle","type":"batch","entry":[
            {"resource":%s,"request":{"method":"POST","url":"Patient"}},
            {"resource":%s,"request":{"method":"POST","url":"Patient"}},
            {"resource":{"resourceType":"Patient","gender":"female"},"request":{"method":"POST","url":"Patient"}},
            {"resource":%s,"request":{"method":"PATCH","url":"Patient/%s"}},
            {"resource":%s,"request":{"method":"POST","url":"Patient"}}]}"""
                .formatted(
                    Cast.patient(cards.get(0)),
                    warnedOf(cards.get(1)),
                    """
                    {"resourceType":"Parameters","parameter":[{"name":"operation","part":[
                    {"name":"type","valueCode":"replace"},
                    {"name":"path","valueString":"Patient.birthDate"},
                    {"name":"value","valueDate":"1958-03-15"}]}]}""",
                    id,
                    Cast.patient(cards.get(2))));
    assertThat(attempts()).isEqualTo(7);
    assertThat(entries.findValuesAsText("status"))
        .containsExactly("201 Created", "201 Created", "422", "200 OK", "201 Created");
    for (int warned : List.of(1, 3)) {
      assertThat(entries.at("/" + warned + "/response/outcome/issue").findValuesAsText("text"))
          .hasSizeGreaterThan(1)
          .doesNotHaveDuplicates();
    }
    assertThat(cards).allSatisfy(card -> assertThat(count(card)).isEqualTo(1));
    invariants.hold();
  }

  @ParameterizedTest
  @ValueSource(strings = {"alone", "transaction", "batch"})
  void tellsWhoMeetsOthersAgainAndAgainToComeLater(String way) {
    String card = Cast.card();
    plan("40P01", 1, 2, 3, 4, 5, 6, 7, 8);
    HttpResponse<String> answer =
        way.equals("alone")
            ? post("/Patient", Cast.patient(card).toString())
            : post(
                "/",
                """
                {"resourceType":"Bundle","type":"%s","entry":[{"resource":%s,
                "request":{"method":"POST","url":"Patient"}}]}"""
                    .formatted(way, Cast.patient(card)));
    assertThat(attempts()).isEqualTo(8);
    if (way.equals("batch")) {
      JsonNode entry = Told.json(answer).at("/entry/0/response");
      assertThat(entry.path("status").asText()).isEqualTo("503");
      assertThat(entry.at("/outcome/issue/0/details/coding/0/code").asText())
          .isEqualTo("overloaded");
    } else {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
      assertThat(Told.code(answer)).isEqualTo("overloaded");
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
    assertThat(count(card)).isZero();
    invariants.hold();
  }

  @Test
  void doesNotTryAgainWhatIsRefused() {
    plan("22001", 1);
    HttpResponse<String> refused = post("/Patient", Cast.patient(Cast.card()).toString());
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(attempts()).isEqualTo(1);
  }

  private static HttpResponse<String> post(String path, String json) {
    return send(Running.json(path, "POST", json));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    return Running.send(request.header(Institution.HEADER, INSTITUTION));
  }

  private static JsonNode entries(String bundle) {
    HttpResponse<String> answer =
        send(Running.json("/", "POST", bundle).header("Prefer", "return=OperationOutcome"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Told.json(answer).path("entry");
  }

  private static int count(String card) {
    return Told.json(Running.get("/Patient?_total=accurate&identifier=" + card))
        .path("total")
        .asInt(-1);
  }
}
