package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.delete;
import static org.hutong.Running.get;
import static org.hutong.Running.json;
import static org.hutong.Running.post;
import static org.hutong.Running.request;
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
import org.junit.jupiter.params.provider.ValueSource;

/** {@code $validate} says what the write gate would say, and what the parser would stumble over. */
class ValidateIT {
  private static final String PATIENT_PROFILE =
      "https://hutong.org/fhir/StructureDefinition/hutong-patient";

  @ParameterizedTest
  @CsvSource({"zh, 校验通过", "en, Valid"})
  void saysInTheCallersLanguageThatAResourceIsValid(String language, String words) {
    HttpResponse<String> answer =
        validate("/Patient/$validate", Cast.patient(Cast.card()).toString(), language);
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode issues = Told.json(answer).path("issue");
    assertThat(issues).hasSize(2);
    assertThat(issues.at("/1/severity").asText()).isEqualTo("information");
    assertThat(issues.at("/1/details/text").asText()).contains(PATIENT_PROFILE);
    assertThat(issues.at("/1/diagnostics").isMissingNode()).isTrue();
    assertThat(issues.at("/0/severity").asText()).isEqualTo("information");
    assertThat(issues.at("/0/code").asText()).isEqualTo("informational");
    assertThat(issues.at("/0/details/text").asText()).isEqualTo(words);
    assertThat(answer.headers().firstValue("Content-Language").orElse("")).startsWith(language);
    assertThat(answer.body()).doesNotContain("HAPI", "hapi", "org.hl7", "ca.uhn", "No issues");
  }

