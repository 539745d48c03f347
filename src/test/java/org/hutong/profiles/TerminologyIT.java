package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.get;
import static org.hutong.Running.post;
import static org.hutong.Running.request;
import static org.hutong.Running.send;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.hutong.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminologyIT {
  private static final String TIERS = "https://hutong.org/fhir/ValueSet/organization-tier";
  private static final String TIER = "https://hutong.org/fhir/CodeSystem/organization-tier";
  private static final String EXPAND = "/ValueSet/$expand?url=" + TIERS;
  private static final String LOOKUP = "/CodeSystem/$lookup?system=" + TIER;
  private static final String HOLDS = "/ValueSet/$validate-code?url=" + TIERS;
  private static final String HAS = "/CodeSystem/$validate-code?url=" + TIER;

  // $expand.

  @Test
  void listsAValueSetWhole() {
    JsonNode expansion = Told.json(get(EXPAND)).path("expansion");
    assertThat(expansion.path("total").asInt()).isEqualTo(4);
    assertThat(codes(expansion)).contains("county", "township", "village", "external");
    assertThat(expansion.at("/contains/0/display").asText()).isEqualTo("县级");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "count=2 | 4 | county township",
        "count=2&offset=1 | 4 | township village",
        "offset=3&count=500 | 4 | external",
        "offset=99 | 4 | ''",
        "count=0 | 4 | ''",
        "filter=乡镇 | 1 | township",
        "filter=TOWN | 1 | township",
        "filter=nothing-like-it | 0 | ''"
      })
  void honoursFilterOffsetAndCountAndTotalsAll(String query, int total, String expected) {
    HttpResponse<String> answer = get(EXPAND + "&" + query.replace("乡镇", encoded("乡镇")));
    JsonNode expansion = Told.json(answer).path("expansion");
    assertThat(expansion.path("total").asInt()).as(answer.body()).isEqualTo(total);
    assertThat(String.join(" ", codes(expansion))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "count=abc, parameter-invalid",
    "count=-1, parameter-invalid",
    "offset=1.5, parameter-invalid",
    "includeDesignations=perhaps, parameter-invalid",
    "displayLanguage=fr, parameter-invalid",
    "nope=1, parameter-unknown",
    "url=x, parameter-invalid"
  })
  void refusesWhatExpandDoesNotTake(String query, String code) {
    HttpResponse<String> answer = get(EXPAND + "&" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "http://hl7.org/fhir/ValueSet/all-languages",
    "http://hl7.org/fhir/ValueSet/mimetypes",
    "http://hl7.org/fhir/ValueSet/ucum-units",
    "https://hutong.org/fhir/ValueSet/diagnosis",
    "https://hutong.org/fhir/ValueSet/procedure"
  })
  void tellsThatAValueSetHasNoEnd(String url) {
    HttpResponse<String> answer = get("/ValueSet/$expand?url=" + url);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Told.code(answer)).isEqualTo("too-costly");
    assertThat(Told.json(answer).at("/issue/0/code").asText()).isEqualTo("too-costly");
  }

  @Test
  void speaksTheLanguageAskedFor() {
    assertThat(display(get(EXPAND + "&displayLanguage=en"))).isEqualTo("County");
    assertThat(display(get(EXPAND + "&displayLanguage=zh-CN"))).isEqualTo("县级");
    assertThat(display(send(request(EXPAND).header("Accept-Language", "en")))).isEqualTo("County");
    JsonNode designations =
        Told.json(get(EXPAND + "&includeDesignations=true"))
            .at("/expansion/contains/0/designation");
    assertThat(designations.toString()).contains("County", "县级");
    JsonNode none = Told.json(get(EXPAND)).at("/expansion/contains/0/designation");
    assertThat(none.isMissingNode()).isTrue();
  }

  @Test
  void takesParametersByPost() {
    HttpResponse<String> answer =
        post(
            "/ValueSet/$expand",
            """
            {"resourceType":"Parameters","parameter":[{"name":"url","valueUri":"%s"},
            {"name":"count","valueInteger":1}]}"""
                .formatted(TIERS));
    assertThat(codes(Told.json(answer).path("expansion"))).containsExactly("county");
    assertThat(Told.code(post("/ValueSet/$expand", "{\"resourceType\":\"ValueSet\"}")))
        .isEqualTo("type-mismatch");
  }

  @Test
  void looksAtTheVersionThatIsAskedFor() {
    assertThat(get(LOOKUP + "&code=county&version=0.1.0").statusCode()).isEqualTo(200);
    assertThat(get(HAS + "&code=county&version=0.1.0").body()).contains("true");
    assertThat(get(LOOKUP + "&code=county&version=0.0.9").body()).contains("0.1.0", "县级");
    assertThat(get(HAS + "&code=county&version=0.0.9").body()).contains("true");
    String asked = HOLDS + "&system=" + TIER + "&code=county&systemVersion=";
    assertThat(get(asked + "0.1.0").body()).contains("true");
    assertThat(get(asked + "9.9").body()).contains("false", "9.9", "0.1.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/CodeSystem/$lookup?system=URN:OID:2.16.156.10011.2.3.3.4&code=１ | 男",
        "/CodeSystem/$lookup?system=2.16.156.10011.2.3.3.4&code=%201%20 | 男",
        "/CodeSystem/$lookup?system=http://HUTONG.org/fhir/CodeSystem/abo-2009/&code=３ | AB 型",
        "/CodeSystem/$validate-code?url=2.16.156.10011.2.3.3.4&code=１&display=男 | true",
        "/CodeSystem/$validate-code?url=https://hutong.org/fhir/CodeSystem/abo-2009&code=3"
            + "&display=ＡＢ型 | true",
        "/CodeSystem/$validate-code?url=https://hutong.org/fhir/CodeSystem/abo-2009&code=3"
            + "&display=O型 | AB 型",
        "/ValueSet/$validate-code?url=https://hutong.org/fhir/ValueSet/gb-gender"
            + "&system=oid:2.16.156.10011.2.3.3.4&code=１ | true",
        "/ConceptMap/$translate?url=https://hutong.org/fhir/ConceptMap/abo-2009-to-front-page"
            + "&system=HTTPS://hutong.org/fhir/CodeSystem/abo-2009/&code=３"
            + "&targetsystem=http://hutong.org/fhir/CodeSystem/abo-front-page | \"4\"",
      })
  void takesSystemsAndCodesAsWritesDo(String path, String answer) {
    HttpResponse<String> told = get(query(path));
    assertThat(told.statusCode()).as(told.body()).isEqualTo(200);
    assertThat(told.body()).contains(answer);
  }

  /** A query of a test in which letters beyond ASCII are encoded. */
  private static String query(String path) {
    StringBuilder query = new StringBuilder();
    path.codePoints()
        .forEach(
            c ->
                query.append(
                    c < 0x80
                        ? Character.toString(c)
                        : URLEncoder.encode(Character.toString(c), StandardCharsets.UTF_8)));
    return query.toString();
  }

  @Test
  void takesACodingAsAWriteDoes() {
    HttpResponse<String> told =
        post(
            "/CodeSystem/$lookup",
            """
            {"resourceType":"Parameters","parameter":[{"name":"coding","valueCoding":{
            "system":"URN:OID:2.16.156.10011.2.3.3.4","code":"２ "}}]}""");
    assertThat(parameter(told, "display")).isEqualTo("女性");
    assertThat(parameter(told, "name")).contains("性别");
    assertThat(
            parameter(
                get(
                    "/CodeSystem/$lookup?system=2.16.156.10011.2.3.3.4&code=2"
                        + "&displayLanguage=en"),
                "name"))
        .doesNotContain("性别");
  }

  // $lookup.

  @Test
  void tellsWhatACodeMeansInBothLanguages() {
    HttpResponse<String> answer = get(LOOKUP + "&code=county");
    assertThat(parameter(answer, "display")).isEqualTo("县级");
    assertThat(parameter(answer, "name")).isEqualTo("机构层级代码");
    assertThat(parameter(answer, "version")).isEqualTo("0.1.0");
    assertThat(answer.body()).contains("\"designation\"", "County", "zh-CN", "\"en\"");
    assertThat(parameter(get(LOOKUP + "&code=county&displayLanguage=en"), "display"))
        .isEqualTo("County");
    assertThat(
            parameter(
                get(
                    "/CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender"
                        + "&code=male"),
                "display"))
        .isEqualTo("Male");
    assertThat(
            parameter(
                get("/CodeSystem/$lookup?system=http://unitsofmeasure.org&code=mg"), "display"))
        .isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/CodeSystem/$lookup?system=https://hutong.org/fhir/CodeSystem/organization-tier&code=nope"
            + " | 404 | code-unknown",
        "/CodeSystem/$lookup?system=urn:oid:2.16.156.10011.2.3.3.11&code=Z99 | 404 | code-not-here",
        "/CodeSystem/$lookup?system=https://example.org/none&code=x | 404 | code-system-unknown",
        "/CodeSystem/$lookup?system=http://loinc.org&code=8480-6 | 404 | code-system-not-here",
        "/CodeSystem/$lookup?system=http://snomed.info/sct&code=1 | 404 | code-system-not-here",
        "/CodeSystem/$lookup?system=http://unitsofmeasure.org&code=nope | 404 | code-unknown",
        "/CodeSystem/$lookup?system=https://hutong.org/fhir/CodeSystem/organization-tier&code=county"
            + "&version=9.9 | 404 | code-system-version-unknown",
        "/CodeSystem/$validate-code?url=https://hutong.org/fhir/CodeSystem/organization-tier"
            + "&code=county&version=9.9 | 404 | code-system-version-unknown",
        "/CodeSystem/$lookup?code=x | 400 | parameter-missing",
        "/CodeSystem/$lookup?system=x | 400 | parameter-missing",
        "/CodeSystem/$validate-code?url=https://example.org/none&code=x | 404 |"
            + " code-system-unknown",
        "/ValueSet/$validate-code?url=https://example.org/none&system=x&code=x | 404 |"
            + " value-set-unknown",
        "/ValueSet/$expand?url=https://example.org/none | 404 | value-set-unknown",
        "/ValueSet/$expand | 400 | parameter-missing",
        "/ValueSet/$validate-code?url=https://hutong.org/fhir/ValueSet/organization-tier"
            + "&code=county | 400 | parameter-missing"
      })
  void tellsWhatIsNotKnownOrMissing(String path, int status, String code) {
    for (String language : List.of("zh", "en")) {
      HttpResponse<String> answer = send(request(path).header("Accept-Language", language));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
      assertThat(Told.code(answer)).isEqualTo(code);
      assertThat(answer.body()).doesNotContain("HAPI", "ca.uhn", "java.");
    }
  }

  // $validate-code.

  @ParameterizedTest
  @CsvSource({
    "county, true",
    "nope, false",
    "COUNTY, false",
  })
  void tellsWhetherACodeIsThere(String code, boolean there) {
    for (String path :
        List.of(HAS + "&code=" + code, HOLDS + "&system=" + TIER + "&code=" + code)) {
      HttpResponse<String> zh = get(path);
      assertThat(result(zh)).as(zh.body()).isEqualTo(there);
      assertThat(zh.body()).doesNotContain("HAPI", "in-memory");
      HttpResponse<String> en = get(path + "&displayLanguage=en");
      if (there) {
        assertThat(parameter(zh, "display")).isEqualTo("县级");
        assertThat(parameter(en, "display")).isEqualTo("County");
      } else {
        assertThat(parameter(zh, "message")).contains(code).contains("代码");
        assertThat(parameter(en, "message")).contains(code).contains("code");
      }
    }
  }

  @Test
  void tellsThatACodeIsOfAnotherSystemOrHasAnotherName() {
    assertThat(result(get(HOLDS + "&code=county&system=https://example.org/x"))).isFalse();
    assertThat(result(get(HAS + "&code=county&display=County"))).isTrue();
    HttpResponse<String> named = get(HAS + "&code=county&display=Village");
    assertThat(result(named)).isFalse();
    assertThat(parameter(named, "message")).contains("县级", "Village");
    assertThat(
            result(
                get(
                    "/ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/all-languages"
                        + "&system=urn:ietf:bcp:47&code=zh-CN")))
        .isTrue();
  }

  @Test
  void takesACodingOrAConceptByPost() {
    assertThat(
            result(
                post(
                    "/ValueSet/$validate-code",
                    """
                    {"resourceType":"Parameters","parameter":[{"name":"url","valueUri":"%s"},
                    {"name":"codeableConcept","valueCodeableConcept":{"coding":[
                    {"system":"https://example.org/x","code":"1"},
                    {"system":"%s","code":"village"}]}}]}"""
                        .formatted(TIERS, TIER))))
        .isTrue();
    assertThat(
            result(
                post(
                    "/CodeSystem/$validate-code",
                    """
                    {"resourceType":"Parameters","parameter":[
                    {"name":"coding","valueCoding":{"system":"%s","code":"village"}}]}"""
                        .formatted(TIER))))
        .isTrue();
    assertThat(
            Told.code(
                post(
                    "/ValueSet/$validate-code",
                    """
                    {"resourceType":"Parameters","parameter":[{"name":"url","valueUri":"%s"},
                    {"name":"coding","valueCoding":{"code":"village"}}]}"""
                        .formatted(TIERS))))
        .isEqualTo("parameter-missing");
  }

  private static List<String> codes(JsonNode expansion) {
    List<String> codes = new ArrayList<>();
    expansion.path("contains").forEach(code -> codes.add(code.path("code").asText()));
    return codes;
  }

  private static String display(HttpResponse<String> expanded) {
    return Told.json(expanded).at("/expansion/contains/0/display").asText();
  }

  private static boolean result(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Boolean.parseBoolean(parameter(answer, "result"));
  }

  private static String parameter(HttpResponse<String> answer, String name) {
    for (JsonNode parameter : Told.json(answer).path("parameter")) {
      if (parameter.path("name").asText().equals(name)) {
        for (JsonNode value : parameter) {
          if (!value.asText().equals(name)) {
            return value.asText();
          }
        }
      }
    }
    return "";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
