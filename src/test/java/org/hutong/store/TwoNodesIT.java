package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.hutong.Cast;
import org.hutong.Invariants;
import org.hutong.Running;
import org.hutong.Together;
import org.hutong.Told;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.IdentityNumber;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Writes to two nodes at the same instant; one of them is killed in the middle of the last. */
class TwoNodesIT {
  private static final int WRITERS = 16;
  private static final int RESIDENTS = 40;
  private static final int WRITES = 320;

  private static Sandbox sandbox;
  private static Node second;

  private final Invariants invariants = new Invariants();

  @BeforeAll
  static void begin() throws Exception {
    sandbox = new Sandbox(TwoNodesIT.class);
    second = Node.begin(sandbox);
    second.awaitReady();
  }

  @AfterAll
  static void end() throws IOException {
    sandbox.close();
  }

  @AfterEach
  void everythingIsInOrder() {
    invariants.hold();
  }

  private static HttpResponse<String> send(
      int node, String method, String path, String json, String... headers)
      throws IOException, InterruptedException {
    URI base = node % 2 == 0 ? Running.base() : second.fhir();
    return Node.send(URI.create(base + path), method, json, headers);
  }

  @Test
  void createOneOfManyAndApplyEveryChange() throws Exception {
    String card = Cast.card();
    List<HttpResponse<String>> created =
        Together.all(
            each(
                n ->
                    send(
                        n,
                        "POST",
                        "/Patient",
                        Cast.patient(card).toString(),
                        "If-None-Exist",
                        "identifier=" + (n % 3 == 0 ? "" : Cast.HEALTH_CARD + "|") + card)));
    assertThat(created).filteredOn(answer -> answer.statusCode() == 201).hasSize(1);
    assertThat(created).extracting(HttpResponse::statusCode).containsOnly(200, 201);
    String id = Told.id(created.get(0));
    List<HttpResponse<String>> changed =
        Together.all(
            each(
                n ->
                    n % 4 < 2
                        ? send(n, "PATCH", "/Patient/" + id, patch(n))
                        : send(n, "PATCH", "/Patient?identifier=" + card, patch(n))));
    assertThat(changed).extracting(HttpResponse::statusCode).containsOnly(200);
    JsonNode patient = Told.json(send(1, "GET", "/Patient/" + id, ""));
    assertThat(patient.at("/meta/versionId").asText()).isEqualTo("" + (WRITERS + 1));
    assertThat(patient.path("telecom").findValuesAsText("value"))
        .containsAll(IntStream.range(0, WRITERS).mapToObj(TwoNodesIT::phone).toList());
  }