  @ParameterizedTest
  @CsvSource({"zh, 缺少必需的元素, 请补上该元素", "en, The required element is missing, Add the element"})
  void tellsTheRuleTheWordsAndTheMendOfTheGate(String language, String what, String mend) {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.remove(List.of("gender", "_gender"));
    HttpResponse<String> answer = validate("/Patient/$validate", patient.toString(), language);
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode issue = Told.json(answer).at("/issue/0");
    assertThat(issue.path("severity").asText()).isEqualTo("error");
    assertThat(issue.at("/details/text").asText()).startsWith(what).contains("Patient.gender");
    assertThat(issue.at("/details/coding/1/code").asText()).isEqualTo("Patient.gender.min");
    assertThat(issue.path("diagnostics").asText()).startsWith(mend);
    HttpResponse<String> refused = post("/Patient", patient.toString());
    assertThat(Told.rules(refused)).isEqualTo(Told.rules(answer));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gender | \"nope\" | Patient.gender",
        "nickname | \"x\" | Patient",
        "birthDate | \"12.10.1958\" | Patient.birthDate",
        "multipleBirthInteger | \"x\" | Patient.multipleBirth",
        "contact | \"x\" | Patient.contact",
        "modifierExtension | [{\"url\":\"https://example.org/x\",\"valueBoolean\":true}] |"
            + " Patient.modifierExtension[0]",
        "implicitRules | \"https://example.org/rules\" | Patient.implicitRules"
      })
  void tellsWhatAWriteCouldNotEvenRead(String element, String value, String place) {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.set(element, Told.json(value));
    HttpResponse<String> answer = validate("/Patient/$validate", patient.toString(), "zh");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<String> places = new ArrayList<>();
    for (JsonNode issue : Told.json(answer).path("issue")) {
      if (issue.path("severity").asText().equals("error")) {
        places.add(issue.at("/expression/0").asText());
      }
    }
    assertThat(places).as(answer.body()).anyMatch(at -> at.startsWith(place));
    HttpResponse<String> refused = post("/Patient", patient.toString());
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(errors(refused)).isEqualTo(errors(answer));
  }

  /** What the write finds beside the profile. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "meta | {\"profile\":[\"\"]} | Patient.meta.profile",
        "meta | {\"profile\":[null]} | Patient.meta.profile",
        "managingOrganization | {\"reference\":\"Organization?foo=1\"} | Patient.managingOrganization",
        "managingOrganization | {\"reference\":\"Organization?identifier=%zz\"} |"
            + " Patient.managingOrganization",
        "managingOrganization | {\"reference\":\"Organization?\"} | Patient.managingOrganization",
      })
  void tellsWhatNoWriteTakes(String element, String value, String place) {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.set(element, Told.json(value));
    HttpResponse<String> answer = validate("/Patient/$validate", patient.toString(), "zh");
    assertThat(errors(answer)).as(answer.body()).anyMatch(error -> error.startsWith(place));
    HttpResponse<String> refused = post("/Patient", patient.toString());
    assertThat(refused.statusCode()).as(refused.body()).isBetween(400, 499);
    assertThat(errors(refused)).as(answer.body()).anyMatch(error -> error.startsWith(place));
  }

  /** A vital sign is held to its profile by whatever spelling its category names its table. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://terminology.hl7.org/CodeSystem/observation-category",
        "HTTP://terminology.hl7.org/CodeSystem/observation-category/",
        "http://hl7.org/fhir/observation-category",
        "http://terminology.hl7.org/CodeSystem/observation-category|4.0.1",
      })
  void choosesTheProfileByEverySpellingOfItsTable(String system) {
    HttpResponse<String> answer =
        post(
            "/Observation",
            """
            {"resourceType":"Observation","status":"final","code":{"text":"体温"},
            "category":[{"coding":[{"system":"%s","code":"vital-signs"}]}],
            "subject":{"reference":"Patient/nobody"}}"""
                .formatted(system));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body())
        .contains(system.contains("|") ? "category.coding.system.relative" : "hutong-vital-1");
  }

  /** Place, rule, words and mend of each error. */
  private static List<String> errors(HttpResponse<String> answer) {
    List<String> errors = new ArrayList<>();
    for (JsonNode issue : Told.json(answer).path("issue")) {
      if (issue.path("severity").asText().equals("error")) {
        errors.add(
            issue.at("/expression/0").asText()
                + issue.path("details")
                + issue.path("diagnostics").asText());
      }
    }
    errors.sort(String::compareTo);
    return errors;
  }

  @Test
  void takesTheResourceWithinParametersInJsonAndXml() {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.put("gender", "nope");
    HttpResponse<String> json =
        post(
            "/Patient/$validate",
            """
            {"resourceType":"Parameters","parameter":[{"name":"resource","resource":%s},
            {"name":"mode","valueCode":"create"},{"name":"profile","valueUri":"%s"}]}"""
                .formatted(patient, PATIENT_PROFILE));
    assertThat(json.statusCode()).as(json.body()).isEqualTo(200);
    assertThat(json.body()).contains("Patient.gender", "\"error\"");
    HttpResponse<String> xml =
        send(
            request("/Patient/$validate")
                .header("Content-Type", "application/fhir+xml")
                .POST(
                    BodyPublishers.ofString(
                        """
                        <Parameters xmlns="http://hl7.org/fhir"><parameter><name value="resource"/>
                        <resource><Patient><gender value="nope"/></Patient></resource></parameter>
                        <parameter><name value="mode"/><valueCode value="create"/></parameter>
                        </Parameters>""")));
    assertThat(xml.statusCode()).as(xml.body()).isEqualTo(200);
    assertThat(xml.body()).contains("Patient.gender", "Patient.name");
    HttpResponse<String> bare =
        send(
            request("/Patient/$validate")
                .header("Content-Type", "application/fhir+xml")
                .POST(
                    BodyPublishers.ofString(
                        "<Patient xmlns=\"http://hl7.org/fhir\"><gender value=\"male\"/></Patient>")));
    assertThat(bare.body()).contains("Patient.name");
  }

  @Test
  void saysHowToBeHeldToANarrowerProfile() {
    HttpResponse<String> answer =
        validate(
            "/ServiceRequest/$validate",
            """
            {"resourceType":"ServiceRequest","status":"active","intent":"order",
             "subject":{"reference":"Patient/1"}}""",
            "zh");
    JsonNode issues = Told.json(answer).path("issue");
    JsonNode held = issues.path(issues.size() - 1);
    assertThat(held.at("/details/text").asText()).contains("hutong-service-request");
    assertThat(held.path("diagnostics").asText())
        .contains("hutong-referral", "ServiceRequest.category", "request-category#referral");
  }

  @Test
  void namesTheProfileThatIsMeant() {
    HttpResponse<String> answer =
        validate(
            "/Patient/$validate?profile=" + PATIENT_PROFILE.replace("hutong-patient", "patient"),
            Cast.patient(Cast.card()).toString(),
            "en");
    assertThat(Told.code(answer)).isEqualTo("profile-unknown");
    assertThat(answer.body()).contains("Did you mean " + PATIENT_PROFILE + "?");
  }

  @Test
  void holdsAResourceToTheProfileNamed() {
    String request =
        """
        {"resourceType":"ServiceRequest","status":"active","intent":"order",
         "subject":{"reference":"Patient/1"}}""";
    assertThat(severities(validate("/ServiceRequest/$validate", request, "zh")))
        .doesNotContain("error");
    assertThat(
            severities(
                validate(
                    "/ServiceRequest/$validate?profile="
                        + "https://hutong.org/fhir/StructureDefinition/hutong-referral",
                    request,
                    "zh")))
        .contains("error");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://hutong.org/fhir/StructureDefinition/nope",
        "https://example.org/nope",
        "https://hutong.org/fhir/StructureDefinition/hutong-encounter",
        "http://hl7.org/fhir/StructureDefinition/HumanName"
      })
  void refusesAProfileThatIsUnknownOrOfAnotherType(String profile) {
    HttpResponse<String> answer =
        validate(
            "/Patient/$validate?profile=" + profile, Cast.patient(Cast.card()).toString(), "en");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("profile-unknown");
    assertThat(Told.json(answer).at("/issue/0/details/text").asText()).contains(profile);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/Patient/$validate | {\"resourceType\":\"Organization\"} | type-mismatch",
        "/Patient/$validate | {\"resourceType\":\"Parameters\"} | parameter-missing",
        "/Patient/$validate | {\"name\":[]} | body-malformed",
        "/Patient/$validate?mode=nope | {\"resourceType\":\"Patient\"} | parameter-invalid",
        "/Patient/$validate?mode=update | {\"resourceType\":\"Patient\"} | parameter-invalid",
        "/Patient/$validate?mode=delete | {\"resourceType\":\"Patient\"} | parameter-invalid",
        "/Patient/$validate?nope=1 | {\"resourceType\":\"Patient\"} | parameter-unknown",
        "/Patient/$validate?profile=a&profile=b | {\"resourceType\":\"Patient\"} |"
            + " parameter-invalid"
      })
  void refusesARequestThatIsNone(String path, String body, String code) {
    HttpResponse<String> answer = post(path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo(code);
  }

  @Test
  void examinesABundleAndEachResourceInIt() {
    ObjectNode patient = Cast.patient(Cast.card());
    String bundle =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[
         {"fullUrl":"urn:uuid:6d1b3c52-0000-4000-8000-000000000001","resource":%s,
          "request":{"method":"POST","url":"Patient"}},
         {"resource":%s,"request":{"method":"POST","url":"Observation"}}]}""";
    ObjectNode observation = Cast.observation("x");
    observation
        .putObject("subject")
        .put("reference", "urn:uuid:6d1b3c52-0000-4000-8000-000000000001");
    assertThat(
            severities(validate("/Bundle/$validate", bundle.formatted(patient, observation), "zh")))
        .containsOnly("information");

    patient.put("gender", "nope").put("nickname", "x");
    observation.remove("status");
    String bad = bundle.formatted(patient, observation);
    HttpResponse<String> answer = validate("/Bundle/$validate", bad, "zh");
    assertThat(severities(answer)).containsOnly("error");
    HttpResponse<String> refused = send(json("", "POST", bad).header("Accept-Language", "zh"));
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(errors(answer)).isEqualTo(errors(refused)).hasSize(3);
    assertThat(post("/Bundle/$validate", "{\"resourceType\":\"Patient\"}").statusCode())
        .isEqualTo(400);
    assertThat(get("/Bundle/1/$validate").statusCode()).isBetween(400, 405);
    assertThat(post("/Bundle", bad).statusCode()).isBetween(400, 405);
  }

  @Test
  void looksAtAnInstance() {
    String id = Cast.patient();
    ObjectNode patient = (ObjectNode) Told.json(get("/Patient/" + id));
    String path = "/Patient/" + id + "/$validate";
    assertThat(severities(get(path + "?profile=" + PATIENT_PROFILE))).containsOnly("information");
    assertThat(severities(validate(path + "?mode=update", patient.toString(), "zh")))
        .containsOnly("information");
    patient.put("id", "another");
    HttpResponse<String> other = validate(path + "?mode=update", patient.toString(), "zh");
    assertThat(other.statusCode()).isEqualTo(200);
    assertThat(Told.codes(other)).contains("id-mismatch");
    assertThat(get("/Patient/nobody/$validate").statusCode()).isEqualTo(404);
  }

  @Test
  void tellsWhetherAResourceMayBeDeleted() {
    String id = Cast.patient();
    String path = "/Patient/" + id + "/$validate?mode=delete";
    assertThat(severities(get(path))).containsExactly("information");
    String observation = Told.id(post("/Observation", Cast.observation(id).toString()));
    HttpResponse<String> referenced = get(path);
    assertThat(referenced.statusCode()).as(referenced.body()).isEqualTo(200);
    assertThat(Told.codes(referenced)).containsExactly("referenced-still");
    assertThat(get("/Patient/" + id).statusCode()).isEqualTo(200);
    delete("/Observation/" + observation);
    delete("/Patient/" + id);
    assertThat(get(path).statusCode()).isEqualTo(410);
  }

  private static HttpResponse<String> validate(String path, String body, String language) {
    return send(json(path, "POST", body).header("Accept-Language", language));
  }

  private static List<String> severities(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<String> severities = new ArrayList<>();
    Told.json(answer)
        .path("issue")
        .forEach(issue -> severities.add(issue.path("severity").asText()));
    return severities;
  }
}
