package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hutong.Cast;
import org.hutong.Invariants;
import org.hutong.Running;
import org.hutong.Together;
import org.hutong.Told;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many who write the same at the same instant. */
class StormIT {
  private static final int MANY = 16;
  private static final int ROUNDS = 6;

  private final Invariants invariants = new Invariants();

  @AfterEach
  void everythingIsInOrder() {
    invariants.hold();
  }

  // One resource.

  @Test
  void appliesEveryUpdateOneAfterTheOther() throws Exception {
    String card = Cast.card();
    String id = stored(card);
    List<HttpResponse<String>> answers = Together.all(each(n -> put("/" + id, card, id, n)));
    assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200);
    assertThat(answers.stream().map(answer -> version(Told.json(answer))).distinct()).hasSize(MANY);
    hasVersions(id, MANY + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"by id", "by condition", "both", "in transactions", "in batches"})
  void losesNoPatch(String way) throws Exception {
    String card = Cast.card();
    String id = stored(card);
    List<HttpResponse<String>> answers =
        Together.all(
            each(
                n ->
                    switch (way) {
                      case "by id" -> patch("/" + id, n);
                      case "by condition" -> patch("?identifier=" + card, n);
                      case "both" ->
                          patch(
                              n % 2 == 0
                                  ? "/" + id
                                  : "?identifier=" + Cast.HEALTH_CARD + "%7C" + card,
                              n);
                      default ->
                          patchedInBundle(way, n % 2 == 0 ? "/" + id : "?identifier=" + card, n);
                    }));
    for (HttpResponse<String> answer : answers) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).doesNotContain("\"status\":\"503");
    }
    assertThat(Told.json(Running.get("/Patient/" + id)).path("telecom").findValuesAsText("value"))
        .containsAll(IntStream.range(0, MANY).mapToObj(StormIT::phone).toList());
    hasVersions(id, MANY + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH", "DELETE"})
  void letsOneWinWhereAllNameTheVersion(String method) throws Exception {
    String card = Cast.card();
    String id = stored(card);
    List<HttpResponse<String>> answers =
        Together.all(
            each(
                n ->
                    Running.send(
                        Running.json(
                                "/Patient/" + id,
                                method,
                                method.equals("PUT")
                                    ? numbered(card, n).put("id", id).toString()
                                    : phonePatch(n))
                            .header("If-Match", "W/\"1\""))));
    // Deleted a second time is as if it had been the first.
    assertThat(answers)
        .extracting(HttpResponse::statusCode)
        .containsOnly(method.equals("DELETE") ? new Integer[] {200} : new Integer[] {200, 412});
    if (!method.equals("DELETE")) {
      assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
      assertThat(answers)
          .filteredOn(answer -> answer.statusCode() == 412)
          .allSatisfy(answer -> assertThat(Told.code(answer)).isEqualTo("version-conflict"));
    }
    hasVersions(id, 2);
  }

  @Test
  void revivesNothingByAPatchThatMeetsTheDelete() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String card = Cast.card();
      String id = stored(card);
      int[] number = {0};
      List<Callable<HttpResponse<String>>> work =
          new ArrayList<>(each(n -> patch(n % 2 == 0 ? "/" + id : "?identifier=" + card, n)));
      work.set(round, () -> Running.delete("/Patient/" + id));
      for (HttpResponse<String> answer : Together.all(work)) {
        boolean patch = number[0]++ != round;
        assertThat(answer.statusCode())
            .as(answer.body())
            .isIn(patch ? new Object[] {200, 404, 410} : new Object[] {200, 204});
      }
      assertThat(Running.get("/Patient/" + id).statusCode()).isEqualTo(410);
      JsonNode history = Told.json(Running.get("/Patient/" + id + "/_history?_count=100"));
      assertThat(history.at("/entry/0/request/method").asText()).isEqualTo("DELETE");
      assertThat(history.path("entry").findValuesAsText("method")).containsOnlyOnce("DELETE");
    }
  }

  @Test
  void deletesAndUpdatesInSomeOrder() throws Exception {
    String card = Cast.card();
    String id = stored(card);
    List<HttpResponse<String>> answers =
        Together.all(
            each(
                n ->
                    switch (n % 4) {
                      case 0 -> Running.delete("/Patient/" + id);
                      case 1 -> Running.delete("/Patient?identifier=" + card);
                      default -> put("/" + id, card, id, n);
                    }));
    assertThat(answers).extracting(HttpResponse::statusCode).allMatch(status -> status / 100 == 2);
    JsonNode history = Told.json(Running.get("/Patient/" + id + "/_history?_count=100"));
    boolean gone = history.at("/entry/0/request/method").asText().equals("DELETE");
    assertThat(Running.get("/Patient/" + id).statusCode()).isEqualTo(gone ? 410 : 200);
    assertThat(count("identifier=" + card)).isEqualTo(gone ? 0 : 1);
    readable(id, history);
  }

  // One condition.

  @Test
  void createsOneHoweverTheConditionIsWritten() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String card = Cast.card();
      String token = Cast.HEALTH_CARD + "|" + card;
      List<String> spellings =
          List.of(
              "identifier=" + token,
              "identifier=" + token.replace("|", "%7C") + "&gender=female",
              "gender=female&identifier=" + card,
              "identifier=" + Cast.HEALTH_CARD + "|none," + token,
              "birthdate=1958-03-14&identifier=" + card);
      List<HttpResponse<String>> answers =
          Together.all(
              each(
                  n -> {
                    String condition = spellings.get(n % spellings.size());
                    ObjectNode patient = Cast.patient(card);
                    return n % 3 == 0
                        ? Running.put(
                            "/Patient?" + condition.replace("|", "%7C"), patient.toString())
                        : create(patient, condition);
                  }));
      assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200, 201);
      assertThat(answers).filteredOn(answer -> answer.statusCode() == 201).hasSize(1);
      assertThat(answers.stream().map(Told::id).distinct()).hasSize(1);
      assertThat(count("identifier=" + card)).isEqualTo(1);
    }
  }

  @Test
  void createsOneThatIsLookedForByEitherOfItsNumbers() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      List<String> cards = List.of(Cast.card(), Cast.card());
      ObjectNode patient = Cast.patient(cards.get(0));
      patient
          .withArray("identifier")
          .addObject()
          .put("system", Cast.HEALTH_CARD)
          .put("value", cards.get(1));
      List<HttpResponse<String>> answers =
          Together.all(each(n -> create(patient, "identifier=" + cards.get(n % 2))));
      assertThat(answers).filteredOn(answer -> answer.statusCode() == 201).hasSize(1);
      assertThat(count("identifier=" + cards.get(0))).isEqualTo(1);
    }
  }

  @Test
  void createsAndDeletesByOneConditionInSomeOrder() throws Exception {
    String card = Cast.card();
    for (int round = 0; round < ROUNDS; round++) {
      List<HttpResponse<String>> answers =
          Together.all(
              each(
                  n ->
                      n % 2 == 0
                          ? Running.delete("/Patient?identifier=" + card)
                          : create(Cast.patient(card), "identifier=" + card)));
      assertThat(answers)
          .allSatisfy(
              answer -> assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201, 204));
      assertThat(count("identifier=" + card)).isBetween(0, 1);
    }
  }

  // Transactions.

  @Test
  void carriesOutTransactionsThatNameTheSameResourcesCrosswise() throws Exception {
    List<String> cards = Stream.generate(Cast::card).limit(4).toList();
    List<String> ids = cards.stream().map(StormIT::stored).toList();
    List<HttpResponse<String>> answers =
        Together.all(
            each(
                n -> {
                  List<String> entries = new ArrayList<>();
                  for (int i = 0; i < ids.size(); i++) {
                    int which = (n + (n % 2 == 0 ? i : ids.size() - i)) % ids.size();
                    String id = ids.get(which);
                    String card = cards.get(which);
                    entries.add(
                        """
                        {"resource":%s,"request":{"method":"PUT","url":"Patient%s"}}"""
                            .formatted(
                                i % 2 == 0 ? numbered(card, n).put("id", id) : numbered(card, n),
                                i % 2 == 0 ? "/" + id : "?identifier=" + card));
                  }
                  return Running.post(
                      "/",
                      "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":%s}"
                          .formatted(entries));
                }));
    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200));
    ids.forEach(id -> hasVersions(id, MANY + 1));
  }

  private interface Work {
    HttpResponse<String> at(int number) throws Exception;
  }

  private static List<Callable<HttpResponse<String>>> each(Work work) {
    return IntStream.range(0, MANY)
        .<Callable<HttpResponse<String>>>mapToObj(n -> () -> work.at(n))
        .toList();
  }

  private static String stored(String card) {
    return Told.id(Running.post("/Patient", Cast.patient(card).toString()));
  }

  private static String phone(int number) {
    return "120001%05d".formatted(number);
  }

  private static ObjectNode numbered(String card, int number) {
    ObjectNode patient = Cast.patient(card);
    patient.putArray("telecom").addObject().put("system", "phone").put("value", phone(number));
    return patient;
  }

  private static HttpResponse<String> put(String at, String card, String id, int number) {
    return Running.put("/Patient" + at, numbered(card, number).put("id", id).toString());
  }

  private static String phonePatch(int number) {
    return """
        {"resourceType":"Parameters","parameter":[{"name":"operation","part":[
        {"name":"type","valueCode":"add"},{"name":"path","valueString":"Patient"},
        {"name":"name","valueString":"telecom"},
        {"name":"value","valueContactPoint":{"system":"phone","value":"%s"}}]}]}"""
        .formatted(phone(number));
  }

  private static HttpResponse<String> patch(String at, int number) {
    return Running.send(Running.json("/Patient" + at, "PATCH", phonePatch(number)));
  }

  private static HttpResponse<String> patchedInBundle(String way, String at, int number) {
    return Running.post(
        "/",
        """
        {"resourceType":"Bundle","type":"%s","entry":[{"resource":%s,
        "request":{"method":"PATCH","url":"Patient%s"}}]}"""
            .formatted(way.contains("batch") ? "batch" : "transaction", phonePatch(number), at));
  }

  private static HttpResponse<String> create(ObjectNode patient, String condition) {
    return Running.send(
        Running.request("/Patient")
            .header("Content-Type", "application/fhir+json")
            .header("If-None-Exist", condition)
            .POST(BodyPublishers.ofString(patient.toString())));
  }

  private static int count(String query) {
    return Told.json(Running.get("/Patient?_total=accurate&" + query)).path("total").asInt(-1);
  }

  private static String version(JsonNode resource) {
    return resource.at("/meta/versionId").asText();
  }

  /** Versions 1 to the last, all of them readable. */
  private static void hasVersions(String id, int last) {
    JsonNode history = Told.json(Running.get("/Patient/" + id + "/_history?_count=100"));
    assertThat(history.path("entry")).hasSize(last);
    assertThat(history.path("entry").findValuesAsText("versionId"))
        .isSortedAccordingTo(Comparator.<String, Integer>comparing(Integer::valueOf).reversed());
    readable(id, history);
  }

  private static void readable(String id, JsonNode history) {
    for (JsonNode entry : history.path("entry")) {
      boolean deleted = entry.at("/request/method").asText().equals("DELETE");
      if (!deleted) {
        String version = version(entry.path("resource"));
        assertThat(Running.get("/Patient/" + id + "/_history/" + version).statusCode())
            .isEqualTo(200);
      }
    }
  }
}
