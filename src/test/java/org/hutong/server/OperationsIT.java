package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.delete;
import static org.hutong.Running.get;
import static org.hutong.Running.json;
import static org.hutong.Running.post;
import static org.hutong.Running.put;
import static org.hutong.Running.request;
import static org.hutong.Running.send;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** What writes answer: what was done, what was noticed, and why a patch was not carried out. */
class OperationsIT {
  private static final String FHIR_JSON = "application/fhir+json";
  private static final String OUTCOME = "return=OperationOutcome";
  private static final Map<String, String> CREATED = Map.of("zh", "已新建", "en", "Created");

  /** A number whose check digit is wrong. */
  private static final String WRONG_CHECK_DIGIT = "159981195803140026";

  // Patch.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{\"op\":\"frobnicate\",\"path\":\"/birthDate\",\"value\":\"x\"}] | $[0].op",
        "[{\"path\":\"/birthDate\",\"value\":\"x\"}] | $[0].op",
        "[{\"op\":\"test\",\"path\":\"/gender\",\"value\":\"female\"},{\"op\":\"add\",\"path\":\"birthDate\",\"value\":\"x\"}] | $[1].path",
        "[{\"op\":\"add\",\"value\":\"x\"}] | $[0].path",
        "[{\"op\":\"replace\",\"path\":\"/birthDate\"}] | $[0].value",
        "[{\"op\":\"move\",\"path\":\"/birthDate\"}] | $[0].from",
        "[{\"op\":\"remove\",\"path\":\"/nope\"}] | ``",
        "[{\"op\":\"replace\",\"path\":\"/nope/3\",\"value\":\"x\"}] | ``",
        "[{\"op\":\"add\",\"path\":\"/name/77\",\"value\":{}}] | ``",
        "[{\"op\":\"add\",\"path\":\"/name/x\",\"value\":{}}] | ``",
        "[{\"op\":\"add\",\"path\":\"/nope/x/y\",\"value\":{}}] | ``",
        "[{\"op\":\"test\",\"path\":\"/gender\",\"value\":\"male\"}] | ``",
        "[{\"op\":\"add\",\"path\":\"/nope\",\"value\":1}] | ``",
        "[{\"op\":\"replace\",\"path\":\"/gender\",\"value\":\"nope\"}] | ``",
        "[{\"op\":\"remove\",\"path\":\"/resourceType\"}] | ``",
        "[{\"op\":\"replace\",\"path\":\"\",\"value\":\"x\"}] | ``"
      })
  void tellsWhatIsWrongWithAJsonPatch(String patch, String place) {
    refusesPatch("application/json-patch+json", patch, place);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "frobnicate | Patient.birthDate | \"valueDate\":\"1958-03-15\" | Parameters.parameter[0]",
        "replace | Patient.nope | \"valueDate\":\"1958-03-15\" | ``",
        "replace | Patient.(( | \"valueDate\":\"1958-03-15\" | ``",
        "replace | Patient.birthDate | \"valueString\":\"nonsense\" | ``",
        "replace | Patient.gender | \"valueCode\":\"nope\" | ``",
        "replace | Patient.birthDate | \"valueQuantity\":{\"value\":1} | ``",
        "replace | Observation.status | \"valueCode\":\"final\" | ``",
        "delete | Patient.(( | \"valueCode\":\"nope\" | ``",
        "add | Patient | \"valueCode\":\"nope\" | Parameters.parameter[0]",
        "insert | Patient.name | \"valueString\":\"x\" | Parameters.parameter[0]"
      })
  void tellsWhatIsWrongWithAFhirPathPatch(String type, String path, String value, String place) {
    refusesPatch(FHIR_JSON, fhirPathPatch(type, path, value), place);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"resourceType\":\"Parameters\"}",
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"operation\"}]}",
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"nope\",\"valueCode\":\"x\"}]}",
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"operation\",\"part\":["
            + "{\"name\":\"type\",\"valueCode\":\"add\"},{\"name\":\"path\",\"valueString\":\"Patient\"},"
            + "{\"name\":\"name\",\"valueString\":\"nope\"},{\"name\":\"value\",\"valueCode\":\"x\"}]}]}",
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"operation\",\"part\":["
            + "{\"name\":\"type\",\"valueCode\":\"insert\"},{\"name\":\"path\",\"valueString\":\"Patient.name\"},"
            + "{\"name\":\"index\",\"valueInteger\":77},"
            + "{\"name\":\"value\",\"valueHumanName\":{\"text\":\"李\"}}]}]}",
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"operation\",\"part\":["
            + "{\"name\":\"type\",\"valueCode\":\"move\"},{\"name\":\"path\",\"valueString\":\"Patient.name\"},"
            + "{\"name\":\"source\",\"valueInteger\":7},{\"name\":\"destination\",\"valueInteger\":0}]}]}"
      })
  void tellsThatAFhirPathPatchIsNone(String patch) {
    refusesPatch(FHIR_JSON, patch, "");
  }

  @Test
  void tellsThatAPatchWithinABundleIsWrong() {
    String id = Cast.patient();
    for (String type : List.of("transaction", "batch")) {
      HttpResponse<String> answer =
          post(
              "/",
              """
              {"resourceType":"Bundle","type":"%s","entry":[{"resource":%s,
              "request":{"method":"PATCH","url":"Patient/%s"}}]}"""
                  .formatted(
                      type,
                      fhirPathPatch("frobnicate", "Patient.birthDate", "\"valueCode\":\"x\""),
                      id));
      assertThat(answer.body()).contains("patch-failed", "Bundle.entry[0].resource");
    }
    assertThat(Told.json(get("/Patient/" + id)).at("/meta/versionId").asText()).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource({
    "/birthDate, '\"abc\"', Patient.birthDate",
    "/birthDate, 19580314, Patient.birthDate",
    "/gender, '\"nope\"', Patient.gender",
    "/nope, 1, Patient.nope",
    "/name, '{\"text\":\"李秀兰\"}', Patient.name",
    "/contact, '[{\"name\":{\"text\":\"李\"},\"gender\":\"nope\"}]', Patient.contact[0].gender"
  })
  void tellsOfWhatAJsonPatchMakesTheSameAsOfAnUpdate(String path, String value, String place) {
    String id = Cast.patient();
    String name = path.substring(1);
    String patch = "[{\"op\":\"add\",\"path\":\"%s\",\"value\":%s}]".formatted(path, value);
    ObjectNode update = (ObjectNode) Told.json(get("/Patient/" + id));
    update.set(name, Told.json(value));
    for (String language : List.of("zh", "en")) {
      HttpResponse<String> expected =
          send(
              json("/Patient/" + id, "PUT", update.toString()).header("Accept-Language", language));
      assertThat(Told.json(expected).at("/issue/0/expression/0").asText()).isEqualTo(place);
      HttpResponse<String> patched =
          patch("/Patient/" + id, "application/json-patch+json", patch, "", language);
      assertThat(patched.statusCode()).isEqualTo(expected.statusCode());
      assertThat(Told.json(patched).path("issue")).isEqualTo(Told.json(expected).path("issue"));
      for (String type : List.of("transaction", "batch")) {
        HttpResponse<String> bundled =
            send(json("/", "POST", jsonPatch(type, id, patch)).header("Accept-Language", language));
        JsonNode outcome =
            type.equals("batch")
                ? Told.json(bundled).at("/entry/0/response/outcome")
                : Told.json(bundled);
        for (JsonNode issue : outcome.path("issue")) {
          ArrayNode places = (ArrayNode) issue.path("expression");
          assertThat(places.remove(0).asText()).isEqualTo("Bundle.entry[0].resource");
        }
        assertThat(outcome.path("issue")).isEqualTo(Told.json(expected).path("issue"));
      }
    }
    assertThat(Told.json(get("/Patient/" + id)).at("/meta/versionId").asText()).isEqualTo("1");
  }

  @Test
  void answersAPatchThatChangesNothingWithThePresentVersion() {
    String path = "/Patient/" + Cast.patient();
    HttpResponse<String> answer =
        patch(
            path,
            "application/json-patch+json",
            "[{\"op\":\"replace\",\"path\":\"/gender\",\"value\":\"female\"}]",
            OUTCOME,
            "en");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(success(answer)).isEqualTo("unchanged");
    assertThat(Told.json(get(path)).at("/meta/versionId").asText()).isEqualTo("1");
  }

  // What was done.

  @ParameterizedTest
  @ValueSource(strings = {"zh", "en"})
  void saysWhatAWriteHasDone(String language) {
    HttpResponse<String> created =
        preferring("POST", "/Patient", Cast.patient(Cast.card()).toString(), language);
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(success(created)).isEqualTo("created");
    assertThat(Told.json(created).at("/issue/0/details/text").asText())
        .isEqualTo(CREATED.get(language));
    assertThat(created.headers().firstValue("Content-Language").orElse("")).startsWith(language);

    String path = "/Patient/" + Cast.patient();
    ObjectNode patient = (ObjectNode) Told.json(get(path));
    assertThat(success(preferring("PUT", path, patient.toString(), language)))
        .isEqualTo("unchanged");
    patient.put("birthDate", "1958-03-15");
    assertThat(success(preferring("PUT", path, patient.toString(), language))).isEqualTo("updated");
    assertThat(
            success(
                patch(
                    path,
                    FHIR_JSON,
                    fhirPathPatch("replace", "Patient.birthDate", "\"valueDate\":\"1958-03-16\""),
                    OUTCOME,
                    language)))
        .isEqualTo("updated");
    HttpResponse<String> deleted = send(request(path).DELETE().header("Accept-Language", language));
    assertThat(success(deleted)).isEqualTo("deleted");
    assertThat(success(delete(path))).isEqualTo("nothing-to-delete");
    for (HttpResponse<String> answer : List.of(created, deleted)) {
      revealsNothing(answer);
    }
  }

  @Test
  void saysThatAConditionalCreateFoundOne() {
    String card = Cast.card();
    post("/Patient", Cast.patient(card).toString());
    HttpResponse<String> found =
        send(
            request("/Patient")
                .header("Content-Type", FHIR_JSON)
                .header("Prefer", OUTCOME)
                .header("If-None-Exist", "identifier=" + Cast.HEALTH_CARD + "|" + card)
                .POST(BodyPublishers.ofString(Cast.patient(card).toString())));
    assertThat(found.statusCode()).isEqualTo(200);
    assertThat(success(found)).isEqualTo("found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "batch"})
  void saysWhatEachEntryOfABundleHasDone(String type) {
    String gone = Cast.patient();
    HttpResponse<String> answer =
        send(
            request("/")
                .header("Content-Type", FHIR_JSON)
                .header("Accept-Language", "en")
                .POST(
                    BodyPublishers.ofString(
                        """
                        {"resourceType":"Bundle","type":"%s","entry":[
                        {"request":{"method":"DELETE","url":"Patient/%s"}},
                        {"resource":%s,"request":{"method":"POST","url":"Patient"}},
                        {"resource":%s,"request":{"method":"POST","url":"Patient"}}]}"""
                            .formatted(type, gone, Cast.patient(Cast.card()), wronglyChecked()))));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode entries = Told.json(answer).path("entry");
    assertThat(entries.at("/0/response/outcome/issue/0/details/coding/0/code").asText())
        .isEqualTo("deleted");
    assertThat(entries.at("/1/response/outcome/issue")).hasSize(1);
    assertThat(entries.at("/1/response/outcome/issue/0/details/text").asText())
        .isEqualTo("Created");
    JsonNode warning = entries.at("/2/response/outcome/issue/1");
    assertThat(warning.path("severity").asText()).isEqualTo("warning");
    assertThat(warning.at("/details/coding/1/code").asText()).isEqualTo("hutong-pat-2");
    assertThat(warning.at("/expression/0").asText()).startsWith("Bundle.entry[2].resource.");
    revealsNothing(answer);
  }

  // What was noticed.

  @ParameterizedTest
  @CsvSource({"zh, 校验码", "en, check"})
  void tellsWarningsToWhoAsksForAnOutcome(String language, String words) {
    HttpResponse<String> created =
        preferring("POST", "/Patient", wronglyChecked().toString(), language);
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(success(created)).isEqualTo("created");
    JsonNode warning = Told.json(created).at("/issue/1");
    assertThat(warning.path("severity").asText()).isEqualTo("warning");
    assertThat(warning.at("/details/coding/1/code").asText()).isEqualTo("hutong-pat-2");
    assertThat(warning.at("/details/text").asText()).contains(words);
  }

  @Test
  void namesWarningsInAHeaderOfEveryOtherAnswer() {
    for (String prefer : List.of("return=representation", "return=minimal", "")) {
      HttpResponse<String> created =
          send(
              request("/Patient")
                  .header("Content-Type", FHIR_JSON)
                  .header("Prefer", prefer)
                  .POST(BodyPublishers.ofString(wronglyChecked().toString())));
      assertThat(created.statusCode()).isEqualTo(201);
      assertThat(created.headers().firstValue(SuccessStage.HEADER).orElse(""))
          .matches("hutong-pat-2 Patient\\.identifier\\[[0-9]]\\.value")
          .doesNotContain(WRONG_CHECK_DIGIT);
    }
    String path = "/Patient/" + Cast.patient();
    ObjectNode patient = (ObjectNode) Told.json(get(path));
    patient.withArray("identifier").add(wronglyChecked().at("/identifier/1"));
    HttpResponse<String> updated = put(path, patient.toString());
    assertThat(updated.headers().firstValue(SuccessStage.HEADER)).isPresent();
    HttpResponse<String> fine = post("/Patient", Cast.patient(Cast.card()).toString());
    assertThat(fine.headers().firstValue(SuccessStage.HEADER)).isEmpty();
  }

  @Test
  void warnsOfAProfileOfOthersThatItDoesNotKnow() {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.putObject("meta").putArray("profile").add("https://example.org/StructureDefinition/x");
    HttpResponse<String> created = preferring("POST", "/Patient", patient.toString(), "en");
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(Told.json(created).at("/issue/1/severity").asText()).isEqualTo("warning");
    assertThat(Told.json(created).at("/issue/1/details/text").asText())
        .contains("declared profile is not known");
  }

  // Modifiers.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/modifierExtension | [{\"url\":\"https://example.org/x\",\"valueBoolean\":true}] |"
            + " Patient.modifierExtension[0]",
        "/contact/0/modifierExtension | [{\"url\":\"https://example.org/x\","
            + "\"valueBoolean\":true}] | Patient.contact[0].modifierExtension[0]",
        "/implicitRules | \"https://example.org/rules\" | Patient.implicitRules"
      })
  void refusesWhatWouldChangeTheMeaningUnknown(String pointer, String value, String place) {
    String card = Cast.card();
    ObjectNode patient = Cast.patient(card);
    patient.putArray("contact").addObject().putObject("name").put("text", "王建国");
    String parent = pointer.substring(0, pointer.lastIndexOf('/'));
    ObjectNode holder = (ObjectNode) (parent.isEmpty() ? patient : patient.at(parent));
    holder.set(pointer.substring(pointer.lastIndexOf('/') + 1), Told.json(value));
    HttpResponse<String> answer = post("/Patient", patient.toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Told.code(answer)).isEqualTo("modifier-unknown");
    assertThat(Told.json(answer).at("/issue/0/expression/0").asText()).isEqualTo(place);
    HttpResponse<String> bundled =
        post(
            "/",
            """
            {"resourceType":"Bundle","type":"transaction","entry":[
            {"resource":%s,"request":{"method":"POST","url":"Patient"}}]}"""
                .formatted(patient));
    assertThat(bundled.statusCode()).isEqualTo(422);
    assertThat(Told.json(bundled).at("/issue/0/expression/0").asText())
        .isEqualTo(place.replace("Patient", "Bundle.entry[0].resource"));
    assertThat(
            Told.json(get("/Patient?_summary=count&identifier=" + Cast.HEALTH_CARD + "%7C" + card))
                .path("total")
                .asInt())
        .isZero();
  }

  // Update after delete.

  @Test
  void bringsADeletedResourceBackByAnUpdate() {
    String id = Cast.patient();
    String path = "/Patient/" + id;
    ObjectNode patient = (ObjectNode) Told.json(get(path));
    delete(path);
    HttpResponse<String> stale =
        send(
            request(path)
                .header("Content-Type", FHIR_JSON)
                .header("If-Match", "W/\"1\"")
                .PUT(BodyPublishers.ofString(patient.toString())));
    assertThat(stale.statusCode()).isEqualTo(412);
    assertThat(get(path).statusCode()).isEqualTo(410);
    HttpResponse<String> revived =
        send(
            request(path)
                .header("Content-Type", FHIR_JSON)
                .header("X-Hutong-Institution", "SOMEONE-ELSE")
                .PUT(BodyPublishers.ofString(patient.toString())));
    assertThat(revived.statusCode()).as(revived.body()).isEqualTo(201);
    assertThat(get(path).statusCode()).isEqualTo(200);
    assertThat(Told.json(get(path + "/_history")).path("entry")).hasSize(3);
    assertThat(Told.json(get("/Patient?_id=" + id)).path("entry")).hasSize(1);
    Map<String, Object> row =
        Running.bean(JdbcTemplate.class)
            .queryForMap(
                """
                select i.code, n.deleted_at from hutong.resource n
                join hutong.institution i on i.id = n.owner
                join public.hfj_resource r on r.res_id = n.res_id
                where r.res_type = 'Patient' and r.fhir_id = ?""",
                id);
    assertThat(row.get("code")).isEqualTo("SANDBOX");
    assertThat(row.get("deleted_at")).isNull();
    assertThat(Told.code(put("/Patient/" + Running.unique(), "{\"resourceType\":\"Patient\"}")))
        .isNotEmpty();
  }

  private static void refusesPatch(String contentType, String patch, String place) {
    String path = "/Patient/" + Cast.patient();
    for (String language : List.of("zh", "en")) {
      HttpResponse<String> answer = patch(path, contentType, patch, "", language);
      assertThat(answer.statusCode()).as(answer.body()).isIn(400, 422);
      assertThat(Told.code(answer)).isIn("patch-failed", "profile-violated", "body-malformed");
      assertThat(Told.json(answer).at("/issue/0/details/text").asText().isBlank()).isFalse();
      if (!place.isEmpty()) {
        assertThat(Told.json(answer).at("/issue/0/expression/0").asText()).startsWith(place);
      }
      revealsNothing(answer);
    }
    assertThat(Told.json(get(path)).at("/meta/versionId").asText()).isEqualTo("1");
  }

  private static void revealsNothing(HttpResponse<String> answer) {
    assertThat(answer.body())
        .doesNotContain(
            "hapi", "HAPI", "com.github", "ca.uhn", "java.", "org.hl7.fhir", "PID", "Successfully");
  }

  private static ObjectNode wronglyChecked() {
    ObjectNode patient = Cast.patient(Cast.card());
    patient
        .withArray("identifier")
        .addObject()
        .put("system", "urn:oid:2.16.156.10011.1.3")
        .put("value", WRONG_CHECK_DIGIT);
    return patient;
  }

  private static String jsonPatch(String bundle, String id, String patch) {
    return """
        {"resourceType":"Bundle","type":"%s","entry":[{"resource":{"resourceType":"Binary",
        "contentType":"application/json-patch+json","data":"%s"},
        "request":{"method":"PATCH","url":"Patient/%s"}}]}"""
        .formatted(
            bundle, Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)), id);
  }

  private static String fhirPathPatch(String type, String path, String value) {
    return """
        {"resourceType":"Parameters","parameter":[{"name":"operation","part":[
        {"name":"type","valueCode":"%s"},{"name":"path","valueString":"%s"},
        {"name":"value",%s}]}]}"""
        .formatted(type, path, value);
  }

  private static HttpResponse<String> patch(
      String path, String contentType, String patch, String prefer, String language) {
    return send(
        request(path)
            .header("Content-Type", contentType)
            .header("Prefer", prefer)
            .header("Accept-Language", language)
            .method("PATCH", BodyPublishers.ofString(patch)));
  }

  private static HttpResponse<String> preferring(
      String method, String path, String body, String language) {
    return send(
        json(path, method, body).header("Prefer", OUTCOME).header("Accept-Language", language));
  }

  private static String success(HttpResponse<String> answer) {
    JsonNode coding = Told.json(answer).at("/issue/0/details/coding/0");
    assertThat(coding.path("system").asText())
        .as(answer.body())
        .isEqualTo("https://hutong.org/fhir/CodeSystem/success");
    return coding.path("code").asText();
  }
}
