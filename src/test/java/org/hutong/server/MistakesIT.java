package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.get;
import static org.hutong.Running.json;
import static org.hutong.Running.post;
import static org.hutong.Running.request;
import static org.hutong.Running.send;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The everyday mistakes of those who connect a system, and what they are told. */
class MistakesIT {
  /** Words in a row, as no Chinese sentence of ours has them. */
  private static final Pattern ENGLISH_SENTENCE = Pattern.compile("[A-Za-z]+( [a-z]+){3}");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "_count=-1 | parameter-invalid | http._count | -1",
        "_sort=foo | parameter-invalid | http._sort | foo",
        "_sort=- | parameter-invalid | http._sort | birthdate",
        "_include=Foo:bar | parameter-invalid | http._include | Foo:bar",
        "_summary=foo | parameter-invalid | http._summary | foo",
        "_elements=foo | parameter-invalid | http._elements | foo",
        "organization.nmae=x | parameter-unknown | http.organization.nmae | Organization",
        "birthdate=2025/01/01 | parameter-invalid | http.birthdate | YYYY-MM-DD",
        "birthdate=2025-02-30 | parameter-invalid | http.birthdate | 2025-02-30",
        "birthdate=gt | parameter-invalid | http.birthdate | YYYY-MM-DD",
        "_lastUpdated=ge | parameter-invalid | http._lastUpdated | YYYY-MM-DD",
        "organization=Foo/1 | parameter-invalid | http.organization | Organization/[id]",
        "identifier=%7C | parameter-invalid | http.identifier | [code]",
        "_format=csv | not-acceptable | http._format | csv",
      })
  void saysWhichParameterIsWrongAndWhatItTakes(
      String query, String code, String place, String told) {
    HttpResponse<String> zh = get("/Patient?" + query);
    assertThat(Told.code(zh)).as(zh.body()).isEqualTo(code);
    assertThat(Told.places(zh).get(0)).isEqualTo(place);
    assertThat(zh.body()).contains(told);
    hasNoEnglishSentence(zh);
    HttpResponse<String> en = send(request("/Patient?" + query).header("Accept-Language", "en"));
    assertThat(Told.code(en)).isEqualTo(code);
  }

  @Test
  void saysThatAQuantityIsNone() {
    HttpResponse<String> answer = get("/Observation?value-quantity=abc");
    assertThat(Told.places(answer).get(0)).isEqualTo("http.value-quantity");
    assertThat(answer.body()).contains("mmol/L").doesNotContain("YYYY");
  }

  /** The same wrong date by every route on which one can be sent. */
  @Test
  void saysThatADateIsNoneWhereverItIsAskedFor() {
    String wrong = "birthdate=2025/01/01";
    String patient = Cast.patient(Cast.card()).toString();
    HttpResponse<String> form =
        send(
            request("/Patient/_search")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(wrong)));
    HttpResponse<String> create =
        send(json("/Patient", "POST", patient).header("If-None-Exist", wrong));
    HttpResponse<String> update = send(json("/Patient?" + wrong, "PUT", patient));
    HttpResponse<String> remove = send(request("/Patient?" + wrong).DELETE());
    for (HttpResponse<String> answer : List.of(form, create, update, remove)) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(Told.code(answer)).isEqualTo("parameter-invalid");
      assertThat(Told.places(answer).get(0)).isEqualTo("http.birthdate");
    }
    HttpResponse<String> reference =
        post(
            "/Flag",
            "{\"resourceType\":\"Flag\",\"status\":\"active\",\"code\":{\"text\":\"x\"},"
                + "\"subject\":{\"reference\":\"Patient?birthdate=2025/01/01\"}}");
    assertThat(Told.code(reference)).isEqualTo("parameter-invalid");
    assertThat(Told.places(reference)).containsExactly("Flag.subject");
  }

  @Test
  void neverDropsAValueThatCannotBeRead() {
    HttpResponse<String> answer =
        send(request("/Patient?birthdate=2025/01/01").header("Prefer", "handling=lenient"));
    assertThat(Told.code(answer)).isEqualTo("parameter-invalid");
  }

  @ParameterizedTest
  @CsvSource({"/patient, Patient", "/Patients, Patient", "/ORGANIZATION/1, Organization"})
  void guessesTheTypeThatWasMeant(String path, String type) {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("请写 " + type);
  }

  @Test
  void showsTheSlashTooMany() {
    HttpResponse<String> answer = get("//Patient");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("多余的斜线", "//Patient");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"})
  void readsNothingWhereTheClientBelievesThatItDeletes(String header) {
    String path = "/Patient/" + Cast.patient();
    HttpResponse<String> answer = send(request(path).header(header, "DELETE"));
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(Told.places(answer)).containsExactly("http." + header);
    assertThat(get(path).statusCode()).isEqualTo(200);
  }

  @Test
  void ignoresADateThatIsNone() {
    HttpResponse<String> answer =
        send(request("/Patient/" + Cast.patient()).header("If-Modified-Since", "yesterday"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void answers304ToADateAfterTheLastChange() {
    String later = "Sun, 06 Nov 2094 08:49:37 GMT";
    HttpResponse<String> answer =
        send(request("/Patient/" + Cast.patient()).header("If-Modified-Since", later));
    assertThat(answer.statusCode()).isEqualTo(304);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /Patient/{unknown}",
        "GET /Patient/{id}/_history/7",
        "GET /Patient/{gone}",
        "GET /Patient/{unknown}/_history",
        "PUT /Patient/{unknown}",
        "PUT /Patient/{id}",
        "DELETE /Patient/{referred}",
        "PUT /Patient?identifier=urn:oid:2.16.156.10011.1.19%7Cother",
      })
  void tellsAChineseReaderInChinese(String line) {
    String unknown = UUID.randomUUID().toString();
    String gone = Cast.patient();
    Running.delete("/Patient/" + gone);
    String referred = Cast.patient();
    post("/Observation", Cast.observation(referred).toString());
    String path =
        line.split(" ")[1]
            .replace("{unknown}", unknown)
            .replace("{id}", Cast.patient())
            .replace("{gone}", gone)
            .replace("{referred}", referred);
    String method = line.split(" ")[0];
    String body = Cast.patient(Cast.card()).put("id", unknown).toString();
    HttpRequest.Builder asked =
        method.equals("PUT")
            ? json(path, method, body)
            : request(path).method(method, BodyPublishers.noBody());
    HttpResponse<String> answer = send(asked);
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 412);
    hasNoEnglishSentence(answer);
  }

  @Test
  void saysWhereAStaleVersionStands() {
    String id = Cast.patient();
    String body = Cast.patient(Cast.card()).put("id", id).toString();
    HttpResponse<String> answer =
        send(json("/Patient/" + id, "PUT", body).header("If-Match", "W/\"9\""));
    assertThat(answer.statusCode()).isEqualTo(412);
    assertThat(Told.places(answer)).containsExactly("http.If-Match");
    hasNoEnglishSentence(answer);
  }

  @Test
  void saysInTheReadersLanguageThatANumberIsTooLarge() {
    String xml =
        """
        <Observation xmlns="http://hl7.org/fhir"><status value="final"/>
        <code><text value="x"/></code><subject><reference value="Patient/%s"/></subject>
        <effectiveDateTime value="2026-11-22"/>
        <valueQuantity><value value="1e99999"/></valueQuantity></Observation>"""
            .formatted(Cast.patient());
    HttpResponse<String> answer =
        send(
            request("/Observation")
                .header("Content-Type", "application/fhir+xml")
                .header("Accept", "application/fhir+json")
                .POST(BodyPublishers.ofString(xml)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("body-malformed");
    assertThat(Told.places(answer).get(0)).startsWith("Observation.value");
    assertThat(answer.body()).contains("指数过大");
    hasNoEnglishSentence(answer);
  }

  private static void hasNoEnglishSentence(HttpResponse<String> answer) {
    Told.json(answer)
        .path("issue")
        .forEach(
            issue -> {
              String told =
                  issue.at("/details/text").asText() + "。" + issue.path("diagnostics").asText();
              Matcher english = ENGLISH_SENTENCE.matcher(told);
              assertThat(english.find()).as(told).isFalse();
            });
  }
}
