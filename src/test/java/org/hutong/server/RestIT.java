package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.delete;
import static org.hutong.Running.get;
import static org.hutong.Running.post;
import static org.hutong.Running.put;
import static org.hutong.Running.request;
import static org.hutong.Running.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The corners of FHIR's REST interface: what is answered where it is easily answered wrongly. */
class RestIT {
  private static final String FHIR_JSON = "application/fhir+json";
  private static final int MANY = 25;

  private static String card = "";
  private static String patient = "";

  @BeforeAll
  static void storeOneWithMoreThanAPageOfObservations() {
    card = Cast.card();
    patient = Told.id(post("/Patient", Cast.patient(card).toString()));
    String entry =
        "{\"resource\":%s,\"request\":{\"method\":\"POST\",\"url\":\"Observation\"}}"
            .formatted(Cast.observation(patient));
    String entries = IntStream.range(0, MANY).mapToObj(i -> entry).collect(Collectors.joining(","));
    assertThat(bundle("transaction", entries).statusCode()).isEqualTo(200);
  }

  // HEAD.

  @ParameterizedTest
  @CsvSource({
    "/metadata, 200",
    "/Patient/{id}, 200",
    "/Patient/{id}/_history/1, 200",
    "/Patient/{id}/_history, 200",
    "/Patient/{id}/$everything, 200",
    "/Patient?identifier={card}, 200",
    "/Patient?_format=xml&identifier={card}, 200",
    "/Patient?foo=1, 400",
    "/Patient/nobody, 404",
    "/Basic, 404",
  })
  void answersAHeadAsAGetWithoutBody(String path, int status) {
    String asked = path.replace("{id}", patient).replace("{card}", card);
    HttpResponse<String> got = get(asked);
    HttpResponse<String> head = send(request(asked).method("HEAD", BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(status).isEqualTo(got.statusCode());
    assertThat(head.body()).isEmpty();
    for (String header : List.of("Content-Type", "Content-Length", "ETag", "Content-Location")) {
      assertThat(header(head, header)).as(header).isEqualTo(header(got, header));
    }
  }

  // Where something is.

  @Test
  void givesNoPlaceToWhatIsNotKept() {
    List<HttpResponse<String>> made =
        List.of(
            get("/metadata"),
            get("/Patient/" + patient + "/_history"),
            get("/Patient?_id=" + patient),
            bundle("batch", "{\"request\":{\"method\":\"GET\",\"url\":\"Patient?_id=x\"}}"),
            bundle("transaction", "{\"request\":{\"method\":\"GET\",\"url\":\"Patient?_id=x\"}}"));
    for (HttpResponse<String> answer : made) {
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "Location")).isEmpty();
      assertThat(header(answer, "Content-Location")).isEmpty();
    }
    assertThat(header(get("/Patient/" + patient), "Content-Location"))
        .isEqualTo(Running.base() + "/Patient/" + patient + "/_history/1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch", "transaction"})
  void namesTheVersionThatAnEntryMadeAndNothingElse(String type) {
    String known = Cast.card();
    String id = Told.id(post("/Patient", Cast.patient(known).toString()));
    String gone = Cast.patient();
    String patched = Cast.patient();
    ObjectNode changed = Cast.patient(known).put("id", id).put("birthDate", "1958-03-15");
    String reads =
        """
        {"request":{"method":"GET","url":"Patient/%1$s"}},
        {"request":{"method":"GET","url":"Patient/%1$s/_history"}},
        {"request":{"method":"GET","url":"Patient/%1$s/_history/1"}},
        {"request":{"method":"GET","url":"Patient/%1$s/$everything"}},
        {"request":{"method":"GET","url":"Patient?_id=%1$s"}},
        {"request":{"method":"GET","url":"metadata"}}"""
            .formatted(patient);
    String writes =
        """
        {"resource":%s,"request":{"method":"POST","url":"Patient"}},
        {"resource":%s,"request":{"method":"POST","url":"Patient",
         "ifNoneExist":"identifier=%s|%s"}},
        {"resource":%s,"request":{"method":"PUT","url":"Patient/%s"}},
        {"resource":{"resourceType":"Parameters","parameter":[{"name":"operation","part":[
         {"name":"type","valueCode":"replace"},{"name":"path","valueString":"Patient.birthDate"},
         {"name":"value","valueDate":"1958-03-16"}]}]},
         "request":{"method":"PATCH","url":"Patient/%s"}},
        {"request":{"method":"DELETE","url":"Patient/%s"}}"""
            .formatted(
                Cast.patient(Cast.card()),
                Cast.patient(card),
                Cast.HEALTH_CARD,
                card,
                changed,
                id,
                patched,
                gone);
    HttpResponse<String> answer = bundle(type, reads + "," + writes);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode entries = Told.json(answer).path("entry");
    assertThat(entries).hasSize(11);
    for (int i = 0; i < entries.size(); i++) {
      JsonNode response = entries.path(i).path("response");
      assertThat(response.path("status").asText()).as(response.toString()).startsWith("20");
      String location = response.path("location").asText();
      if (i < 6) {
        assertThat(response.has("location")).as(response.toString()).isFalse();
        assertThat(entries.path(i).has("resource")).isTrue();
      } else {
        assertThat(location).matches("Patient/[0-9a-f-]{36}(/_history/[0-9]+)?");
      }
    }
    assertThat(entries.at("/7/response/location").asText()).startsWith("Patient/" + patient);
    assertThat(entries.at("/8/response/location").asText())
        .isEqualTo("Patient/" + id + "/_history/2");
  }

