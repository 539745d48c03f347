package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.fhir.Canonical;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PixIT {
  private static final AtomicInteger BORN = new AtomicInteger();
  private static final String PIX = "/Patient/$ihe-pix?sourceIdentifier=";

  private static String born() {
    return LocalDate.of(1921, 1, 1).plusDays(BORN.incrementAndGet()).toString();
  }

  private static ObjectNode patient(String name, String born, String number, String card) {
    ObjectNode patient = Cast.patient(card);
    patient.remove(List.of("telecom", "address", "contact", "extension"));
    patient.putArray("name").addObject().put("text", name);
    patient.put("gender", "female").remove("_gender");
    patient.put("birthDate", born);
    patient
        .withArray("identifier")
        .addObject()
        .put("system", Canonical.ID_CARD)
        .put("value", number);
    return patient;
  }

  private static String store(ObjectNode patient) {
    HttpResponse<String> created = Running.post("/Patient", patient.toString());
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    return Told.id(created);
  }

  private static String token(String system, String value) {
    return URLEncoder.encode(system + "|" + value, StandardCharsets.UTF_8);
  }

  private static List<String> told(JsonNode parameters) {
    List<String> told = new ArrayList<>();
    parameters
        .path("parameter")
        .forEach(
            parameter ->
                told.add(
                    parameter.path("name").asText().equals("targetId")
                        ? parameter.at("/valueReference/reference").asText()
                        : parameter.at("/valueIdentifier/value").asText()));
    return told;
  }

  private static JsonNode answered(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Told.json(answer);
  }

  @Test
  void tellsTheIdentifiersOfAllRegistrationsOfAPerson() {
    String born = born();
    String number = People.number(born, 22);
    String red = Cast.card();
    String blue = Cast.card();
    String one = store(patient("李秀兰", born, number, red));
    String two = store(patient("李秀蘭", born, number, blue));
    HttpResponse<String> answer = Running.get(PIX + token(Cast.HEALTH_CARD, red));
    assertThat(told(answered(answer)))
        .containsExactlyInAnyOrder(number, blue, "Patient/" + one, "Patient/" + two);
    String former = number.substring(0, 6) + number.substring(8, 17);
    assertThat(told(answered(Running.get(PIX + token("urn:oid:2.16.156.10011.1.3", former)))))
        .containsExactlyInAnyOrder(red, blue, "Patient/" + one, "Patient/" + two);
    String logical = PIX + token(Running.base().toString(), "Patient/" + one);
    assertThat(told(answered(Running.get(logical))))
        .containsExactlyInAnyOrder(number, red, blue, "Patient/" + two);

    String cards = "&targetSystem=" + Cast.HEALTH_CARD;
    assertThat(told(answered(Running.get(PIX + token(Canonical.ID_CARD, number) + cards))))
        .containsExactlyInAnyOrder(red, blue, "Patient/" + one, "Patient/" + two);
    assertThat(
            told(
                answered(
                    Running.get(
                        PIX
                            + token(Cast.HEALTH_CARD, red)
                            + cards
                            + "&targetSystem="
                            + Canonical.ID_CARD))))
        .containsExactlyInAnyOrder(blue, number, "Patient/" + one, "Patient/" + two);
    String posted =
        """
        {"resourceType":"Parameters","parameter":[{"name":"sourceIdentifier",
        "valueIdentifier":{"system":"%s","value":"%s"}}]}"""
            .formatted(Cast.HEALTH_CARD, red);
    assertThat(told(answered(Running.post("/Patient/$ihe-pix", posted)))).contains(blue);
    HttpResponse<String> xml =
        Running.get(PIX + token(Cast.HEALTH_CARD, red) + "&_format=application/fhir%2Bxml");
    assertThat(xml.body()).startsWith("<Parameters").contains(blue);
  }

  @Test
  void keepsAChildUnderItsMothersNumberApart() {
    String born = born();
    String number = People.number(born, 22);
    String hers = Cast.card();
    String its = Cast.card();
    store(patient("李秀兰", born, number, hers));
    store(patient("王小兰", "1952-05-05", number, its));
    assertThat(told(answered(Running.get(PIX + token(Canonical.ID_CARD, number)))))
        .contains(hers)
        .doesNotContain(its);
    assertThat(told(answered(Running.get(PIX + token(Cast.HEALTH_CARD, its)))))
        .doesNotContain(hers);
  }

  @Test
  void saysWhenSeveralBearAnIdentifier() {
    String card = Cast.card();
    String born = born();
    String later = born();
    store(patient("李秀兰", born, People.number(born, 22), card));
    store(patient("王桂英", later, People.number(later, 22), card));
    HttpResponse<String> answer = Running.get(PIX + token(Cast.HEALTH_CARD, card));
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(Told.code(answer)).isEqualTo("source-identifier-shared");
  }

  @ParameterizedTest
  @CsvSource({
    "urn:oid:2.16.156.10011.1.19%7Cnone-such, 404, not-found, sourceIdentifier Patient Identifier not found",
    "urn:oid:1.2.3.4.5%7C1, 400, code-invalid, sourceIdentifier Assigning Authority not found",
    "urn:oid:2.16.156.10011.1.3%7C159981195803140025&targetSystem=urn:oid:1.2.3.4.5, 403, code-invalid, targetSystem not found",
    "none, 400, value, ''",
    "%7C1, 400, value, ''",
    "urn:oid:2.16.156.10011.1.19%7C, 400, value, ''",
    "urn:oid:2.16.156.10011.1.19%7C1&sourceIdentifier=urn:oid:2.16.156.10011.1.19%7C2, 400, value, ''",
    "urn:oid:2.16.156.10011.1.19%7C1&targetsystem=x, 400, not-supported, ''"
  })
  void refuses(String query, int status, String code, String words) {
    HttpResponse<String> answer = Running.get(PIX + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(Told.json(answer).at("/issue/0/code").asText()).isEqualTo(code);
    assertThat(Told.json(answer).at("/issue/0/diagnostics").asText()).contains(words);
  }

  @Test
  void needsASource() {
    HttpResponse<String> answer = Running.get("/Patient/$ihe-pix");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("parameter-missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"sourceIdentifier\",\"valueIdentifier\":{\"value\":\"1\"}}",
        "{\"name\":\"sourceIdentifier\",\"valueIdentifier\":{\"system\":\"urn:oid:1.2.3\"}}",
        "{\"name\":\"sourceIdentifier\",\"valueIdentifier\":{\"use\":\"usual\"}}",
        "{\"valueIdentifier\":{\"system\":\"urn:oid:1.2.3\",\"value\":\"1\"}}"
      })
  void refusesHalfAnIdentifier(String parameter) {
    HttpResponse<String> answer =
        Running.post(
            "/Patient/$ihe-pix",
            "{\"resourceType\":\"Parameters\",\"parameter\":[" + parameter + "]}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).doesNotContain("null");
  }
}
