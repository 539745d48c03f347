package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.delete;
import static org.hutong.Running.get;
import static org.hutong.Running.json;
import static org.hutong.Running.post;
import static org.hutong.Running.put;
import static org.hutong.Running.request;
import static org.hutong.Running.rows;
import static org.hutong.Running.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Together;
import org.hutong.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WriteIT {
  private static final String FHIR_JSON = "application/fhir+json";

  /** Threads that write at once. */
  private static final int MANY = 16;

  // Create.

  @Test
  void createsUnderAnIdOfItsOwn() {
    HttpResponse<String> created = post("/Patient", Cast.patient(Cast.card()).toString());
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(header(created, "ETag")).isEqualTo("W/\"1\"");
    assertThat(header(created, "Last-Modified")).isNotEmpty();
    assertThat(header(created, "Location"))
        .isEqualTo(Running.base() + "/Patient/" + Told.id(created) + "/_history/1");
    assertThat(Told.id(created)).matches("[0-9a-f-]{36}");
  }

  @Test
  void ignoresTheIdThatAClientSendsAlongWithACreate() {
    ObjectNode patient = Cast.patient(Cast.card()).put("id", "li-xiulan");
    HttpResponse<String> created = post("/Patient", patient.toString());
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(Told.id(created)).isNotEqualTo("li-xiulan");
  }

  @Test
  void createsNothingWhereTheConditionMatchesOne() {
    String card = Cast.card();
    HttpResponse<String> first = createIfNoneExist(card, card);
    HttpResponse<String> second = createIfNoneExist(card, card);
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(Told.id(second)).isEqualTo(Told.id(first));
    assertThat(count(card)).isEqualTo(1);
  }

  @Test
  void refusesToCreateWhereTheConditionMatchesSeveral() {
    String card = Cast.card();
    post("/Patient", Cast.patient(card).toString());
    post("/Patient", Cast.patient(card).toString());
    HttpResponse<String> third = createIfNoneExist(card, card);
    assertThat(third.statusCode()).isEqualTo(412);
    assertThat(Told.code(third)).isEqualTo("multiple-matches");
    assertThat(count(card)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "identifier=, condition-empty",
    "'identifier=,', condition-empty",
    "Patient?, condition-empty",
    "'', condition-empty",
    "nope=1, parameter-unknown",
    "hutong-links=Patient/1, parameter-unknown",
    "_sort=name, parameter-unknown",
    "identifier:foo=1, parameter-invalid",
    "Observation?code=1, request-invalid",
  })
  void refusesAConditionThatWouldMatchAnything(String condition, String code) {
    HttpResponse<String> answer =
        send(
            json("/Patient", "POST", Cast.patient(Cast.card()).toString())
                .header("If-None-Exist", condition));
    assertThat(Told.code(answer)).isEqualTo(code == null ? "" : code);
  }

  @Test
  void makesOneOfManyParallelConditionalCreates() throws Exception {
    String card = Cast.card();
    List<HttpResponse<String>> answers = Together.times(MANY, () -> createIfNoneExist(card, card));
    assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 201);
    assertThat(answers).filteredOn(answer -> answer.statusCode() == 201).hasSize(1);
    assertThat(answers.stream().map(Told::id).distinct()).hasSize(1);
    assertThat(count(card)).isEqualTo(1);
  }

  @Test
  void makesOneOfManyParallelConditionalUpdates() throws Exception {
    String card = Cast.card();
    String body = Cast.patient(card).toString();
    List<HttpResponse<String>> answers = Together.times(MANY, () -> put(byCard(card), body));
    assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 201);
    assertThat(answers).filteredOn(answer -> answer.statusCode() == 201).hasSize(1);
    assertThat(answers.stream().map(Told::id).distinct()).hasSize(1);
    assertThat(count(card)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "batch"})
  void makesOneOfEachInManyParallelBundlesThatNameThemCrosswise(String type) throws Exception {
    List<String> cards = List.of(Cast.card(), Cast.card());
    AtomicInteger number = new AtomicInteger();
    List<HttpResponse<String>> answers =
        Together.times(
            MANY,
            () -> {
              int first = number.getAndIncrement() % 2;
              return post("/", conditional(type, List.of(cards.get(first), cards.get(1 - first))));
            });
    for (HttpResponse<String> answer : answers) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      for (JsonNode entry : Told.json(answer).path("entry")) {
        assertThat(entry.at("/response/status").asText()).as(answer.body()).startsWith("20");
      }
    }
    for (String card : cards) {
      assertThat(count(card)).isEqualTo(1);
    }
  }

  @Test
  void makesOneOfEachWhereSomeAskForMoreThanIsLockedOneByOne() throws Exception {
    List<String> cards = Stream.generate(Cast::card).limit(70).toList();
    AtomicInteger number = new AtomicInteger();
    List<HttpResponse<String>> answers =
        Together.times(
            6,
            () ->
                number.getAndIncrement() % 3 == 0
                    ? post("/", conditional("transaction", cards))
                    : createIfNoneExist(cards.get(3), cards.get(3)));
    assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 201);
    assertThat(count(cards.get(3))).isEqualTo(1);
    assertThat(count(cards.get(69))).isEqualTo(1);
  }

  private static String conditional(String type, List<String> cards) {
    return "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[%s]}"
        .formatted(
            type,
            cards.stream()
                .map(
                    card ->
                        """
                        {"resource":%s,"request":{"method":"POST","url":"Patient",
                        "ifNoneExist":"identifier=%s|%s"}}"""
                            .formatted(Cast.patient(card), Cast.HEALTH_CARD, card))
                .collect(Collectors.joining(",")));
  }

  // Update.

  @Test
  void updatesTheVersionThatIfMatchNamesAndNoOther() {
    ObjectNode patient = stored();
    String path = "/Patient/" + patient.path("id").asText();
    patient.put("birthDate", "1958-03-15");
    HttpResponse<String> updated =
        send(json(path, "PUT", patient.toString()).header("If-Match", "W/\"1\""));
    assertThat(updated.statusCode()).isEqualTo(200);
    assertThat(header(updated, "ETag")).isEqualTo("W/\"2\"");
    patient.put("birthDate", "1958-03-16");
    HttpResponse<String> stale =
        send(json(path, "PUT", patient.toString()).header("If-Match", "W/\"1\""));
    assertThat(stale.statusCode()).isEqualTo(412);
    assertThat(Told.code(stale)).isEqualTo("version-conflict");
    assertThat(Told.json(get(path)).path("birthDate").asText()).isEqualTo("1958-03-15");
  }

  @Test
  void makesNoVersionOfAnUpdateThatChangesNothing() {
    ObjectNode patient = stored();
    String path = "/Patient/" + patient.path("id").asText();
    HttpResponse<String> updated = put(path, patient.toString());
    assertThat(updated.statusCode()).isEqualTo(200);
    assertThat(header(updated, "ETag")).isEqualTo("W/\"1\"");
  }

  @Test
  void refusesToCreateByPut() {
    ObjectNode patient = Cast.patient(Cast.card()).put("id", "li-xiulan");
    HttpResponse<String> answer = put("/Patient/li-xiulan", patient.toString());
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(Told.code(answer)).isEqualTo("client-assigned-id");
    String unknown = Running.unique();
    assertThat(Told.code(put("/Patient/" + unknown, patient.put("id", unknown).toString())))
        .isEqualTo("client-assigned-id");
  }

  @Test
  void refusesABodyWhoseIdIsAnother() {
    ObjectNode patient = stored();
    HttpResponse<String> answer =
        put(
            "/Patient/" + patient.path("id").asText(),
            patient.deepCopy().put("id", "x").toString());
    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @Test
  void updatesTheOneThatTheConditionMatches() {
    ObjectNode patient = stored();
    String id = patient.path("id").asText();
    String card = patient.at("/identifier/0/value").asText();
    patient.remove("id");
    HttpResponse<String> updated =
        put(byCard(card), patient.put("birthDate", "1958-03-15").toString());
    assertThat(updated.statusCode()).isEqualTo(200);
    assertThat(Told.id(updated)).isEqualTo(id);
    assertThat(header(updated, "ETag")).isEqualTo("W/\"2\"");
    String other = Cast.card();
    HttpResponse<String> none = put(byCard(other), Cast.patient(other).toString());
    assertThat(none.statusCode()).isEqualTo(201);
    HttpResponse<String> unmet = put(byCard(Cast.card()), patient.toString());
    assertThat(unmet.statusCode()).isEqualTo(400);
    post("/Patient", patient.toString());
    HttpResponse<String> several = put(byCard(card), patient.toString());
    assertThat(several.statusCode()).isEqualTo(412);
    assertThat(Told.code(several)).isEqualTo("multiple-matches");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH", "DELETE"})
  void refusesAConditionalWriteWithoutCondition(String method) {
    for (String query : List.of("", "?", "?identifier=", "?_format=json", "?identifier=&_id=")) {
      HttpResponse<String> answer =
          send(json("/Slot" + query, method, "{\"resourceType\":\"Slot\"}"));
      assertThat(Told.code(answer)).as(method + query).isEqualTo("condition-empty");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH", "DELETE"})
  void neverDropsPartOfACondition(String method) {
    for (String query : List.of("?nope=1&_id=x", "?_id=x&hutong-links=1", "?name:foo=x")) {
      HttpResponse<String> answer =
          send(
              json("/Patient" + query, method, "{\"resourceType\":\"Patient\"}")
                  .header("Prefer", "handling=lenient"));
      assertThat(answer.statusCode()).as(method + query).isEqualTo(400);
    }
  }

  // Patch.

  @Test
  void patchesByJsonPatchXmlPatchAndFhirPathPatch() {
    ObjectNode patient = stored();
    String path = "/Patient/" + patient.path("id").asText();
    assertThat(
            patched(
                path,
                "application/json-patch+json",
                "[{\"op\":\"replace\",\"path\":\"/birthDate\",\"value\":\"1958-03-15\"}]"))
        .isEqualTo("1958-03-15");
    assertThat(
            patched(
                path,
                "application/xml-patch+xml",
                "<diff xmlns:f=\"http://hl7.org/fhir\"><replace"
                    + " sel=\"f:Patient/f:birthDate/@value\">1958-03-16</replace></diff>"))
        .isEqualTo("1958-03-16");
    assertThat(patched(path, FHIR_JSON, fhirPathPatch("1958-03-17"))).isEqualTo("1958-03-17");
    assertThat(patched(path, FHIR_JSON, fhirPathPatch("1958-03-18"))).isEqualTo("1958-03-18");
    assertThat(Told.json(get(path)).at("/meta/versionId").asText()).isEqualTo("5");
  }

  @Test
  void patchesTheOneThatTheConditionMatches() {
    ObjectNode patient = stored();
    String card = patient.at("/identifier/0/value").asText();
    assertThat(patched(byCard(card), FHIR_JSON, fhirPathPatch("1958-03-18")))
        .isEqualTo("1958-03-18");
    HttpResponse<String> none =
        send(json(byCard(Cast.card()), "PATCH", fhirPathPatch("1958-03-18")));
    assertThat(none.statusCode()).isIn(404, 412);
  }

  @Test
  void holdsThePatchToTheVersionThatIfMatchNames() {
    ObjectNode patient = stored();
    String path = "/Patient/" + patient.path("id").asText();
    HttpResponse<String> stale =
        send(json(path, "PATCH", fhirPathPatch("1958-03-19")).header("If-Match", "W/\"7\""));
    assertThat(stale.statusCode()).isEqualTo(412);
    assertThat(Told.code(stale)).isEqualTo("version-conflict");
  }

  @Test
  void revivesNothingByPatch() {
    ObjectNode patient = stored();
    String path = "/Patient/" + patient.path("id").asText();
    String card = patient.at("/identifier/0/value").asText();
    assertThat(delete(path).statusCode()).isIn(200, 204);
    HttpResponse<String> byId = send(json(path, "PATCH", fhirPathPatch("1958-03-19")));
    assertThat(byId.statusCode()).isEqualTo(410);
    assertThat(Told.code(byId)).isEqualTo("gone");
    HttpResponse<String> entry =
        post(
            "/",
            """
            {"resourceType":"Bundle","type":"transaction","entry":[{"resource":%s,
            "request":{"method":"PATCH","url":"%s"}}]}"""
                .formatted(fhirPathPatch("1958-03-19"), path.substring(1)));
    assertThat(entry.statusCode()).isEqualTo(410);
    assertThat(get(path).statusCode()).isEqualTo(410);
    assertThat(count(card)).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json-patch+json | [{\"op\":\"replace\",\"path\":\"/nope/3\",\"value\":\"x\"}]",
        "application/json-patch+json | {\"op\":\"replace\"}",
        "application/json-patch+json | [{\"op\":\"test\",\"path\":\"/birthDate\",\"value\":\"x\"}]",
        "application/xml-patch+xml | <diff><replace sel=\"f:Nope\">x</replace></diff>",
        "application/fhir+json | {\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"operation\"}]}",
        "application/fhir+json | {\"resourceType\":\"Patient\"}",
      })
  void tellsThatAPatchIsWrong(String type, String body) {
    String path = "/Patient/" + Cast.patient();
    HttpResponse<String> answer =
        send(
            request(path)
                .header("Content-Type", type)
                .method("PATCH", BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 422);
    assertThat(Told.code(answer)).isNotEmpty();
    assertThat(Told.json(get(path)).at("/meta/versionId").asText()).isEqualTo("1");
  }

  // Delete, read, history.

  @Test
  void isGoneAfterADeleteButKeepsItsHistory() {
    String path = "/Patient/" + Cast.patient();
    assertThat(delete(path).statusCode()).isIn(200, 204);
    assertThat(Told.code(get(path))).isEqualTo("gone");
    assertThat(get(path).statusCode()).isEqualTo(410);
    assertThat(get(path + "/_history/1").statusCode()).isEqualTo(200);
    assertThat(get(path + "/_history/2").statusCode()).isEqualTo(410);
    assertThat(get(path + "/_history/3").statusCode()).isEqualTo(404);
    assertThat(delete(path).statusCode()).isIn(200, 204);
    assertThat(Told.json(get(path + "/_history")).path("entry")).hasSize(2);
  }

  @Test
  void listsTheHistoryNewestFirst() {
    ObjectNode patient = stored();
    String path = "/Patient/" + patient.path("id").asText();
    for (int day = 15; day < 18; day++) {
      put(path, patient.put("birthDate", "1958-03-" + day).toString());
    }
    JsonNode history = Told.json(get(path + "/_history"));
    List<String> versions = new ArrayList<>();
    history
        .path("entry")
        .forEach(entry -> versions.add(entry.at("/resource/meta/versionId").asText()));
    assertThat(versions).containsExactly("4", "3", "2", "1");
    assertThat(history.path("total").asInt()).isEqualTo(4);
    assertThat(history.at("/entry/0/response/status").asText()).startsWith("200");
    assertThat(history.at("/entry/3/response/status").asText()).startsWith("201");
    HttpResponse<String> third = get(path + "/_history/3");
    assertThat(header(third, "ETag")).isEqualTo("W/\"3\"");
    assertThat(Told.json(third).path("birthDate").asText()).isEqualTo("1958-03-16");
  }

  @Test
  void deletesByConditionOneAndNeverSeveral() {
    String card = Cast.card();
    post("/Patient", Cast.patient(card).toString());
    HttpResponse<String> one = delete(byCard(card));
    assertThat(one.statusCode()).isIn(200, 204);
    assertThat(count(card)).isZero();
    post("/Patient", Cast.patient(card).toString());
    post("/Patient", Cast.patient(card).toString());
    HttpResponse<String> several = delete(byCard(card));
    assertThat(several.statusCode()).isEqualTo(412);
    assertThat(Told.code(several)).isEqualTo("multiple-matches");
    assertThat(count(card)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "batch"})
  void patchesAndDeletesByConditionInBundles(String type) {
    String card = Cast.card();
    String id = Told.id(post("/Patient", Cast.patient(card).toString()));
    JsonNode patch = Told.json(fhirPathPatch("1958-03-18"));
    String url = byCard(card).substring(1);
    assertThat(status(type, post("/", entry(type, "PATCH", url, patch)))).isEqualTo(200);
    assertThat(Told.json(get("/Patient/" + id)).path("birthDate").asText()).isEqualTo("1958-03-18");
    String none = byCard(Cast.card()).substring(1);
    assertThat(status(type, post("/", entry(type, "PATCH", none, patch)))).isEqualTo(404);
    assertThat(status(type, post("/", Told.bundle(type, "DELETE", none))) / 100).isEqualTo(2);
    post("/Patient", Cast.patient(card).toString());
    assertThat(status(type, post("/", entry(type, "PATCH", url, patch)))).isEqualTo(412);
    assertThat(status(type, post("/", Told.bundle(type, "DELETE", url)))).isEqualTo(412);
    assertThat(count(card)).isEqualTo(2);
    assertThat(delete("/Patient/" + id).statusCode()).isEqualTo(200);
    assertThat(status(type, post("/", Told.bundle(type, "DELETE", url))) / 100).isEqualTo(2);
    assertThat(count(card)).isZero();
  }

  /** How a Bundle of one entry was answered: of a batch, the entry. */
  private static int status(String type, HttpResponse<String> answer) {
    return type.equals("batch") || answer.statusCode() == 200
        ? Integer.parseInt(
            Told.json(answer).at("/entry/0/response/status").asText().substring(0, 3))
        : answer.statusCode();
  }

  @Test
  void refusesToDeleteWhatIsReferredTo() {
    String patient = Cast.patient();
    String observation = Told.id(post("/Observation", Cast.observation(patient).toString()));
    HttpResponse<String> refused = delete("/Patient/" + patient);
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(Told.code(refused)).isEqualTo("referenced-still");
    assertThat(delete("/Observation/" + observation).statusCode()).isIn(200, 204);
    assertThat(delete("/Patient/" + patient).statusCode()).isIn(200, 204);
  }

  @Test
  void answers304ToAReadOfTheVersionThatTheCallerHas() {
    String path = "/Patient/" + Cast.patient();
    HttpResponse<String> same = send(request(path).header("If-None-Match", "W/\"1\""));
    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(same.body()).isEmpty();
    HttpResponse<String> other = send(request(path).header("If-None-Match", "W/\"2\""));
    assertThat(other.statusCode()).isEqualTo(200);
  }

  @Test
  void returnsWhatTheCallerPrefers() {
    HttpResponse<String> minimal = preferring("return=minimal");
    assertThat(minimal.statusCode()).isEqualTo(201);
    assertThat(minimal.body()).isEmpty();
    assertThat(header(minimal, "Location")).contains("/Patient/");
    assertThat(Told.json(preferring("return=representation")).path("resourceType").asText())
        .isEqualTo("Patient");
    assertThat(Told.json(preferring("return=OperationOutcome")).path("resourceType").asText())
        .isEqualTo("OperationOutcome");
  }

  @Test
  void speaksXmlToo() {
    String path = "/Patient/" + Cast.patient();
    HttpResponse<String> xml = send(request(path).header("Accept", "application/fhir+xml"));
    assertThat(header(xml, "Content-Type")).startsWith("application/fhir+xml");
    assertThat(xml.body()).contains("<Patient xmlns=\"http://hl7.org/fhir\"", "李秀兰");
    String changed = xml.body().replace("1958-03-14", "1958-03-20");
    HttpResponse<String> put =
        send(
            request(path)
                .header("Content-Type", "application/fhir+xml")
                .PUT(BodyPublishers.ofString(changed)));
    assertThat(put.statusCode()).isEqualTo(200);
    assertThat(Told.json(get(path)).path("birthDate").asText()).isEqualTo("1958-03-20");
    HttpResponse<String> byParameter = get(path + "?_format=xml");
    assertThat(byParameter.body()).startsWith("<Patient");
    HttpResponse<String> problem = get("/Patient/nope?_format=xml");
    assertThat(problem.body()).startsWith("<OperationOutcome").contains("not-found");
  }

  // Bundles.

  @Test
  void resolvesUrnsAndConditionalReferencesWithinATransaction() {
    String card = Cast.card();
    ObjectNode observation = Cast.observation("x");
    observation
        .putObject("subject")
        .put("reference", "urn:uuid:6c2f3d5e-0000-4000-8000-000000000001");
    String body =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[
        {"resource":%s,"request":{"method":"POST","url":"Observation"}},
        {"fullUrl":"urn:uuid:6c2f3d5e-0000-4000-8000-000000000001","resource":%s,
         "request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=%s|%s"}}]}"""
            .formatted(observation, Cast.patient(card), Cast.HEALTH_CARD, card);
    HttpResponse<String> answer = post("/", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    String first = Told.json(answer).at("/entry/0/response/location").asText();
    assertThat(Told.json(get("/" + first)).at("/subject/reference").asText())
        .startsWith("Patient/");
    // Again: the same patient, one more observation.
    assertThat(post("/", body).statusCode()).isEqualTo(200);
    assertThat(count(card)).isEqualTo(1);

    observation
        .putObject("subject")
        .put("reference", "Patient?identifier=" + Cast.HEALTH_CARD + "|" + card);
    HttpResponse<String> conditional =
        post("/", entry("transaction", "POST", "Observation", observation));
    assertThat(conditional.statusCode()).as(conditional.body()).isEqualTo(200);
    JsonNode stored =
        Told.json(get("/Observation?patient.identifier=" + Cast.HEALTH_CARD + "%7C" + card));
    assertThat(stored.path("entry")).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient?identifier=nobody",
        "Patient?",
        "Patient?identifier=",
        "Patient?hutong-links=Organization/x",
        "Patient?nope=1",
        "Basic?identifier=1",
        "urn:uuid:6c2f3d5e-0000-4000-8000-00000000dead",
        "Patient/nobody"
      })
  void refusesAReferenceThatLeadsNowhereInATransaction(String reference) {
    ObjectNode observation = Cast.observation("x");
    observation.putObject("subject").put("reference", reference);
    HttpResponse<String> answer =
        post("/", entry("transaction", "POST", "Observation", observation));
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 422);
    assertThat(Told.code(answer)).isNotEmpty();
  }

  @Test
  void storesNothingOfATransactionWhoseLastEntryFails() {
    String card = Cast.card();
    long before = rows();
    ObjectNode orphan = Cast.observation("nobody");
    HttpResponse<String> answer =
        post(
            "/",
            """
            {"resourceType":"Bundle","type":"transaction","entry":[
            {"resource":%s,"request":{"method":"POST","url":"Patient"}},
            {"resource":%s,"request":{"method":"POST","url":"Observation"}}]}"""
                .formatted(Cast.patient(card), orphan));
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(Told.code(answer)).isEqualTo("reference-unknown");
    assertThat(count(card)).isZero();
    assertThat(rows()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"zh-CN, 引用的资源不存在", "'en,zh;q=0.5', does not exist"})
  void storesTheRestOfABatchAndTellsOfTheBadEntryInTheCallersLanguage(
      String language, String words) {
    String card = Cast.card();
    HttpResponse<String> answer =
        send(
            json(
                    "/",
                    "POST",
                    """
                    {"resourceType":"Bundle","type":"batch","entry":[
                    {"resource":%s,"request":{"method":"POST","url":"Patient"}},
                    {"resource":%s,"request":{"method":"POST","url":"Observation"}},
                    {"request":{"method":"GET","url":"Patient?nope=1"}},
                    {"request":{"method":"GET","url":"Patient/nobody"}},
                    {"resource":%s,"request":{"method":"POST","url":"Patient"}}]}"""
                        .formatted(
                            Cast.patient(card), Cast.observation("nobody"), Cast.patient(card)))
                .header("Accept-Language", language));
    JsonNode entries = Told.json(answer).path("entry");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(entries.at("/0/response/status").asText()).startsWith("201");
    assertThat(entries.at("/4/response/status").asText()).startsWith("201");
    assertThat(entries.at("/1/response/status").asText()).startsWith("422");
    assertThat(entries.at("/1/response/outcome/issue/0/details/coding/0/code").asText())
        .isEqualTo("reference-unknown");
    assertThat(entries.at("/1/response/outcome/issue/0/details/text").asText()).contains(words);
    assertThat(entries.at("/2/response/status").asText()).startsWith("400");
    assertThat(entries.at("/2/response/outcome/issue/0/expression/0").asText())
        .isEqualTo("Bundle.entry[2].request");
    assertThat(entries.at("/3/response/status").asText()).startsWith("404");
    assertThat(count(card)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"zh-CN, 不是合格的 boolean", "en, boolean"})
  void carriesOutTheEntriesOfABatchBesideOneThatCannotBeRead(String language, String words) {
    String card = Cast.card();
    HttpResponse<String> answer =
        send(
            json(
                    "/",
                    "POST",
                    """
                    {"resourceType":"Bundle","type":"batch","entry":[
                    {"resource":%s,"request":{"method":"POST","url":"Patient"}},
                    {"resource":{"resourceType":"Patient","active":"true"},
                     "request":{"method":"POST","url":"Patient"}},
                    {"resource":{"resourceType":"Patient","birthDate":"1958-13-99"},
                     "request":{"method":"POST","url":"Patient"}},
                    {"request":{"method":"GET","url":"metadata"}},
                    {"resource":%s,"request":{"method":"POST","url":"Patient"}}]}"""
                        .formatted(Cast.patient(card), Cast.patient(card)))
                .header("Accept-Language", language));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode entries = Told.json(answer).path("entry");
    assertThat(entries).hasSize(5);
    assertThat(entries.at("/0/response/status").asText()).startsWith("201");
    for (int i = 1; i <= 2; i++) {
      JsonNode response = entries.path(i).path("response");
      assertThat(response.path("status").asText()).startsWith("422");
      assertThat(response.at("/outcome/issue/0/expression/0").asText())
          .startsWith("Bundle.entry[" + i + "].resource");
    }
    assertThat(entries.at("/1/response/outcome/issue/0").toString()).contains(words);
    assertThat(entries.at("/3/response/status").asText()).startsWith("200");
    assertThat(entries.at("/4/response/status").asText()).startsWith("201");
    assertThat(count(card)).isEqualTo(2);
  }

  @Test
  void refusesOneConditionInTwoSpellingsInATransactionAndTakesItInABatch() {
    String card = "T" + Cast.card();
    String wide = card.replace('T', 'Ｔ');
    String entries =
        """
        {"resource":%1$s,"request":{"method":"POST","url":"Patient",
         "ifNoneExist":"identifier=%2$s|%3$s"}},
        {"resource":%1$s,"request":{"method":"POST","url":"Patient",
         "ifNoneExist":"identifier=%2$s%%7C%4$s"}}"""
            .formatted(Cast.patient(card), Cast.HEALTH_CARD, card, wide);
    String bundle = "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[%s]}";
    HttpResponse<String> refused = post("/", bundle.formatted("transaction", entries));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
    assertThat(Told.json(refused).at("/issue/0/expression/0").asText())
        .isEqualTo("Bundle.entry[0].request.ifNoneExist");
    assertThat(Told.json(refused).at("/issue/1/expression/0").asText())
        .isEqualTo("Bundle.entry[1].request.ifNoneExist");
    assertThat(count(card)).isZero();

    JsonNode each = Told.json(post("/", bundle.formatted("batch", entries))).path("entry");
    assertThat(each.at("/0/response/status").asText()).as(each.toString()).startsWith("201");
    assertThat(each.at("/1/response/status").asText()).as(each.toString()).startsWith("200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient?identifier=",
        "Patient?nope=1",
        "Patient?_sort=_pid",
        "Patient?_sort=hutong-links",
        "Patient?_include=Patient:hutong-links",
        "Patient?identifier:foo=1",
        "Patient?_count=-1",
        "Patient/1/$everything?_since=2026"
      })
  void holdsAnEntryOfABundleToTheSameSearches(String url) {
    assertThat(post("/", Told.bundle("transaction", "GET", url)).statusCode()).isEqualTo(400);
    assertThat(
            Told.json(post("/", Told.bundle("batch", "GET", url)))
                .at("/entry/0/response/status")
                .asText())
        .startsWith("400");
  }

  @ParameterizedTest
  @ValueSource(strings = {"history", "document", "message", "collection", "searchset"})
  void carriesOutNoOtherKindOfBundle(String type) {
    HttpResponse<String> answer =
        post("/", "{\"resourceType\":\"Bundle\",\"type\":\"" + type + "\"}");
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 422);
  }

  @Test
  void searchesWithinATransactionSeeWhatItWrites() {
    String card = Cast.card();
    HttpResponse<String> answer =
        post(
            "/",
            """
            {"resourceType":"Bundle","type":"transaction","entry":[
            {"request":{"method":"GET","url":"Patient?identifier=%s"}},
            {"resource":%s,"request":{"method":"POST","url":"Patient"}}]}"""
                .formatted(card, Cast.patient(card)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Told.json(answer).at("/entry/0/resource/entry")).hasSize(1);
  }

  // Hands.

  private static ObjectNode stored() {
    return (ObjectNode) Told.json(post("/Patient", Cast.patient(Cast.card()).toString()));
  }

  private static String patched(String path, String type, String body) {
    HttpResponse<String> answer =
        send(
            request(path)
                .header("Content-Type", type)
                .method("PATCH", BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Told.json(answer).path("birthDate").asText();
  }

  private static String fhirPathPatch(String birthDate) {
    return """
        {"resourceType":"Parameters","parameter":[{"name":"operation","part":[
        {"name":"type","valueCode":"replace"},{"name":"path","valueString":"Patient.birthDate"},
        {"name":"value","valueDate":"%s"}]}]}"""
        .formatted(birthDate);
  }

  private static HttpResponse<String> createIfNoneExist(String card, String match) {
    return send(
        json("/Patient", "POST", Cast.patient(card).toString())
            .header("If-None-Exist", "identifier=" + Cast.HEALTH_CARD + "|" + match));
  }

  private static HttpResponse<String> preferring(String prefer) {
    return send(
        json("/Patient", "POST", Cast.patient(Cast.card()).toString()).header("Prefer", prefer));
  }

  private static String entry(String type, String method, String url, JsonNode resource) {
    return """
        {"resourceType":"Bundle","type":"%s","entry":[{"resource":%s,
        "request":{"method":"%s","url":"%s"}}]}"""
        .formatted(type, resource, method, url);
  }

  private static String byCard(String card) {
    return "/Patient?identifier=" + Cast.HEALTH_CARD + "%7C" + card;
  }

  private static int count(String card) {
    return Told.json(get(byCard(card) + "&_total=accurate")).path("total").asInt(-1);
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
