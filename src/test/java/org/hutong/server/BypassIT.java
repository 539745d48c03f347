package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.hutong.Running;
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
  @CsvSource({
    "ge2026-10, ge2026-10-01",
    "le2026-10, le2026-10-31",
    "ge2026, ge2026-01-01",
    "le2024-02, le2024-02-29",
    "le2026, le2026-12-31",
    "gt2026, gt2026",
    "2026-10, 2026-10",
    "ge2026-13, ge2026-13",
  })
  void boundsWholePeriods(String asked, String searched) {
    assertThat(DoorStage.wholePeriod(asked)).isEqualTo(searched);
  }

  @Test
  void findsWhatHappenedWithinAMonthThatIsTheBound() {
    String marker = Running.unique();
    Running.post(
        "/Appointment",
        """
        {"resourceType":"Appointment","status":"proposed","start":"2026-10-12T09:00:00+08:00",
         "end":"2026-10-12T09:30:00+08:00","identifier":[{"system":"urn:test","value":"%s"}],
         "participant":[{"type":[{"text":"x"}],"status":"accepted"}]}"""
            .formatted(marker));
    for (String date : new String[] {"ge2026-10", "ge2026", "le2026-10", "le2026"}) {
      assertThat(Running.get("/Appointment?identifier=" + marker + "&date=" + date).body())
          .as(date)
          .contains(marker);
    }
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
