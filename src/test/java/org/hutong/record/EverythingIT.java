package org.hutong.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.delete;
import static org.hutong.Running.get;
import static org.hutong.Running.post;
import static org.hutong.Running.put;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Patient/[id]/$everything}: the whole record, or exactly the part that was asked for. */
class EverythingIT {
  private static String patient;
  private static String other;
  private static String role;

  /** Stays from 1 October to 5 November. */
  private static String stay;

  /** On 12 October, by the role. */
  private static String ecg;

  /** On 2 November. */
  private static String later;

  private static String request;

  /** Of a patient whom it does not name: it belongs to the request. */
  private static String provenance;

  /** Has no date. */
  private static String device;

  private static String instant;

  @BeforeAll
  static void aRecord() {
    patient = Cast.patient();
    other = Cast.patient();
    String practitioner =
        Told.id(post("/Practitioner", Cast.story("Practitioner-zhao-min").toString()));
    role =
        stored(
            """
            {"resourceType":"PractitionerRole","practitioner":{"reference":"Practitioner/%s"},
             "organization":{"reference":"Organization/%s"}}"""
                .formatted(practitioner, Cast.hospital()));
    stay =
        stored(
            """
            {"resourceType":"Encounter","status":"finished",
             "class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},
             "subject":{"reference":"Patient/%s"},"serviceProvider":{"reference":"Organization/%s"},
             "period":{"start":"2026-10-01T08:00:00+08:00","end":"2026-11-05T08:00:00+08:00"}}"""
                .formatted(patient, Cast.hospital()));
    ObjectNode observation = Cast.observation(patient);
    observation.putArray("performer").addObject().put("reference", "PractitionerRole/" + role);
    ecg = stored(observation.toString());
    later =
        stored(
            Cast.observation(patient)
                .put("effectiveDateTime", "2026-11-02T23:30:00+08:00")
                .toString());
    request =
        stored(
            """
            {"resourceType":"ServiceRequest","status":"active","intent":"order",
             "subject":{"reference":"Patient/%s"},"encounter":{"reference":"Encounter/%s"},
             "authoredOn":"2026-10-12T10:00:00+08:00"}"""
                .formatted(patient, stay));
    provenance =
        stored(
            """
            {"resourceType":"Provenance","target":[{"reference":"ServiceRequest/%s"}],
             "recorded":"2026-10-12T10:00:01+08:00",
             "agent":[{"who":{"reference":"PractitionerRole/%s"}}]}"""
                .formatted(request, role));
    device =
        stored(
            """
            {"resourceType":"Device","patient":{"reference":"Patient/%s"}}"""
                .formatted(patient));
    // Of the other patient, by the same role: must not come along.
    ObjectNode foreign = Cast.observation(other);
    foreign.putArray("performer").addObject().put("reference", "PractitionerRole/" + role);
    instant = Told.json(post("/Observation", foreign.toString())).at("/meta/lastUpdated").asText();
    ObjectNode updated = (ObjectNode) Told.json(get("/Device/" + device));
    updated.put("lotNumber", "1");
    assertThat(put("/Device/" + device, updated.toString()).statusCode()).isEqualTo(200);
  }

