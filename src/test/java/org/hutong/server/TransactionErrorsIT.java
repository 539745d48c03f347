package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.delete;
import static org.hutong.Running.get;
import static org.hutong.Running.json;
import static org.hutong.Running.post;
import static org.hutong.Running.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a Bundle that fails the answer says which entry, which part of it, and what is wrong. */
class TransactionErrorsIT {
  private static final String FULL_URL = "urn:uuid:6d1b3c52-0000-4000-8000-0000000000aa";
  private static String shared = "";
  private static String one = "";
  private static String id = "";

  @BeforeAll
  static void storeTwoWithTheSameCardAndOneReferredTo() {
    shared = Cast.card();
    post("/Patient", Cast.patient(shared).toString());
    post("/Patient", Cast.patient(shared).toString());
    one = Cast.card();
    id = Told.id(post("/Patient", Cast.patient(one).toString()));
    post("/Flag", flag("Patient/" + id));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
  void namesTheConditionThatMatchesSeveral(String method) {
    String condition = byCard(shared);
    String entry =
        method.equals("POST")
            ? entry("POST", "Patient", Cast.patient(shared).toString(), ifNoneExist(condition))
            : entry(method, "Patient?" + condition, body(method, shared), "");
    String at = "Bundle.entry[1].request." + (method.equals("POST") ? "ifNoneExist" : "url");
    for (String language : List.of("zh", "en")) {
      HttpResponse<String> answer = transaction(language, entry);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(412);
      assertThat(Told.code(answer)).isEqualTo("multiple-matches");
      assertThat(Told.places(answer)).containsExactly(at);
      assertThat(answer.body()).contains(condition, FULL_URL).doesNotContain("Failed", "Invalid");
    }
  }

  @Test
  void namesTheConditionThatMatchesNone() {
    HttpResponse<String> answer =
        transaction("zh", entry("PATCH", "Patient?" + byCard("none"), body("PATCH", ""), ""));
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(Told.places(answer)).containsExactly("Bundle.entry[1].request.url");
    assertThat(answer.body()).contains(byCard("none")).doesNotContain("No resources");
  }

  @Test
  void namesTheConditionThatTheResourceDoesNotMeet() {
    String other = byCard(Cast.card());
    HttpResponse<String> created =
        transaction(
            "zh",
            entry("POST", "Patient", Cast.patient(Cast.card()).toString(), ifNoneExist(other)));
    assertThat(created.statusCode()).isEqualTo(400);
    assertThat(Told.places(created)).containsExactly("Bundle.entry[1].request.ifNoneExist");
    assertThat(created.body()).contains(other).doesNotContain("satisfy");
    HttpResponse<String> single =
        send(
            json("/Patient", "POST", Cast.patient(Cast.card()).toString())
                .header("If-None-Exist", other));
    assertThat(Told.places(single)).containsExactly("http.If-None-Exist");
  }

  @Test
  void namesTheConditionalReferenceThatLeadsNowhereOrToSeveral() {
    HttpResponse<String> none =
        transaction("zh", entry("POST", "Flag", flag("Patient?" + byCard("none")), ""));
    assertThat(none.statusCode()).isEqualTo(422);
    assertThat(Told.code(none)).isEqualTo("reference-unknown");
    assertThat(Told.places(none)).containsExactly("Bundle.entry[1].resource.subject");
    HttpResponse<String> several =
        transaction("zh", entry("POST", "Flag", flag("Patient?" + byCard(shared)), ""));
    assertThat(several.statusCode()).isEqualTo(412);
    assertThat(Told.places(several)).containsExactly("Bundle.entry[1].resource.subject");
    HttpResponse<String> single = post("/Flag", flag("Patient?" + byCard(shared)));
    assertThat(Told.places(single)).containsExactly("Flag.subject");
  }

  @Test
  void holdsAConditionalReferenceToTheDoorsOfASearch() {
    HttpResponse<String> parameter =
        transaction("zh", entry("POST", "Flag", flag("Patient?shoe-size=1"), ""));
    assertThat(Told.code(parameter)).isEqualTo("parameter-unknown");
    assertThat(Told.places(parameter)).containsExactly("Bundle.entry[1].resource.subject");
    HttpResponse<String> single = post("/Flag", flag("Patient?shoe-size=1"));
    assertThat(Told.code(single)).isEqualTo("parameter-unknown");
    assertThat(Told.places(single)).containsExactly("Flag.subject");
    assertThat(Told.code(post("/Flag", flag("Foo?identifier=1")))).isEqualTo("reference-unknown");
  }

  @Test
  void namesEveryReferenceToAFullUrlThatNoEntryHas() {
    String nowhere = "urn:uuid:" + UUID.randomUUID();
    String put =
        entry(
            "PUT",
            "Patient/" + id,
            patient(one, id).replace("Organization/" + Cast.hospital(), nowhere),
            "");
    for (HttpResponse<String> answer :
        List.of(
            transaction("zh", entry("POST", "Flag", flag(nowhere), "")),
            transaction("en", entry("POST", "Flag", flag(nowhere), "")))) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
      assertThat(Told.code(answer)).isEqualTo("reference-unresolvable");
      assertThat(Told.places(answer)).containsExactly("Bundle.entry[1].resource.subject");
      assertThat(answer.body()).contains(nowhere).doesNotContain("placeholder");
    }
    assertThat(Told.places(transaction("zh", put)))
        .containsExactly("Bundle.entry[1].resource.managingOrganization");
    assertThat(Told.places(post("/Flag", flag(nowhere)))).containsExactly("Flag.subject");
  }

