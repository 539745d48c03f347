package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.get;
import static org.hutong.Running.post;
import static org.hutong.Running.put;
import static org.hutong.Running.request;
import static org.hutong.Running.rows;
import static org.hutong.Running.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.hutong.Cast;
import org.hutong.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written is held to its profile, whichever way it comes. */
class ValidationIT {
  private static final String FHIR_JSON = "application/fhir+json";

  @ParameterizedTest
  @CsvSource({"zh, 缺少必需的元素", "en, The required element is missing"})
  void tellsEveryFaultAtOnceInTheCallersLanguage(String language, String words) {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.remove(List.of("gender", "_gender", "managingOrganization"));
    long before = rows();
    HttpResponse<String> answer =
        send(
            request("/Patient")
                .header("Content-Type", FHIR_JSON)
                .header("Accept-Language", language)
                .POST(BodyPublishers.ofString(patient.toString())));
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(Told.rules(answer))
        .containsExactlyInAnyOrder("Patient.gender.min", "Patient.managingOrganization.min");
    JsonNode issue = Told.json(answer).at("/issue/0");
    assertThat(issue.at("/details/text").asText()).startsWith(words);
    assertThat(issue.at("/diagnostics").asText()).isNotBlank();
    assertThat(issue.at("/expression/0").asText()).startsWith("Patient");
    assertThat(answer.headers().firstValue("Content-Language").orElse("")).startsWith(language);
    assertThat(rows()).isEqualTo(before);
  }

