package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways round the doors that once led through. */
class BypassIT {
  private static final String DEVICE = "{\"resourceType\":\"Device\",\"lotNumber\":\"%s\"}";

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "batch"})
  void storesNoUndeclaredTypeUnderADeclaredUrl(String kind) {
    String valueSet = "{\"resourceType\":\"ValueSet\",\"status\":\"draft\"}";
    assertThat(bundle(kind, "POST", "Device", valueSet, "")).doesNotContain("201 Created");
    assertThat(bundle(kind, "POST", "Device", "{\"resourceType\":\"Media\"}", ""))
        .doesNotContain("201 Created");
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "batch"})
  void carriesOutNoPostedOperationOfABundleAsACreate(String kind) {
    assertThat(bundle(kind, "POST", "Device/$validate", DEVICE.formatted("a"), ""))
        .contains("interaction-undeclared")
        .doesNotContain("201 Created");
  }

  @Test
  void deletesOnlyTheVersionThatIfMatchNames() {
    String id = created();
    assertThat(delete(id, "W/\"2\"").statusCode()).isEqualTo(412);
    assertThat(Running.get("/Device/" + id).statusCode()).isEqualTo(200);
    assertThat(delete(id, "W/\"1\"").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "*", "W/\"abc\"", "W/\"1\", W/\"2\""})
  void refusesAnIfMatchThatIsNoVersion(String ifMatch) {
    String id = created();
    HttpResponse<String> answer =
        Running.send(
            Running.request("/Device/" + id)
                .header("Content-Type", "application/fhir+json")
                .header("If-Match", ifMatch)
                .PUT(
                    HttpRequest.BodyPublishers.ofString(
                        DEVICE.formatted("b").replace("{", "{\"id\":\"" + id + "\","))));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
  }

  @Test
  void refusesAnEmptyIfNoneExist() {
    HttpResponse<String> answer =
        Running.send(
            Running.request("/Device")
                .header("Content-Type", "application/fhir+json")
                .header("If-None-Exist", "")
                .POST(HttpRequest.BodyPublishers.ofString(DEVICE.formatted("c"))));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("condition-empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "batch"})
  void deletesInABundleOnlyTheVersionThatIfMatchNames(String kind) {
    String id = created();
    assertThat(bundledDelete(kind, "Device/" + id, "2")).contains("version-conflict");
    assertThat(Running.get("/Device/" + id).statusCode()).isEqualTo(200);
    assertThat(bundledDelete(kind, "Device/" + id, "1")).contains("204 No Content");
    assertThat(Running.get("/Device/" + id).statusCode()).isEqualTo(410);
    assertThat(bundledDelete(kind, "Device?identifier=x", "1")).contains("request-invalid");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, Device?foo=1",
    "POST, Device?_summary=true",
    "PUT, Device/{id}?_expunge=true",
    "PATCH, Device/{id}?foo=1",
    "DELETE, Device/{id}?_cascade=delete",
    "DELETE, Device/{id}?_expunge=true",
    "GET, Device/{id}?foo=1",
    "GET, Device/{id}/_history/1?foo=1",
    "GET, Device/{id}/_history?foo=1",
    "GET, Device/{id}/_history?_sort=-_lastUpdated",
    "GET, metadata?foo=1",
  })
  void carriesOutNothingWithAParameterThatItWouldIgnore(String method, String url) {
    String id = created();
    String path = "/" + url.replace("{id}", id);
    HttpResponse<String> answer = ask(method, path, DEVICE.formatted(id));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("parameter-unknown");
    assertThat(Running.get("/Device/" + id + "/_history").body()).doesNotContain("/_history/2");
    assertThat(Told.json(Running.get("/Device/" + id + "/_history")).path("total").asInt())
        .isEqualTo(1);
  }

  @Test
  void carriesOutNoEntryWithAParameterThatItWouldIgnore() {
    String id = created();
    assertThat(bundle("batch", "POST", "Device?foo=1", DEVICE.formatted("a"), ""))
        .contains("parameter-unknown")
        .doesNotContain("201 Created");
    assertThat(bundledDelete("transaction", "Device/" + id + "?_cascade=delete", "1"))
        .contains("parameter-unknown");
  }

  @ParameterizedTest
  @CsvSource({
    "_count=abc",
    "_count=-1",
    "_offset=-1",
    "_since=2020",
    "_since=x",
    "_at=x",
    "_summary=x",
  })
  void refusesAMalformedParameterOfAHistory(String query) {
    HttpResponse<String> answer = Running.get("/Device/" + created() + "/_history?" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("parameter-invalid");
  }

  @Test
  void countsAHistoryAnewAfterAChange() {
    String path = "/Device/" + created();
    assertThat(Told.json(Running.get(path + "/_history")).path("total").asInt()).isEqualTo(1);
    Running.delete(path);
    assertThat(Told.json(Running.get(path + "/_history")).path("total").asInt()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "identifier=|, parameter-invalid",
    "type=|, parameter-invalid",
    "identifier=urn:x|, condition-empty",
    "'identifier=a,urn:x|', condition-empty",
    "status:not=active, condition-empty",
    "device-name:missing=true, condition-empty",
    "device-name:missing=maybe, parameter-invalid",
    "_lastUpdated=ge2000, condition-empty",
  })
  void refusesAConditionThatNamesNothing(String condition, String code) {
    HttpResponse<String> created =
        Running.send(
            Running.request("/Device")
                .header("Content-Type", "application/fhir+json")
                .header("If-None-Exist", condition)
                .POST(HttpRequest.BodyPublishers.ofString(DEVICE.formatted("d"))));
    assertThat(Told.code(created)).as(created.body()).isEqualTo(code);
    String url = "/Device?" + condition.replace("|", "%7C");
    assertThat(Told.code(ask("PUT", url, DEVICE.formatted("d")))).isEqualTo(code);
    assertThat(Told.code(ask("DELETE", url, ""))).isEqualTo(code);
  }

  @Test
  void refusesAReferenceToAVersion() {
    String patient = Cast.patient();
    ObjectNode observation = Cast.observation(patient + "/_history/99");
    HttpResponse<String> answer = Running.post("/Observation", observation.toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Told.code(answer)).isEqualTo("reference-versioned");
  }

  private static HttpResponse<String> ask(String method, String path, String body) {
    boolean sends = method.startsWith("P");
    return Running.send(
        Running.request(path)
            .header(
                "Content-Type",
                method.equals("PATCH") ? "application/json-patch+json" : "application/fhir+json")
            .method(
                method,
                sends
                    ? HttpRequest.BodyPublishers.ofString(method.equals("PATCH") ? "[]" : body)
                    : HttpRequest.BodyPublishers.noBody()));
  }

  private static String bundledDelete(String kind, String url, String version) {
    return Running.post(
            "",
            """
            {"resourceType":"Bundle","type":"%s","entry":[
              {"request":{"method":"DELETE","url":"%s","ifMatch":"W/\\"%s\\""}}]}"""
                .formatted(kind, url, version))
        .body();
  }

  private static String bundle(String kind, String verb, String url, String body, String more) {
    return Running.post(
            "",
            """
            {"resourceType":"Bundle","type":"%s","entry":[
              {"request":{"method":"%s","url":"%s"%s},"resource":%s}]}"""
                .formatted(kind, verb, url, more, body))
        .body();
  }

  private static String created() {
    HttpResponse<String> answer = Running.post("/Device", DEVICE.formatted(Running.unique()));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return answer.headers().firstValue("Location").orElseThrow().split("/Device/")[1].split("/")[0];
  }

  private static HttpResponse<String> delete(String id, String ifMatch) {
    return Running.send(Running.request("/Device/" + id).header("If-Match", ifMatch).DELETE());
  }
}