  @Test
  void seeWhatTheOtherHasDone() throws Exception {
    String card = Cast.card();
    String body = Cast.patient(card).toString();
    String created =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[{"resource":%s,
        "request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=%s"}}]}"""
            .formatted(body, card);
    for (int node = 0; node < 2; node++) {
      assertThat(send(node, "POST", "", created).statusCode()).isEqualTo(200);
    }
    String id =
        Told.json(send(0, "GET", "/Patient?identifier=" + card, ""))
            .at("/entry/0/resource/id")
            .asText();
    assertThat(send(0, "PATCH", "/Patient/" + id, patch(1)).statusCode()).isEqualTo(200);
    JsonNode found = Told.json(send(1, "POST", "", created)).at("/entry/0/response");
    assertThat(found.path("location").asText()).endsWith("/_history/2");
    assertThat(send(0, "DELETE", "/Patient/" + id, "").statusCode()).isEqualTo(200);
    assertThat(send(1, "PATCH", "/Patient/" + id, patch(2)).statusCode()).isEqualTo(410);
    assertThat(send(1, "GET", "/Patient/" + id, "").statusCode()).isEqualTo(410);
    String again = Cast.patient(card).put("id", id).toString();
    assertThat(send(1, "PUT", "/Patient/" + id, again).statusCode()).isEqualTo(201);
    assertThat(send(0, "GET", "/Patient/" + id, "").statusCode()).isEqualTo(200);
    assertThat(send(0, "POST", "/Observation", Cast.observation(id).toString()).statusCode())
        .isEqualTo(201);
  }

  /**
   * Four institutions ask whether they have registered somebody, two do not; all spell as they
   * like.
   */
  @Test
  void makeOnePersonOfEachResidentThoughANodeIsKilled() throws Exception {
    Map<Integer, Set<String>> acknowledged = new ConcurrentHashMap<>();
    Map<String, Set<String>> byRecord = new ConcurrentHashMap<>();
    List<String> strays = Collections.synchronizedList(new ArrayList<>());
    List<Integer> order = new ArrayList<>(IntStream.range(0, WRITES).boxed().toList());
    for (int from = 0; from < WRITES; from += 80) {
      Collections.shuffle(order.subList(from, from + 80), new Random(from));
    }
    Queue<Integer> writes = new ConcurrentLinkedQueue<>(order);
    AtomicInteger done = new AtomicInteger();
    Cast.hospital();
    Together.times(
        WRITERS,
        () -> {
          for (Integer write = writes.poll(); write != null; write = writes.poll()) {
            if (done.incrementAndGet() == WRITES / 2) {
              second.restart();
            }
            int resident = write / 80 * 10 + write % 10;
            int way = write % 80 / 10;
            String record = way < 4 ? resident + "-" + way % 2 : "n" + write;
            HttpResponse<String> answer = insist(write, resident, way, record);
            if (answer.statusCode() / 100 != 2) {
              strays.add(answer.statusCode() + " " + answer.body());
              continue;
            }
            String id = Told.id(answer);
            acknowledged
                .computeIfAbsent(resident, first -> ConcurrentHashMap.newKeySet())
                .add("Patient/" + id);
            byRecord.computeIfAbsent(record, first -> ConcurrentHashMap.newKeySet()).add(id);
          }
          return true;
        });
    assertThat(strays).isEmpty();
    assertThat(byRecord).allSatisfy((record, ids) -> assertThat(ids).hasSize(1));
    assertThat(acknowledged).hasSize(RESIDENTS);
    for (Map.Entry<Integer, Set<String>> resident : acknowledged.entrySet()) {
      JsonNode persons =
          Told.json(
              Running.get(
                  "/Person?identifier=" + Canonical.ID_CARD + "%7C" + number(resident.getKey())));
      assertThat(persons.path("entry")).as("resident %s", resident.getKey()).hasSize(1);
      Set<String> linked = new HashSet<>();
      persons
          .at("/entry/0/resource/link")
          .forEach(link -> linked.add(link.at("/target/reference").asText()));
      assertThat(linked).containsAll(resident.getValue());
      for (String patient : resident.getValue()) {
        assertThat(Running.get("/" + patient).statusCode()).isEqualTo(200);
        assertThat(Running.get("/" + patient + "/_history").statusCode()).isEqualTo(200);
      }
    }
    second.awaitReady();
  }

  private static final String PREFIX = Cast.card() + "-";

  /** As a client does that lost its connection, or was told to come later. */
  private static HttpResponse<String> insist(int write, int resident, int way, String record)
      throws Exception {
    String system = "https://hutong.org/fhir/sid/mr/outpatient/47100004X159900A10000" + way % 2;
    ObjectNode patient = Cast.patient(Cast.card());
    patient.remove(List.of("telecom", "address", "contact", "extension"));
    patient.put("gender", "female").remove("_gender");
    patient.put("birthDate", born(resident).toString());
    patient.putArray("name").addObject().put("text", write % 3 == 0 ? "柳 如烟" : "柳如烟");
    patient.putArray("identifier").addObject().put("system", system).put("value", PREFIX + record);
    patient
        .withArray("identifier")
        .addObject()
        .put("system", Canonical.ID_CARD)
        .put("value", spelled(number(resident), write));
    String condition =
        (write % 2 == 0 ? "identifier=" + system + "|" : "identifier=") + PREFIX + record;
    for (int attempt = 0; ; attempt++) {
      HttpResponse<String> answer = null;
      try {
        int node = write + attempt;
        answer =
            switch (way) {
              case 0, 1 ->
                  send(
                      node,
                      "POST",
                      "/Patient",
                      patient.toString(),
                      "If-None-Exist",
                      condition,
                      "X-Hutong-Institution",
                      "INSTITUTION-" + way);
              case 2, 3 ->
                  send(
                      node,
                      "PUT",
                      "/Patient?" + condition.replace("|", "%7C"),
                      patient.toString(),
                      "X-Hutong-Institution",
                      "INSTITUTION-" + way);
              default ->
                  send(
                      node,
                      "POST",
                      "/Patient",
                      patient.toString(),
                      "X-Hutong-Institution",
                      "INSTITUTION-" + way);
            };
      } catch (IOException lost) {
        // The node was killed; whether it had written is not known.
      }
      if (answer != null && (answer.statusCode() != 503 || attempt > 100)) {
        return answer;
      }
      Thread.sleep(100);
    }
  }

  private static LocalDate born(int resident) {
    return LocalDate.of(1951, 1, 1).plusDays(resident * 37L);
  }

  private static String number(int resident) {
    String body =
        "159981"
            + born(resident).toString().replace("-", "")
            + "%03d".formatted(600 + resident % 100 * 2);
    return body + IdentityNumber.checkCharacter(body);
  }

  private static String spelled(String number, int write) {
    return switch (write % 4) {
      case 1 -> number.replace('X', 'x');
      case 2 -> number.substring(0, 6) + number.substring(8, 17);
      case 3 -> " " + number.replace('1', '\uff11');
      default -> number;
    };
  }

  private interface Work {
    HttpResponse<String> at(int number) throws Exception;
  }

  private static List<Callable<HttpResponse<String>>> each(Work work) {
    return IntStream.range(0, WRITERS)
        .<Callable<HttpResponse<String>>>mapToObj(n -> () -> work.at(n))
        .toList();
  }

  private static String phone(int number) {
    return "120001%05d".formatted(number);
  }

  private static String patch(int number) {
    return """
        {"resourceType":"Parameters","parameter":[{"name":"operation","part":[
        {"name":"type","valueCode":"add"},{"name":"path","valueString":"Patient"},
        {"name":"name","valueString":"telecom"},
        {"name":"value","valueContactPoint":{"system":"phone","value":"%s"}}]}]}"""
        .formatted(phone(number));
  }
}