  /** Whoever reads the code sees another blood group than who reads the name. */
  @ParameterizedTest
  @CsvSource({
    "https://hutong.org/fhir/CodeSystem/abo-front-page, 3, AB 型, display, 把 code 改为 4",
    "HTTP://hutong.org/fhir/CodeSystem/abo-front-page/, ３, 'ＡＢ ', display, 把 code 改为 4",
    "ABO 血型代码, 3, O 型, system, 完整的 URI",
    "https://hutong.org/fhir/CodeSystem/abo-frontpage, 3, O 型, system, abo-front-page",
  })
  void refusesACodeThatSaysOneThingAndIsCalledAnother(
      String system, String code, String display, String element, String mend) {
    String patient = Cast.patient();
    long before = rows();
    ObjectNode observation = Cast.observation(patient);
    value(observation, system, code, display);
    HttpResponse<String> answer =
        send(
            request("/Observation")
                .header("Content-Type", FHIR_JSON)
                .header("Accept-Language", "zh")
                .POST(BodyPublishers.ofString(observation.toString())));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Told.json(answer).at("/issue/0/expression/0").asText())
        .isEqualTo("Observation.value.ofType(CodeableConcept).coding[0]." + element);
    assertThat(Told.json(answer).at("/issue/0/diagnostics").asText()).contains(mend);
    assertThat(rows()).isEqualTo(before);
    HttpResponse<String> validated = post("/Observation/$validate", observation.toString());
    assertThat(Told.rules(validated)).containsAll(Told.rules(answer));
  }

  @Test
  void storesACodeUnderTheNameOfItsOwnOrAnyLocalOne() {
    String patient = Cast.patient();
    for (String display : List.of("O型", "O 型血（家属代诉）")) {
      ObjectNode observation = Cast.observation(patient);
      value(observation, "http://hutong.org/fhir/CodeSystem/abo-front-page", "３", display);
      JsonNode stored = Told.json(post("/Observation", observation.toString()));
      JsonNode coding = stored.at("/valueCodeableConcept/coding/0");
      assertThat(coding.path("system").asText())
          .isEqualTo("https://hutong.org/fhir/CodeSystem/abo-front-page");
      assertThat(coding.path("code").asText()).isEqualTo("3");
      assertThat(coding.path("display").asText()).isEqualTo(display);
    }
  }

  private static void value(ObjectNode observation, String system, String code, String display) {
    observation.properties().removeIf(field -> field.getKey().startsWith("value"));
    observation
        .putObject("valueCodeableConcept")
        .putArray("coding")
        .addObject()
        .put("system", system)
        .put("code", code)
        .put("display", display);
  }

  /** It would stand in nobody's record, and nobody would ever look for it there. */
  @Test
  void refusesWhatBelongsToNobody() {
    ObjectNode named = Cast.observation(Cast.patient());
    named.putObject("subject").put("display", "李秀兰");
    ObjectNode contained = Cast.observation(Cast.patient());
    contained.putArray("contained").addObject().put("resourceType", "Patient").put("id", "p");
    contained.putObject("subject").put("reference", "#p");
    for (ObjectNode observation : List.of(named, contained)) {
      HttpResponse<String> answer = post("/Observation", observation.toString());
      assertThat(answer.statusCode()).isEqualTo(422);
      assertThat(Told.rules(answer)).contains("hutong-obs-2");
    }
  }

  @Test
  void namesTheEntryOfATransactionAndStoresNothing() {
    String card = Cast.card();
    ObjectNode wrong = Cast.patient(card);
    wrong.remove("gender");
    long before = rows();
    HttpResponse<String> answer =
        post(
            "/",
            """
            {"resourceType":"Bundle","type":"transaction","entry":[
            {"resource":%s,"request":{"method":"POST","url":"Patient"}},
            {"resource":%s,"request":{"method":"POST","url":"Patient"}}]}"""
                .formatted(Cast.patient(card), wrong));
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(Told.json(answer).at("/issue/0/expression/0").asText())
        .startsWith("Bundle.entry[1].resource");
    assertThat(rows()).isEqualTo(before);
  }

  @Test
  void namesTheEntryOfABatch() {
    ObjectNode wrong = Cast.patient(Cast.card());
    wrong.remove("gender");
    HttpResponse<String> answer =
        post(
            "/",
            """
            {"resourceType":"Bundle","type":"batch","entry":[
            {"resource":%s,"request":{"method":"POST","url":"Patient"}},
            {"resource":%s,"request":{"method":"POST","url":"Patient"}}]}"""
                .formatted(Cast.patient(Cast.card()), wrong));
    JsonNode response = Told.json(answer).at("/entry/1/response");
    assertThat(response.path("status").asText()).startsWith("422");
    assertThat(response.at("/outcome/issue/0/expression/0").asText())
        .startsWith("Bundle.entry[1].resource");
  }

  @Test
  void holdsAnUpdateToTheProfileToo() {
    ObjectNode patient = stored();
    patient.remove("managingOrganization");
    String path = "/Patient/" + patient.path("id").asText();
    HttpResponse<String> answer = put(path, patient.toString());
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(Told.rules(answer)).containsExactly("Patient.managingOrganization.min");
    assertThat(Told.json(get(path)).at("/meta/versionId").asText()).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json-patch+json | [{\"op\":\"remove\",\"path\":\"/managingOrganization\"}]",
        "application/xml-patch+xml | <diff xmlns:f=\"http://hl7.org/fhir\"><remove"
            + " sel=\"f:Patient/f:managingOrganization\"/></diff>",
        "application/fhir+json | {\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":"
            + "\"operation\",\"part\":[{\"name\":\"type\",\"valueCode\":\"delete\"},"
            + "{\"name\":\"path\",\"valueString\":\"Patient.managingOrganization\"}]}]}",
      })
  void holdsTheResultOfAPatchToTheProfile(String type, String patch) {
    ObjectNode patient = stored();
    String path = "/Patient/" + patient.path("id").asText();
    // Once updated, for what is loaded then differs from what was created.
    put(path, patient.put("birthDate", "1958-03-15").toString());
    HttpResponse<String> answer =
        send(
            request(path)
                .header("Content-Type", type)
                .method("PATCH", BodyPublishers.ofString(patch)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Told.rules(answer)).containsExactly("Patient.managingOrganization.min");
    assertThat(Told.json(get(path)).at("/meta/versionId").asText()).isEqualTo("2");
  }

  @Test
  void tellsWhatTheParserStumblesOverAllAtOnceInATransaction() {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.put("gender", "男").put("birthDate", "1958-3-14");
    HttpResponse<String> answer =
        post(
            "/",
            """
            {"resourceType":"Bundle","type":"transaction","entry":[
            {"resource":%s,"request":{"method":"POST","url":"Patient"}},
            {"resource":%s,"request":{"method":"POST","url":"Patient"}}]}"""
                .formatted(Cast.patient(Cast.card()), patient));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(places(answer))
        .containsExactlyInAnyOrder(
            "Bundle.entry[1].resource.gender", "Bundle.entry[1].resource.birthDate");
  }

  @Test
  void tellsAllReferencesToNothingAtOnceWithTheOtherFaults() {
    ObjectNode observation = Cast.observation("nobody");
    observation.putObject("encounter").put("reference", "Encounter/nowhere");
    HttpResponse<String> answer = post("/Observation", observation.toString());
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(Told.codes(answer)).containsOnly("reference-unknown");
    assertThat(places(answer))
        .containsExactlyInAnyOrder("Observation.subject", "Observation.encounter");
    observation.put("status", "nope");
    observation.remove("code");
    HttpResponse<String> entry =
        post(
            "/",
            """
            {"resourceType":"Bundle","type":"transaction","entry":[
            {"resource":%s,"request":{"method":"POST","url":"Observation"}}]}"""
                .formatted(observation.put("status", "final")));
    assertThat(places(entry))
        .contains(
            "Bundle.entry[0].resource.code",
            "Bundle.entry[0].resource.subject",
            "Bundle.entry[0].resource.encounter");
  }

  @Test
  void refusesAReferenceToNothingInWhatIsContained() {
    ObjectNode observation = Cast.observation(Cast.patient());
    observation
        .putArray("contained")
        .addObject()
        .put("resourceType", "Device")
        .put("id", "d")
        .putObject("owner")
        .put("reference", "Organization/nobody");
    observation.putObject("device").put("reference", "#d");
    HttpResponse<String> answer = post("/Observation", observation.toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Told.code(answer)).isEqualTo("reference-unknown");
    assertThat(places(answer)).containsExactly("Observation.contained[0].owner");
  }

  @Test
  void namesIdsAndTypesThatDoNotAgree() {
    ObjectNode patient = stored();
    String id = patient.path("id").asText();
    HttpResponse<String> other = put("/Patient/" + id, patient.put("id", "another").toString());
    assertThat(Told.code(other)).isEqualTo("id-mismatch");
    assertThat(Told.json(other).at("/issue/0/details/text").asText()).contains(id, "another");
    assertThat(places(other)).containsExactly("Patient.id");
    patient.remove("id");
    HttpResponse<String> without = put("/Patient/" + id, patient.toString());
    assertThat(Told.code(without)).isEqualTo("id-mismatch");
    assertThat(Told.json(without).at("/issue/0/details/text").asText())
        .contains(id)
        .containsPattern("没有写 id|has no id");
    HttpResponse<String> type = post("/Patient", "{\"resourceType\":\"Organization\"}");
    assertThat(Told.code(type)).isEqualTo("type-mismatch");
    assertThat(type.statusCode()).isEqualTo(400);
  }

  private static List<String> places(HttpResponse<String> answer) {
    List<String> places = new ArrayList<>();
    for (JsonNode issue : Told.json(answer).path("issue")) {
      if (issue.path("severity").asText().equals("error")) {
        places.add(issue.at("/expression/0").asText());
      }
    }
    return places;
  }

  @Test
  void letsAWarningPass() {
    ObjectNode patient = Cast.patient(Cast.card());
    patient
        .withArray("identifier")
        .addObject()
        .put("system", "urn:oid:2.16.156.10011.1.3")
        .put("value", "159981195803140068");
    patient.put("birthDate", "1958-03-15");
    assertThat(post("/Patient", patient.toString()).statusCode()).isEqualTo(201);
  }

  @Test
  void answersDollarValidateWithTheSameRulesAndStoresNothing() {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.remove("gender");
    long before = rows();
    HttpResponse<String> answer = post("/Patient/$validate", patient.toString());
    assertThat(answer.body()).contains("Patient.gender");
    assertThat(answer.statusCode()).isIn(200, 412, 422);
    HttpResponse<String> fine = post("/Patient/$validate", Cast.patient(Cast.card()).toString());
    assertThat(fine.statusCode()).isEqualTo(200);
    assertThat(rows()).isEqualTo(before);
  }

  @Test
  void refusesAProfileOfOursThatDoesNotExist() {
    ObjectNode patient = Cast.patient(Cast.card());
    patient
        .putObject("meta")
        .putArray("profile")
        .add("https://hutong.org/fhir/StructureDefinition/nope");
    assertThat(post("/Patient", patient.toString()).statusCode()).isEqualTo(422);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "active | \"true\"",
        "multipleBirthInteger | \"3\"",
        "birthDate | 1958",
        "birthDate | \"　\"",
        "name | [{\"text\":\" \"}]",
        "name | [{}]",
        "contact | []",
        "maritalStatus | {}",
        "maritalStatus | null",
        "gender | [\"female\"]",
        "fhir_comments | [\"x\"]",
        "_active | null",
        "extension | [{\"url\":\"http://his.example.com/x\",\"valueString\":\"1\",\"valueBoolean\":true}]",
        "extension | [{\"url\":\"https://hutong.org/fhir/StructureDefinition/nope\",\"valueString\":\"1\"}]",
        "modifierExtension | [{\"url\":\"http://his.example.com/x\",\"valueString\":\"1\"}]"
      })
  void saysTheSameOfWhatIsWrittenWronglyWhicheverWayItComes(String element, String value) {
    ObjectNode stored = stored();
    ObjectNode patient = Cast.patient(Cast.card());
    patient.set(element, Told.json(value));
    long before = rows();
    HttpResponse<String> created = post("/Patient", patient.toString());
    HttpResponse<String> entry =
        post(
            "/",
            """
            {"resourceType":"Bundle","type":"transaction","entry":[
            {"resource":%s,"request":{"method":"POST","url":"Patient"}}]}"""
                .formatted(patient));
    stored.set(element, Told.json(value));
    HttpResponse<String> updated = put("/Patient/" + stored.path("id").asText(), stored.toString());
    HttpResponse<String> validated = post("/Patient/$validate", patient.toString());
    assertThat(rows()).isEqualTo(before);
    List<String> expected = places(validated);
    assertThat(expected).as(validated.body()).isNotEmpty();
    for (HttpResponse<String> refused : List.of(created, entry, updated)) {
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
      assertThat(
              places(refused).stream().map(at -> at.replace("Bundle.entry[0].resource", "Patient")))
          .isEqualTo(expected);
    }
  }

  @Test
  void refusesABundleThatIsItselfWrittenWrongly() {
    long before = rows();
    HttpResponse<String> answer =
        post(
            "/",
            """
            {"resourceType":"Bundle","type":"transaction","link":[],"entry":[
            {"resource":%s,"request":{"method":"POST","url":"Patient"}}]}"""
                .formatted(Cast.patient(Cast.card())));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(places(answer)).containsExactly("Bundle.link");
    assertThat(rows()).isEqualTo(before);
  }

  private static ObjectNode stored() {
    return (ObjectNode) Told.json(post("/Patient", Cast.patient(Cast.card()).toString()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<gender>$1</gender> | Patient.gender",
        "<telecom/>$0 | Patient.telecom[1]",
        "<language value=\"zh-CN\"/>$0 | Patient.language",
        "<telecom><value value=\" \"/></telecom>$0 | Patient.telecom[1].value"
      })
  void refusesXmlThatWouldLoseAPart(String instead, String place) {
    String patient =
        ProfileExamplesTest.R4
            .newXmlParser()
            .encodeResourceToString(
                ProfileExamplesTest.R4
                    .newJsonParser()
                    .parseResource(
                        Cast.patient(Cast.card())
                            .put("gender", "male")
                            .without("_gender")
                            .toString()))
            .replaceFirst("<gender value=\"([a-z]+)\"(?:/>|></gender>)", instead);
    String bundle =
        """
        <Bundle xmlns="http://hl7.org/fhir"><type value="transaction"/><entry><resource>%s</resource>
        <request><method value="POST"/><url value="Patient"/></request></entry></Bundle>"""
            .formatted(patient);
    assertThat(patient).contains(instead.replaceAll("\\$.*", ""));
    long before = rows();
    HttpResponse<String> created = xml("/Patient", patient);
    HttpResponse<String> entry = xml("/", bundle);
    assertThat(rows()).isEqualTo(before);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(422);
    assertThat(entry.statusCode()).as(entry.body()).isEqualTo(422);
    List<String> expected = places(xml("/Patient/$validate", patient));
    assertThat(expected).contains(place);
    assertThat(places(created)).isEqualTo(expected);
    assertThat(places(entry).stream().map(at -> at.replace("Bundle.entry[0].resource", "Patient")))
        .isEqualTo(expected);
  }

  private static HttpResponse<String> xml(String path, String body) {
    return send(
        request(path)
            .header("Content-Type", "application/fhir+xml")
            .header("Accept", FHIR_JSON)
            .POST(BodyPublishers.ofString(body)));
  }
}
