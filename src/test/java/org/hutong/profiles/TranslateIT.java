package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.get;
import static org.hutong.Running.post;
import static org.hutong.Running.request;
import static org.hutong.Running.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hutong.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TranslateIT {
  private static final String BASE = "https://hutong.org/fhir/";
  private static final String ABO_2009 = BASE + "CodeSystem/abo-2009";
  private static final String ABO_FRONT_PAGE = BASE + "CodeSystem/abo-front-page";
  private static final String ABO =
      "/ConceptMap/$translate?url=" + BASE + "ConceptMap/abo-2009-to-front-page";
  private static final String KIND_2009 = BASE + "CodeSystem/id-kind-2009-referral";
  private static final String ADDRESS =
      "/ConceptMap/$translate?url="
          + BASE
          + "ConceptMap/address-kind-to-address-use&system="
          + BASE
          + "CodeSystem/address-kind";

  @ParameterizedTest
  @CsvSource({"zh, AB 型", "en, AB"})
  void givesTheBloodGroupAndNotTheSameDigit(String language, String name) {
    JsonNode answer = ask(ABO + "&system=" + ABO_2009 + "&code=3", language);
    assertThat(answer.path("result").asBoolean()).isTrue();
    assertThat(answer.path("message").isMissingNode()).isTrue();
    JsonNode match = answer.at("/match/0");
    assertThat(match.path("equivalence").asText()).isEqualTo("equal");
    assertThat(match.at("/concept/system").asText()).isEqualTo(ABO_FRONT_PAGE);
    assertThat(match.at("/concept/code").asText()).isEqualTo("4");
    assertThat(match.at("/concept/display").asText()).startsWith(name);
    assertThat(match.path("source").asText()).isEqualTo(BASE + "ConceptMap/abo-2009-to-front-page");
  }

  @ParameterizedTest
  @CsvSource({"zh, 不是", "en, not codes of"})
  void doesNotTakeACodeOfTheOtherTable(String language, String words) {
    JsonNode answer = ask(ABO + "&system=" + ABO_FRONT_PAGE + "&code=3", language);
    assertThat(answer.path("result").asBoolean()).isFalse();
    assertThat(answer.path("message").asText()).contains(words, ABO_2009, ABO_FRONT_PAGE);
    assertThat(answer.path("match").isMissingNode()).isTrue();
  }

  @Test
  void goesBackToTheSource() {
    JsonNode answer = ask(ABO + "&reverse=true&system=" + ABO_FRONT_PAGE + "&code=3", "zh");
    assertThat(answer.at("/match/0/concept/system").asText()).isEqualTo(ABO_2009);
    assertThat(answer.at("/match/0/concept/code").asText()).isEqualTo("0");
    assertThat(answer.at("/match/0/concept/display").asText()).isEqualTo("O 型");
    assertThat(ask(ABO + "&reverse=true&system=" + ABO_2009 + "&code=3", "zh").path("result"))
        .hasToString("false");
  }

  @ParameterizedTest
  @CsvSource({"zh, 没有对应", "en, Nothing corresponds"})
  void saysThatNothingCorresponds(String language, String words) {
    JsonNode unlisted = ask(ABO + "&system=" + ABO_2009 + "&code=7", language);
    assertThat(unlisted.path("result").asBoolean()).isFalse();
    assertThat(unlisted.path("message").asText()).contains(words, ABO_2009, "7");
    JsonNode unmatched = ask(ADDRESS + "&code=01", language);
    assertThat(unmatched.path("result").asBoolean()).isFalse();
    assertThat(unmatched.path("message").asText()).contains(words);
    assertThat(unmatched.at("/match/0/equivalence").asText()).isEqualTo("unmatched");
    assertThat(unmatched.at("/match/0/concept").isMissingNode()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"zh, 目标表没有, 其他", "en, The target has no code, "})
  void passesOnWhatTheMapRemarks(String language, String remark, String name) {
    JsonNode answer =
        ask(
            "/ConceptMap/$translate?url="
                + BASE
                + "ConceptMap/marital-status-gb-to-hqms&system=urn:oid:2.16.156.10011.2.3.3.5"
                + "&code=90",
            language);
    assertThat(answer.path("result").asBoolean()).isTrue();
    assertThat(answer.at("/match/0/equivalence").asText()).isEqualTo("inexact");
    assertThat(answer.path("message").asText()).startsWith(remark);
    assertThat(answer.at("/match/0/concept/display").asText()).contains(name == null ? "" : name);
  }

  @ParameterizedTest
  @CsvSource({
    "&code=07, temp wider",
    "&code=07&reverse=false, temp wider",
    "&code=07&targetsystem=http://hl7.org/fhir/address-use, temp wider",
    "&code=07&targetsystem=https://example.org/x, ''",
    "&code=07&target=http://hl7.org/fhir/ValueSet/address-use, temp wider",
    "&code=07&target=https://hutong.org/fhir/ValueSet/abo-2009, ''",
    "&code=07&source=https://hutong.org/fhir/ValueSet/address-kind, temp wider",
    "&code=07&source=https://hutong.org/fhir/ValueSet/abo-2009, ''",
    "&code=07&conceptMapVersion=0.1.0, temp wider"
  })
  void narrowsByVersionValueSetAndSystem(String query, String expected) {
    JsonNode answer = ask(ADDRESS + query, "zh");
    assertThat(answer.path("result").asBoolean())
        .as(answer.toString())
        .isEqualTo(!expected.isEmpty());
    JsonNode match = answer.at("/match/0");
    assertThat(
            (match.at("/concept/code").asText() + " " + match.path("equivalence").asText()).strip())
        .isEqualTo(expected);
    assertThat(answer.has("message")).isEqualTo(expected.isEmpty());
  }

  @Test
  void asksEveryMapWhenNoneIsNamed() {
    JsonNode answer = ask("/ConceptMap/$translate?system=" + KIND_2009 + "&code=02", "en");
    assertThat(answer.path("match")).hasSize(1);
    assertThat(answer.at("/match/0/concept/code").asText()).isEqualTo("07");
    assertThat(answer.at("/match/0/source").asText())
        .isEqualTo(BASE + "ConceptMap/id-kind-2009-referral-to-id-kind");
    JsonNode none = ask("/ConceptMap/$translate?system=https://example.org/x&code=02", "en");
    assertThat(none.path("result").asBoolean()).isFalse();
  }

  @Test
  void takesACodingOrAConceptByPost() {
    String coding =
        """
        {"resourceType":"Parameters","parameter":[
        {"name":"coding","valueCoding":{"system":"%s","code":"0"}},
        {"name":"reverse","valueBoolean":false},
        {"name":"targetsystem","valueUri":"%s"}]}"""
            .formatted(ABO_2009, ABO_FRONT_PAGE);
    assertThat(read(post("/ConceptMap/$translate", coding)).at("/match/0/concept/code").asText())
        .isEqualTo("3");
    String concept =
        """
        {"resourceType":"Parameters","parameter":[{"name":"url","valueUri":"%s"},
        {"name":"codeableConcept","valueCodeableConcept":{"coding":[
        {"system":"https://example.org/x","code":"3"},{"system":"%s","code":"3"}]}}]}"""
            .formatted(BASE + "ConceptMap/abo-2009-to-front-page", ABO_2009);
    JsonNode answer = read(post("/ConceptMap/$translate", concept));
    assertThat(answer.path("match")).hasSize(1);
    assertThat(answer.at("/match/0/concept/code").asText()).isEqualTo("4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "url=https://example.org/none&system=x&code=1 | 404 | concept-map-unknown",
        "url={abo}&conceptMapVersion=9&system=x&code=1 | 404 | concept-map-unknown",
        "conceptMapVersion=0.1.0&system=x&code=1 | 400 | parameter-missing",
        "url={abo}&code=3 | 400 | parameter-missing",
        "url={abo}&system=x | 400 | parameter-missing",
        "url={abo} | 400 | parameter-missing",
        "url={abo}&system=x&code=3&reverse=perhaps | 400 | parameter-invalid",
        "url={abo}&url={abo}&system=x&code=3 | 400 | parameter-invalid",
        "url={abo}&system=x&code=3&nope=1 | 400 | parameter-unknown",
        "url={abo}&system=x&code=3&dependency=1 | 400 | parameter-unknown",
        "url={abo}&system=x&code=3&target=https://example.org/none | 404 | value-set-unknown",
        "url={abo}&system=x&code=3&source=https://example.org/none | 404 | value-set-unknown"
      })
  void tellsWhatIsNotKnownOrMissing(String query, int status, String code) {
    String path =
        "/ConceptMap/$translate?"
            + query.replace("{abo}", BASE + "ConceptMap/abo-2009-to-front-page");
    Set<String> texts = new TreeSet<>();
    for (String language : List.of("zh", "en")) {
      HttpResponse<String> answer = send(request(path).header("Accept-Language", language));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
      assertThat(Told.code(answer)).isEqualTo(code);
      texts.add(Told.json(answer).at("/issue/0/details/text").asText());
    }
    assertThat(texts).hasSize(2);
  }

  @Test
  void storesNoMaps() {
    for (HttpResponse<String> answer :
        List.of(
            get("/ConceptMap"),
            get("/ConceptMap/1"),
            get("/ConceptMap/1/$translate"),
            post("/ConceptMap", "{\"resourceType\":\"ConceptMap\",\"status\":\"draft\"}"))) {
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(Told.code(answer)).isEqualTo("interaction-undeclared");
    }
  }

  private static JsonNode ask(String path, String language) {
    HttpResponse<String> answer = send(request(path).header("Accept-Language", language));
    assertThat(answer.headers().firstValue("Content-Language").orElse("")).startsWith(language);
    return read(answer);
  }

  /** The parameters by name; the matches as a list. */
  private static JsonNode read(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    ObjectNode read = JsonNodeFactory.instance.objectNode();
    for (JsonNode parameter : Told.json(answer).path("parameter")) {
      if (parameter.path("name").asText().equals("match")) {
        ObjectNode match = read.withArray("match").addObject();
        parameter.path("part").forEach(part -> match.set(part.path("name").asText(), value(part)));
      } else {
        read.set(parameter.path("name").asText(), value(parameter));
      }
    }
    return read;
  }

  private static JsonNode value(JsonNode parameter) {
    for (Map.Entry<String, JsonNode> field : parameter.properties()) {
      if (field.getKey().startsWith("value")) {
        return field.getValue();
      }
    }
    throw new AssertionError(parameter);
  }
}