  @Test
  void saysThatAnUpdateCreatedWhatItBroughtBack() {
    String id = Cast.patient();
    String path = "/Patient/" + id;
    String body = get(path).body();
    for (String prefer : List.of("return=representation", "return=minimal")) {
      delete(path);
      HttpResponse<String> revived =
          send(
              request(path)
                  .header("Content-Type", FHIR_JSON)
                  .header("Prefer", prefer)
                  .PUT(BodyPublishers.ofString(body)));
      assertThat(revived.statusCode()).as(revived.body()).isEqualTo(201);
      assertThat(header(revived, "Location")).startsWith(Running.base() + path + "/_history/");
      String version = Told.json(get(path)).at("/meta/versionId").asText();
      assertThat(header(revived, "ETag")).isEqualTo("W/\"" + version + "\"");
    }
    assertThat(header(put(path, body.replace("1958-03-14", "1958-03-15")), "Location")).isEmpty();
  }

  // Patch.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"op\":\"replace\",\"path\":\"/id\",\"value\":\"x\"}",
        "{\"op\":\"remove\",\"path\":\"/id\"}",
        "{\"op\":\"move\",\"from\":\"/id\",\"path\":\"/language\"}",
        "{\"op\":\"copy\",\"from\":\"/gender\",\"path\":\"/id\"}",
        "{\"op\":\"replace\",\"path\":\"/resourceType\",\"value\":\"Device\"}",
        "{\"op\":\"replace\",\"path\":\"/meta/versionId\",\"value\":\"9\"}",
        "{\"op\":\"add\",\"path\":\"/meta/lastUpdated\",\"value\":\"2020-01-01T00:00:00Z\"}",
        "{\"op\":\"replace\",\"path\":\"\",\"value\":{\"resourceType\":\"Patient\"}}"
      })
  void refusesAJsonPatchOfWhatIsTheServers(String operation) {
    refusesPatch("application/json-patch+json", "[" + operation + "]");
  }

  @ParameterizedTest
  @CsvSource({
    "replace, Patient.id, ''",
    "replace, id, ''",
    "delete, Patient.id, ''",
    "delete, Patient, ''",
    "add, Patient, id",
    "add, Patient.meta, versionId",
    "replace, Patient.meta.versionId, ''",
    "replace, Patient.meta.first().lastUpdated, ''"
  })
  void refusesAFhirPathPatchOfWhatIsTheServers(String type, String path, String name) {
    refusesPatch(
        FHIR_JSON,
        """
        {"resourceType":"Parameters","parameter":[{"name":"operation","part":[
        {"name":"type","valueCode":"%s"},{"name":"path","valueString":"%s"},
        {"name":"name","valueString":"%s"},{"name":"value","valueId":"x"}]}]}"""
            .formatted(type, path, name.isEmpty() ? "x" : name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<replace sel=\"f:Patient/f:id/@value\">x</replace>",
        "<remove sel='f:Patient/f:id'/>",
        "<replace sel=\"/f:Patient[1]/f:meta[1]/f:versionId/@value\">9</replace>",
        "<remove sel=\"f:Patient\"/>"
      })
  void refusesAnXmlPatchOfWhatIsTheServers(String operation) {
    refusesPatch(
        "application/xml-patch+xml",
        "<diff xmlns:f=\"http://hl7.org/fhir\">" + operation + "</diff>");
  }

  @Test
  void letsAPatchTestTheIdAndChangeOtherMeta() {
    String path = "/Patient/" + Cast.patient();
    String id = path.substring(9);
    HttpResponse<String> answer =
        patch(
            path,
            "application/json-patch+json",
            """
            [{"op":"test","path":"/id","value":"%s"},
             {"op":"add","path":"/meta/profile","value":["https://example.org/p"]}]"""
                .formatted(id));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Told.json(get(path)).at("/meta/profile/0").asText())
        .isEqualTo("https://example.org/p");
    HttpResponse<String> xml =
        patch(
            path,
            "application/xml-patch+xml",
            """
            <diff xmlns:f="http://hl7.org/fhir"><replace sel="f:Patient/f:birthDate/@value">\
            1958-03-16</replace></diff>""");
    assertThat(xml.statusCode()).as(xml.body()).isEqualTo(200);
  }

  private static void refusesPatch(String type, String patch) {
    String path = "/Patient/" + Cast.patient();
    HttpResponse<String> answer = patch(path, type, patch);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Told.code(answer)).isEqualTo("patch-failed");
    assertThat(Told.json(answer).at("/issue/0/details/text").asText()).contains("versionId");
    assertThat(Told.json(answer).at("/issue/0/expression/0").asText()).isNotEmpty();
    assertThat(Told.json(get(path)).at("/meta/versionId").asText()).isEqualTo("1");
  }

  // Pages.

  @ParameterizedTest
  @ValueSource(
      strings = {"/Patient", "/Patient/{id}/_history", "/Patient/{id}/$everything", "/Observation"})
  void cutsAPageThatIsTooLargeAndSaysSo(String path) {
    String asked = path.replace("{id}", patient) + "?_count=";
    HttpResponse<String> cut = get(asked + "501");
    assertThat(cut.statusCode()).as(cut.body()).isEqualTo(200);
    assertThat(link(Told.json(cut), "self")).contains("_count=500").doesNotContain("501");
    HttpResponse<String> strict =
        send(request(asked + "501").header("Prefer", "return=minimal, handling=strict"));
    assertThat(strict.statusCode()).isEqualTo(400);
    assertThat(Told.code(strict)).isEqualTo("parameter-invalid");
    assertThat(strict.body()).contains("500");
    HttpResponse<String> fits = send(request(asked + "500").header("Prefer", "handling=strict"));
    assertThat(fits.statusCode()).as(fits.body()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch", "transaction"})
  void cutsThePageOfAnEntryToo(String type) {
    for (String url :
        List.of(
            "Patient?_count=501", "Patient?%5Fcount=50%31", "Patient/{id}/_history?_count=501")) {
      String entry =
          "{\"request\":{\"method\":\"GET\",\"url\":\"%s\"}}"
              .formatted(url.replace("{id}", patient));
      JsonNode page = Told.json(bundle(type, entry)).at("/entry/0/resource");
      assertThat(link(page, "self")).as(page.toString()).contains("_count=500");
      HttpResponse<String> strict =
          send(
              request("/")
                  .header("Content-Type", FHIR_JSON)
                  .header("Prefer", "return=minimal")
                  .header("Prefer", "handling=strict")
                  .POST(BodyPublishers.ofString(wrapped(type, entry))));
      assertThat(strict.body()).contains("parameter-invalid");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"_count=0", "_summary=count", "_count=0&_summary=text"})
  void countsOnlyWhenAPageIsToHoldNothing(String query) {
    String url = "Observation?patient=" + patient + "&" + query;
    List<JsonNode> counts = new ArrayList<>();
    counts.add(Told.json(get("/" + url)));
    for (String type : List.of("batch", "transaction")) {
      counts.add(
          Told.json(bundle(type, "{\"request\":{\"method\":\"GET\",\"url\":\"" + url + "\"}}"))
              .at("/entry/0/resource"));
    }
    for (JsonNode count : counts) {
      assertThat(count.path("total").asInt(-1)).as(count.toString()).isEqualTo(MANY);
      assertThat(count.has("entry")).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch", "transaction"})
  void beginsTheSearchOfAnEntryLikeOneOfItsOwn(String type) {
    for (String more :
        List.of(
            "", "&_count=7", "&_include=Observation:subject&_count=9", "&_sort=-date&_offset=3")) {
      String query = "Observation?patient=" + patient + more;
      JsonNode own = Told.json(get("/" + query));
      JsonNode entry =
          Told.json(bundle(type, "{\"request\":{\"method\":\"GET\",\"url\":\"" + query + "\"}}"))
              .at("/entry/0/resource");
      assertThat(ids(entry)).as(query).isEqualTo(ids(own)).isNotEmpty();
      assertThat(entry.path("link")).isEqualTo(own.path("link"));
      assertThat(entry.path("total")).isEqualTo(own.path("total"));
      assertThat(link(entry, "next")).as(query).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient?_elements=foo",
        "Patient?_elements=name,foo",
        "Patient?_elements=name.family",
        "Patient?_elements=Patient.foo",
        "Patient?_elements=Nope.name",
        "Patient?_elements=identifier&_elements=foo",
        "Patient/{id}?_elements=foo",
        "Patient/{id}/_history/1?_elements=foo",
        "Patient/{id}/_history?_elements=foo",
        "metadata?_elements=foo"
      })
  void refusesAnElementThatIsNone(String url) {
    String asked = url.replace("{id}", patient);
    HttpResponse<String> answer = get("/" + asked);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("parameter-invalid");
    assertThat(answer.body()).contains("_elements");
    assertThat(
            bundle("batch", "{\"request\":{\"method\":\"GET\",\"url\":\"" + asked + "\"}}").body())
        .contains("parameter-invalid");
  }

  @Test
  void leavesOutAnElementThatIsNoneForWhoWantsThat() {
    HttpResponse<String> answer =
        send(
            request("/Patient?_id=" + patient + "&_elements=foo")
                .header("Prefer", "handling=lenient"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(link(Told.json(answer), "self")).doesNotContain("foo");
  }

  @ParameterizedTest
  @CsvSource({
    "Observation, value, valueQuantity",
    "Observation, status, status",
    "Observation, Observation.status, status",
    "Observation, 'code,status', code",
  })
  void answersWithTheElementsNamed(String type, String elements, String shown) {
    ObjectNode observation = Cast.observation(patient);
    observation.remove("valueString");
    observation.putObject("valueQuantity").put("value", 1);
    HttpResponse<String> stored = post("/Observation", observation.toString());
    assertThat(stored.statusCode()).as(stored.body()).isEqualTo(201);
    JsonNode found =
        Told.json(get("/" + type + "?_id=" + Told.id(stored) + "&_elements=" + elements))
            .at("/entry/0/resource");
    assertThat(found.has(shown)).as(found.toString()).isTrue();
    assertThat(found.has("category")).isFalse();
    delete("/Observation/" + Told.id(stored));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"_count=1&_count=2", "_summary=true&_summary=count", "_total=none&_total=none"})
  void refusesAControlThatIsSaidTwice(String query) {
    assertThat(Told.code(get("/Patient?" + query))).isEqualTo("parameter-invalid");
  }

  @Test
  void putsNothingOfAPostedSearchIntoItsOwnLink() {
    String form = "patient.identifier=" + card + "&_count=20";
    HttpResponse<String> first =
        send(
            request("/Observation/_search")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    String self = link(Told.json(first), "self");
    assertThat(self).contains("?_page=").doesNotContain(card, "identifier");
    HttpResponse<String> again = get(below(self));
    assertThat(ids(Told.json(again))).isEqualTo(ids(Told.json(first))).hasSize(20);
    assertThat(link(Told.json(again), "self")).doesNotContain(card, "identifier");

    HttpResponse<String> second = get(below(link(Told.json(first), "next")));
    assertThat(ids(Told.json(second))).hasSize(MANY - 20);
    assertThat(Told.json(second).path("link").toString()).doesNotContain(card, "identifier");
    HttpResponse<String> secondAgain = get(below(link(Told.json(second), "self")));
    assertThat(ids(Told.json(secondAgain))).isEqualTo(ids(Told.json(second)));
    assertThat(ids(Told.json(get(below(link(Told.json(second), "previous"))))))
        .isEqualTo(ids(Told.json(first)));
  }

  // Who asks.

  @ParameterizedTest
  @CsvSource({"AAAA, BBBB", "AAAA, AAAA"})
  void refusesTwoInstitutions(String one, String other) {
    HttpResponse<String> answer =
        send(
            request("/Patient/" + patient)
                .header("X-Hutong-Institution", one)
                .header("X-Hutong-Institution", other));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("owner-header-repeated");
  }

  // The entries of a Bundle.

  @ParameterizedTest
  @ValueSource(strings = {"batch", "transaction"})
  void tellsWhatItOffersWithinABundleToo(String type) {
    for (String url : List.of("metadata", "/metadata", "metadata?_elements=software")) {
      JsonNode entry =
          Told.json(bundle(type, "{\"request\":{\"method\":\"GET\",\"url\":\"" + url + "\"}}"))
              .at("/entry/0");
      assertThat(entry.at("/response/status").asText()).as(entry.toString()).startsWith("200");
      assertThat(entry.at("/resource/resourceType").asText()).isEqualTo("CapabilityStatement");
      assertThat(entry.at("/resource/software"))
          .isEqualTo(Told.json(get("/metadata")).path("software"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, _history, type-unsupported",
    "GET, $everything, type-unsupported",
    "GET, ?_type=Patient, interaction-undeclared",
    "GET, /, interaction-undeclared",
    "POST, metadata, method-not-allowed",
    "HEAD, Patient?_id=x, method-not-allowed",
    "HEAD, Patient/1, method-not-allowed",
    "GET, metadata?mode=nope, parameter-invalid",
  })
  void refusesOtherSystemEntries(String method, String url, String code) {
    String entry = "{\"request\":{\"method\":\"%s\",\"url\":\"%s\"}}".formatted(method, url);
    assertThat(
            Told.json(bundle("batch", entry))
                .at("/entry/0/response/outcome/issue/0/details/coding/0/code")
                .asText())
        .isEqualTo(code);
    assertThat(Told.code(bundle("transaction", entry))).isEqualTo(code);
  }

  @Test
  void takesNoBatchForATransactionWhoseEntriesNobodyLookedAt() {
    HttpResponse<String> answer =
        send(
            request("/")
                .header("Content-Type", FHIR_JSON)
                .header("X-Transaction-Semantics", "TryBatchAsTransactionFirst=true")
                .POST(
                    BodyPublishers.ofString(
                        wrapped(
                            "batch", "{\"request\":{\"method\":\"GET\",\"url\":\"_history\"}}"))));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    assertThat(Told.code(answer)).isEqualTo("interaction-undeclared");
  }

  // Versions.

  @Test
  void keepsTheVersionThatAProvenanceNames() {
    String path = "/Patient/" + Cast.patient();
    String id = path.substring(9);
    put(path, get(path).body().replace("1958-03-14", "1958-03-15"));
    HttpResponse<String> stored =
        post("/Provenance", provenance("Patient/" + id + "/_history/1").toString());
    assertThat(stored.statusCode()).as(stored.body()).isEqualTo(201);
    String provenance = Told.id(stored);
    assertThat(Told.json(get("/Provenance/" + provenance)).at("/target/0/reference").asText())
        .isEqualTo("Patient/" + id + "/_history/1");
    assertThat(Told.json(get("/Provenance?target=Patient/" + id)).path("entry")).hasSize(1);
    JsonNode included =
        Told.json(get("/Provenance?_id=" + provenance + "&_include=Provenance:target"));
    assertThat(included.path("entry")).hasSize(2);
    assertThat(ids(Told.json(get(path + "/$everything")))).contains(id, provenance);
    assertThat(Told.json(get(path)).at("/meta/versionId").asText()).isEqualTo("2");
    HttpResponse<String> same = put("/Provenance/" + provenance, stored.body());
    assertThat(header(same, "ETag")).as(same.body()).isEqualTo("W/\"1\"");
    // The version stays readable, so what names it keeps nobody from deleting the resource.
    assertThat(delete(path).statusCode()).isEqualTo(200);
    assertThat(get(path + "/_history/1").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "Patient/{id}/_history/2, reference-unknown",
    "Patient/nobody/_history/1, reference-unknown",
  })
  void refusesAVersionThatIsNot(String reference, String code) {
    String known = reference.replace("{id}", Cast.patient());
    HttpResponse<String> answer = post("/Provenance", provenance(known).toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Told.code(answer)).isEqualTo(code);
    HttpResponse<String> bundled =
        bundle(
            "transaction",
            "{\"resource\":%s,\"request\":{\"method\":\"POST\",\"url\":\"Provenance\"}}"
                .formatted(provenance(known)));
    assertThat(bundled.statusCode()).as(bundled.body()).isEqualTo(422);
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch", "transaction"})
  void keepsTheVersionThatAProvenanceWithinABundleNames(String type) {
    String id = Cast.patient();
    HttpResponse<String> answer =
        bundle(
            type,
            "{\"resource\":%s,\"request\":{\"method\":\"POST\",\"url\":\"Provenance\"}}"
                .formatted(provenance("Patient/" + id + "/_history/1")));
    String location = Told.json(answer).at("/entry/0/response/location").asText();
    assertThat(location).as(answer.body()).startsWith("Provenance/");
    assertThat(Told.json(get("/" + location)).at("/target/0/reference").asText())
        .isEqualTo("Patient/" + id + "/_history/1");
  }

  private static ObjectNode provenance(String target) {
    ObjectNode provenance = Cast.story("Provenance-consultation-opinion-signed");
    ArrayNode targets = provenance.putArray("target");
    targets.addObject().put("reference", target);
    for (JsonNode agent : provenance.withArray("agent")) {
      ((ObjectNode) agent).putObject("who").put("reference", "Organization/" + Cast.hospital());
      ((ObjectNode) agent).remove("onBehalfOf");
    }
    provenance.remove(List.of("signature", "entity", "location"));
    return provenance;
  }

  // Hands.

  private static HttpResponse<String> bundle(String type, String entries) {
    return post("/", wrapped(type, entries));
  }

  private static String wrapped(String type, String entries) {
    return "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[%s]}".formatted(type, entries);
  }

  private static HttpResponse<String> patch(String path, String type, String body) {
    return send(
        request(path)
            .header("Content-Type", type)
            .header("Accept-Language", "en")
            .method("PATCH", BodyPublishers.ofString(body)));
  }

  private static List<String> ids(JsonNode bundle) {
    List<String> ids = new ArrayList<>();
    bundle.path("entry").forEach(entry -> ids.add(entry.at("/resource/id").asText()));
    return ids;
  }

  private static @Nullable String link(JsonNode bundle, String relation) {
    for (JsonNode link : bundle.path("link")) {
      if (link.path("relation").asText().equals(relation)) {
        return link.path("url").asText();
      }
    }
    return null;
  }

  private static String below(@Nullable String link) {
    assertThat(link).isNotNull();
    return String.valueOf(link).substring(Running.base().toString().length());
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