  @Test
  void holdsWhatBelongsToThePatientAndWhatThatRefersTo() {
    assertThat(ids("")).contains(patient, role, stay, ecg, later, request, provenance, device);
    assertThat(types(""))
        .containsExactlyInAnyOrder(
            "Patient",
            "Encounter",
            "Observation",
            "Observation",
            "ServiceRequest",
            "Provenance",
            "Device",
            "PractitionerRole",
            "Practitioner",
            "Organization");
    assertThat(total("")).isEqualTo(10);
    assertThat(ids("").get(0)).isEqualTo(patient);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 9, 10, 500})
  void givesEveryResourceOnceHoweverLargeThePages(int size) {
    List<String> seen = new ArrayList<>();
    String next = everything() + "?_count=" + size;
    while (!next.isEmpty()) {
      HttpResponse<String> page = get(next);
      assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
      assertThat(Told.json(page).path("total").asInt()).isEqualTo(10);
      assertThat(entries(page)).hasSizeBetween(1, size);
      entries(page).forEach(entry -> seen.add(entry.at("/resource/id").asText()));
      next = next(page);
    }
    assertThat(seen).doesNotHaveDuplicates().containsExactlyElementsOf(ids(""));
  }

  @Test
  void neitherSkipsNorRepeatsWhatStandsWhileOthersComeAndGo() {
    String mine = Cast.patient();
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      made.add(stored(Cast.observation(mine).toString()));
    }
    HttpResponse<String> first = get("/Patient/" + mine + "/$everything?_count=4");
    List<String> seen = new ArrayList<>();
    entries(first).forEach(entry -> seen.add(entry.at("/resource/id").asText()));
    delete("/Observation/" + made.get(0));
    stored(Cast.observation(mine).toString());
    for (String next = next(first); !next.isEmpty(); ) {
      HttpResponse<String> page = get(next);
      entries(page).forEach(entry -> seen.add(entry.at("/resource/id").asText()));
      next = next(page);
    }
    assertThat(seen).doesNotHaveDuplicates().containsAll(made);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "_type=Observation | Observation Observation",
        "_type=Observation,Encounter | Encounter Observation Observation",
        "_type=Observation&_type=Organization | Observation Observation Organization",
        "_type=Patient | Patient",
        "_type=Practitioner | Practitioner",
        "_type=Goal | ''",
        // The stay had begun before and went on; a Device has no date.
        "start=2026-10-12&end=2026-10-12&_type=Encounter,Observation,Device,Patient |"
            + " Device Encounter Observation Patient",
        "start=2026-11-06&_type=Encounter,Observation | ''",
        "start=2026-11-02&end=2026-11-02&_type=Observation,Encounter | Encounter Observation",
        "end=2026-10-11&_type=Encounter,Observation | Encounter",
        "end=2026-09-30&_type=Encounter,Observation | ''",
        "start=2026-10&end=2026-10&_type=Observation,Encounter | Encounter Observation",
        "start=2026&end=2026&_type=Observation | Observation Observation",
        // The role is known by the ECG and the request of October only.
        "start=2026-11&_type=PractitionerRole | ''",
        "start=2026-10&_type=PractitionerRole | PractitionerRole"
      })
  void filtersEveryResourceByTypeAndCareDate(String query, String expected) {
    assertThat(String.join(" ", sorted(types("?" + query)))).isEqualTo(expected);
    assertThat(total("?" + query)).isEqualTo(types("?" + query).size());
  }

  @Test
  void filtersEveryResourceByWhenItWasWritten() {
    String since = instant.replace("+", "%2B");
    assertThat(ids("?_since=" + since)).containsExactly(device);
    assertThat(ids("?_since=2099-01-01")).isEmpty();
    assertThat(ids("?_since=2020-01-01&_type=Encounter")).containsExactly(stay);
  }

  @Test
  void takesTheSameParametersByPost() {
    HttpResponse<String> answer =
        post(
            everything(),
            """
            {"resourceType":"Parameters","parameter":[
            {"name":"start","valueDate":"2026-10-12"},{"name":"end","valueDate":"2026-10-12"},
            {"name":"_type","valueCode":"Observation"},{"name":"_type","valueCode":"Encounter"},
            {"name":"_count","valueInteger":1}]}""");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Told.json(answer).path("total").asInt()).isEqualTo(2);
    assertThat(entries(answer)).hasSize(1);
    HttpResponse<String> second = get(next(answer));
    assertThat(entries(second)).hasSize(1);
    assertThat(next(second)).isEmpty();
    assertThat(Told.json(second).path("total").asInt()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"_summary=count", "_count=0"})
  void countsWithoutShowing(String query) {
    HttpResponse<String> all = get(everything() + "?" + query);
    assertThat(Told.json(all).path("total").asInt()).isEqualTo(10);
    assertThat(entries(all)).isEmpty();
    assertThat(next(all)).isEmpty();
    HttpResponse<String> some = get(everything() + "?_type=Observation&" + query);
    assertThat(Told.json(some).path("total").asInt()).isEqualTo(2);
  }

  @Test
  void summarisesWhenAsked() {
    JsonNode answer = Told.json(get(everything() + "?_type=Observation&_count=1&_summary=true"));
    assertThat(answer.path("total").asInt()).isEqualTo(2);
    assertThat(answer.path("link")).hasSize(2);
    assertThat(answer.at("/entry/0/resource").has("status")).isTrue();
    assertThat(answer.at("/entry/0/resource").has("performer")).isTrue();
    assertThat(answer.at("/entry/0/resource").has("category")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "_type=Bogus, parameter-invalid, Patient",
    "'_type=Observation,', parameter-invalid, Patient",
    "start=yesterday, parameter-invalid, 2026-10-12",
    "start=2026-13-01, parameter-invalid, 2026-10-12",
    "end=2026-02-30, parameter-invalid, 2026-10-12",
    "_since=2026, parameter-invalid, +08:00",
    "_since=2026-10-12T09:00:00, parameter-invalid, +08:00",
    "_count=-1, parameter-invalid, 500",
    "_count=abc, parameter-invalid, 500",
    "_summary=x, parameter-invalid, count",
    "_after=x, parameter-invalid, next",
    "_after=Observation/nobody, parameter-invalid, next",
    "start=2026&start=2025, parameter-invalid, 0..1",
    "_lastUpdated=ge2026, parameter-unknown, _since",
    "_content=x, parameter-unknown, _since",
    "_offset=0, parameter-unknown, _since",
    "_sort=_id, parameter-unknown, _since",
    "_elements=status, parameter-unknown, _since",
    "foo=1, parameter-unknown, _since"
  })
  void refusesWhatItWouldNotHonour(String query, String code, String hint) {
    HttpResponse<String> answer = get(everything() + "?" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo(code);
    assertThat(Told.json(answer).at("/issue/0/diagnostics").asText()).contains(hint);
  }

  @Test
  void refusesABodyThatIsNoParameters() {
    assertThat(Told.code(post(everything(), Cast.patient(Cast.card()).toString())))
        .isEqualTo("type-mismatch");
    assertThat(
            Told.code(
                post(
                    everything(),
                    "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"nope\","
                        + "\"valueString\":\"x\"}]}")))
        .isEqualTo("parameter-unknown");
  }

  @Test
  void tellsThatThereIsNoSuchPatient() {
    assertThat(get("/Patient/nobody/$everything").statusCode()).isEqualTo(404);
    String gone = Cast.patient();
    delete("/Patient/" + gone);
    assertThat(get("/Patient/" + gone + "/$everything").statusCode()).isEqualTo(410);
  }

  @Test
  void worksWithinABatch() {
    HttpResponse<String> answer =
        post(
            "/",
            Told.bundle("batch", "GET", "Patient/" + patient + "/$everything?_type=Observation"));
    assertThat(Told.json(answer).at("/entry/0/resource/total").asInt())
        .as(answer.body())
        .isEqualTo(2);
  }

  private static String everything() {
    return "/Patient/" + patient + "/$everything";
  }

  private static String stored(String json) {
    return Told.id(post("/" + Told.json(json).path("resourceType").asText(), json));
  }

  private static int total(String query) {
    return Told.json(get(everything() + query)).path("total").asInt();
  }

  private static List<String> ids(String query) {
    HttpResponse<String> answer = get(everything() + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Told.ids(answer);
  }

  private static List<String> types(String query) {
    List<String> types = new ArrayList<>();
    entries(get(everything() + query))
        .forEach(entry -> types.add(entry.at("/resource/resourceType").asText()));
    return types;
  }

  private static List<String> sorted(List<String> texts) {
    return texts.stream().sorted().toList();
  }

  private static List<JsonNode> entries(HttpResponse<String> answer) {
    List<JsonNode> entries = new ArrayList<>();
    Told.json(answer).path("entry").forEach(entries::add);
    return entries;
  }

  private static String next(HttpResponse<String> answer) {
    String next = Told.link(answer, "next");
    return next == null ? "" : next.substring(Running.base().toString().length());
  }
}