  @Test
  void namesBothEntriesThatShareAFullUrl() {
    HttpResponse<String> answer =
        bundle(
            "transaction",
            "zh",
            created(FULL_URL),
            created("urn:uuid:" + UUID.randomUUID()),
            created(FULL_URL));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("request-invalid");
    assertThat(Told.places(answer))
        .containsExactly("Bundle.entry[0].fullUrl", "Bundle.entry[2].fullUrl");
    assertThat(answer.body()).contains(FULL_URL).doesNotContain("multiple");
  }

  @Test
  void refusesToChangeAResourceTwiceInATransaction() {
    String put = entry("PUT", "Patient/" + id, patient(one, id), "");
    String patch =
        entry("PATCH", "/Patient/" + id, body("PATCH", ""), "").replace(FULL_URL, "urn:x");
    String gone = entry("DELETE", "Patient/" + id, "", "");
    for (String second : List.of(patch, gone)) {
      HttpResponse<String> answer = bundle("transaction", "zh", put, second);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(Told.places(answer))
          .containsExactly("Bundle.entry[0].request.url", "Bundle.entry[1].request.url");
    }
    assertThat(get("/Patient/" + id).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "batch"})
  void namesEveryEntryThatDoesNotSayWhatIsToBeDone(String type) {
    long before = Running.rows();
    HttpResponse<String> answer =
        bundle(
            type,
            "zh",
            created(FULL_URL),
            "{\"resource\":%s}".formatted(Cast.patient(Cast.card())),
            "{\"request\":{\"url\":\"Patient\"}}",
            "{\"request\":{\"method\":\"GET\"}}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Told.places(answer))
        .containsExactly(
            "Bundle.entry[1].request", "Bundle.entry[2].request", "Bundle.entry[3].request");
    assertThat(Running.rows()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FROB", "post"})
  void namesTheEntryWhoseMethodIsNone(String method) {
    for (String type : List.of("transaction", "batch")) {
      for (String language : List.of("zh", "en")) {
        HttpResponse<String> answer =
            bundle(type, language, created(FULL_URL), entry(method, "Patient", "", ""));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Told.places(answer)).containsExactly("Bundle.entry[1].request.method");
        assertThat(answer.body()).contains(method).doesNotContain("HTTPVerb");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"document", "collection", "message", "history", "searchset", "foo"})
  void namesTheTypeOfABundleThatCannotBeCarriedOut(String type) {
    HttpResponse<String> answer = bundle(type, "zh", created(FULL_URL));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Told.places(answer)).containsExactly("Bundle.type");
    assertThat(answer.body()).contains(type, "transaction").doesNotContain("Unable", "Unknown");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH"})
  void namesTheEntryThatBringsNoResource(String method) {
    HttpResponse<String> answer =
        transaction(
            "zh", entry(method, method.equals("POST") ? "Patient" : "Patient/" + id, "", ""));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Told.places(answer)).containsExactly("Bundle.entry[1].resource");
    assertThat(answer.body()).doesNotContain("Missing");
  }

  @Test
  void holdsAnUpdateToTheIdOfItsUrl() {
    String other = entry("PUT", "Patient/" + id, patient(one, "other"), "");
    String none = entry("PUT", "Patient/" + id, Cast.patient(one).toString(), "");
    for (String entry : List.of(other, none)) {
      HttpResponse<String> answer = transaction("zh", entry);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(Told.code(answer)).isEqualTo("id-mismatch");
      assertThat(Told.places(answer)).containsExactly("Bundle.entry[1].resource.id");
    }
  }

  @Test
  void namesTheEntryOfAnUpdateThatWouldCreate() {
    String unknown = UUID.randomUUID().toString();
    HttpResponse<String> answer =
        transaction("zh", entry("PUT", "Patient/" + unknown, patient(Cast.card(), unknown), ""));
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(Told.places(answer)).containsExactly("Bundle.entry[1].request");
    assertThat(answer.body()).doesNotContain("No resource exists");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH", "DELETE"})
  void namesTheEntryWhoseVersionIsNotTheCurrentOne(String method) {
    String resource =
        method.equals("PUT")
            ? patient(one, id).replace("1958-03-14", "1958-03-15")
            : body(method, "");
    HttpResponse<String> answer =
        transaction("zh", entry(method, "Patient/" + id, resource, ",\"ifMatch\":\"W/\\\"9\\\"\""));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(412);
    assertThat(Told.code(answer)).isEqualTo("version-conflict");
    assertThat(Told.places(answer)).containsExactly("Bundle.entry[1].request.ifMatch");
    assertThat(answer.body()).doesNotContain("Trying", "most recent");
  }

  @Test
  void namesTheEntryAndWhoRefersToWhatItWouldDelete() {
    HttpResponse<String> answer = transaction("zh", entry("DELETE", "Patient/" + id, "", ""));
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(Told.places(answer)).containsExactly("Bundle.entry[1].request.url");
    assertThat(answer.body()).contains("Flag/", "Flag.subject").doesNotContain("Unable");
    assertThat(delete("/Patient/" + id).body()).contains("Flag/").doesNotContain("Unable");
  }

  @Test
  void namesTheEntriesOfABatchThatFail() {
    String nowhere = "urn:uuid:" + UUID.randomUUID();
    HttpResponse<String> answer =
        bundle(
            "batch",
            "zh",
            created(FULL_URL),
            entry("PUT", "Patient?" + byCard(shared), Cast.patient(shared).toString(), ""),
            entry("POST", "Flag", flag(nowhere), ""),
            entry("GET", "Patient/none", "", ""),
            entry("POST", "Flag", flag("Patient?" + byCard("none")), ""));
    assertThat(answer.statusCode()).isEqualTo(200);
    List<String> told = new ArrayList<>();
    for (JsonNode entry : Told.json(answer).path("entry")) {
      told.add(
          entry.at("/response/status").asText().substring(0, 3)
              + " "
              + entry.at("/response/outcome/issue/0/expression/0").asText());
    }
    assertThat(told)
        .containsExactly(
            "201 ",
            "412 Bundle.entry[1].request.url",
            "422 Bundle.entry[2].resource.subject",
            "404 Bundle.entry[3].request.url",
            "422 Bundle.entry[4].resource.subject");
    assertThat(answer.body()).doesNotContain("Invalid", "not known");
  }

  private static HttpResponse<String> transaction(String language, String entry) {
    return bundle("transaction", language, created("urn:uuid:" + UUID.randomUUID()), entry);
  }

  private static HttpResponse<String> bundle(String type, String language, String... entries) {
    String bundle =
        "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[%s]}"
            .formatted(type, String.join(",", entries));
    return send(json("", "POST", bundle).header("Accept-Language", language));
  }

  private static String created(String fullUrl) {
    return entry("POST", "Patient", Cast.patient(Cast.card()).toString(), "")
        .replace(FULL_URL, fullUrl);
  }

  /** An entry with the fullUrl that answers repeat; without resource when that is empty. */
  private static String entry(String method, String url, String resource, String more) {
    return "{\"fullUrl\":\"%s\",%s\"request\":{\"method\":\"%s\",\"url\":\"%s\"%s}}"
        .formatted(
            FULL_URL,
            resource.isEmpty() ? "" : "\"resource\":" + resource + ",",
            method,
            url,
            more);
  }

  private static String ifNoneExist(String condition) {
    return ",\"ifNoneExist\":\"" + condition + "\"";
  }

  private static String byCard(String card) {
    return "identifier=" + Cast.HEALTH_CARD + "|" + card;
  }

  private static String body(String method, String card) {
    return switch (method) {
      case "PUT" -> Cast.patient(card).toString();
      case "PATCH" ->
          """
          {"resourceType":"Parameters","parameter":[{"name":"operation","part":[
          {"name":"type","valueCode":"replace"},{"name":"path","valueString":"Patient.birthDate"},
          {"name":"value","valueDate":"1958-03-15"}]}]}""";
      default -> "";
    };
  }

  private static String patient(String card, String id) {
    ObjectNode patient = Cast.patient(card);
    return patient.put("id", id).toString();
  }

  private static String flag(String subject) {
    return """
        {"resourceType":"Flag","status":"active","code":{"text":"x"},
        "subject":{"reference":"%s"}}"""
        .formatted(subject);
  }
}
