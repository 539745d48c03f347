package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.get;
import static org.hutong.Running.request;
import static org.hutong.Running.send;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a patch that fails the answer says which operation, what it is about, and why. */
class PatchErrorsIT {
  private static final String JSON = "application/json-patch+json";
  private static final String XML = "application/xml-patch+xml";
  private static final String FHIR = "application/fhir+json";

  /** An operation that can be carried out, so that the second is the one that fails. */
  private static final String GOOD = op("replace", "Patient.birthDate", "valueDate", "1958-03-15");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replace | Patient.photo[0].title | valueString | 1 | 没有它所指的元素 | no such element",
        "replace | Patient.shoeSize | valueString | 1 | 没有它所指的元素 | no such element",
        "replace | Patient.name ¦ Patient.identifier | valueString | 1 | 2 个元素 | 2 elements",
        "replace | Patient.name[ | valueString | 1 | 不是可用的 FHIRPath | no FHIRPath",
        "replace | Patient.birthDate | valueString | soon | 所给的值 | does not fit",
        "replace | Patient.gender | valueCode | nix | 所给的值 | does not fit",
        "delete | Patient.name ¦ Patient.identifier | valueString | 1 | 2 个元素 | 2 elements",
      })
  void namesTheOperationOfAFhirPathPatch(
      String type, String path, String value, String given, String zh, String en) {
    String operation = op(type, path.replace('¦', '|'), value, given);
    refused(FHIR, parameters(GOOD, operation), "Parameters.parameter[1]", zh, en);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "birthDate | valueDate | 1960-01-01 | 已有值 | there already",
        "shoeSize | valueString | 1 | 没有名为 shoeSize | no element called shoeSize",
        "telecom | valueString | 138 | 类型 string | type string",
        "contact | valueCode | x | 类型 code | type code",
      })
  void namesTheAdditionThatDoesNotFit(
      String name, String value, String given, String zh, String en) {
    String operation =
        op("add", "Patient", value, given)
            .replaceFirst(
                "\\{\"name\":\"path\"",
                "{\"name\":\"name\",\"valueString\":\"" + name + "\"},{\"name\":\"path\"");
    refused(FHIR, parameters(GOOD, operation), "Parameters.parameter[1]", zh, en);
  }

  @Test
  void namesTheIndexThatIsOutOfRange() {
    String insert =
        """
        {"name":"operation","part":[{"name":"type","valueCode":"insert"},
        {"name":"path","valueString":"Patient.name"},{"name":"index","valueInteger":9},
        {"name":"value","valueHumanName":{"text":"x"}}]}""";
    refused(FHIR, parameters(insert), "Parameters.parameter[0]", "index 是 9", "index is 9");
    String move =
        """
        {"name":"operation","part":[{"name":"type","valueCode":"move"},
        {"name":"path","valueString":"Patient.identifier"},{"name":"source","valueInteger":0},
        {"name":"destination","valueInteger":5}]}""";
    refused(FHIR, parameters(move), "Parameters.parameter[0]", "destination 是 5", "is 5");
  }

  @Test
  void refusesAPathThatIsNoText() {
    String path =
        """
        {"name":"operation","part":[{"name":"type","valueCode":"delete"},
        {"name":"path","valueInteger":3}]}""";
    refused(FHIR, parameters(path), "Parameters.parameter[0]", "valueString", "valueString");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'op':'remove','path':'/photo/0'} | 不存在 | not there",
        "{'op':'add','path':'/name/9','value':{'text':'x'}} | 越界 | out of range",
        "{'op':'test','path':'/gender','value':'male'} | test 不成立 | does not hold",
      })
  void namesTheOperationOfAJsonPatch(String operation, String zh, String en) {
    String good = "{'op':'replace','path':'/birthDate','value':'1958-03-15'}";
    refused(JSON, ("[" + good + "," + operation + "]").replace('\'', '"'), "$[1]", zh, en);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<remove sel='f:Patient/f:telecom[2]'/> | 没有它所指的元素 | no such element",
        "<remove sel='//f:value'/> | 个元素 | elements",
        "<remove sel='Patient/gender'/> | 没有它所指的元素 | no such element",
        "<remove sel='g:Patient/g:gender'/> | 前缀没有声明 | not declared",
        "<remove sel='f:Patient/f:gen['/> | 不是可用的 XPath | no XPath",
        "<remove/> | 缺少属性 sel | lacks the attribute sel",
        "<frob sel='f:Patient/f:gender'/> | 须是 add、replace、remove | none of add",
      })
  void namesTheOperationOfAnXmlPatch(String operation, String zh, String en) {
    refused(XML, diff(operation), "diff[1]", zh, en);
  }

  @Test
  void refusesAnXmlPatchThatIsNoDiff() {
    refused(XML, "<patch xmlns:f='http://hl7.org/fhir'/>", "diff", "须是 diff", "is diff");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<replace sel='f:Patient/f:gender/@value'>nix</replace> | Patient.gender",
        "<replace sel='f:Patient/f:birthDate/@value'>1958/03/14</replace> | Patient.birthDate",
        "<add sel='f:Patient'><f:shoeSize value='1'/></add> | Patient.shoeSize",
      })
  void tellsOfTheResultOfAnXmlPatchWhatItWouldTellOfAnUpdate(String operation, String place) {
    HttpResponse<String> answer = patch("/Patient/" + Cast.patient(), XML, diff(operation), "zh");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Told.code(answer)).isEqualTo("profile-violated");
    assertThat(Told.places(answer).get(0)).startsWith(place);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9", "null"})
  void letsNoPatchGiveTheResourceAVersion(String version) {
    String path = "/Patient/" + Cast.patient();
    String json =
        "[{\"op\":\"replace\",\"path\":\"/meta\",\"value\":{\"versionId\":\"%s\"}}]"
            .formatted(version);
    HttpResponse<String> answer = patch(path, JSON, json, "zh");
    assertThat(Told.code(answer)).isEqualTo("patch-failed");
    String meta =
        parameters(op("replace", "Patient.meta", "valueMeta", "{}"))
            .replace("\"{}\"", "{\"versionId\":\"" + version + "\"}");
    assertThat(Told.code(patch(path, FHIR, meta, "zh"))).isEqualTo("patch-failed");
    assertThat(Told.json(get(path)).at("/meta/versionId").asText()).isEqualTo("1");
  }

  @Test
  void changesAChoiceOfTypesBySeveralNames() {
    String path = "/Patient/" + Cast.patient();
    String add =
        op("add", "Patient", "valueBoolean", "true")
            .replace("\"true\"", "true")
            .replaceFirst(
                "\\{\"name\":\"path\"",
                "{\"name\":\"name\",\"valueString\":\"deceased\"},{\"name\":\"path\"");
    HttpResponse<String> added = patch(path, FHIR, parameters(add), "zh");
    assertThat(Told.json(added).path("deceasedBoolean").asBoolean()).as(added.body()).isTrue();
    String replace = op("replace", "Patient.deceased", "valueDateTime", "2026-01-01");
    HttpResponse<String> replaced = patch(path, FHIR, parameters(replace), "zh");
    assertThat(Told.json(replaced).path("deceasedDateTime").asText())
        .as(replaced.body())
        .isEqualTo("2026-01-01");
    HttpResponse<String> again = patch(path, FHIR, parameters(add), "zh");
    assertThat(again.body()).contains("已有值");
  }

  @Test
  void saysHowAJsonPatchIsWritten() {
    String path = "/Patient/" + Cast.patient();
    String json = "application/json-patch+json";
    assertThat(patch(path, json, "[{\"op\":\"set\",\"path\":\"/gender\"}]", "zh").body())
        .contains("没有操作“set”", "RFC 6902", "$[0].op");
    assertThat(patch(path, json, "{\"op\":\"remove\",\"path\":\"/gender\"}", "en").body())
        .contains("array of operations", "RFC 6902");
  }

  @Test
  void saysWhatAPatchIsToAnotherResource() {
    HttpResponse<String> answer =
        patch("/Patient/" + Cast.patient(), FHIR, "{\"resourceType\":\"Patient\"}", "zh");
    assertThat(Told.code(answer)).isEqualTo("patch-failed");
    assertThat(answer.body()).contains("补丁须是 Parameters");
  }

  @Test
  void findsNoPatientUnderAnotherType() {
    HttpResponse<String> answer = patch("/Flag/" + Cast.patient(), FHIR, parameters(GOOD), "zh");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).doesNotContain("not known");
  }

  // In a Bundle.

  @Test
  void namesEntryAndOperationInATransaction() {
    String nothing = op("replace", "Patient.photo.title", "valueString", "1");
    HttpResponse<String> fhir = transaction(parameters(GOOD, nothing));
    assertThat(fhir.statusCode()).as(fhir.body()).isEqualTo(422);
    assertThat(Told.places(fhir)).containsExactly("Bundle.entry[1].resource.parameter[1]");
    HttpResponse<String> json =
        transaction(binary(JSON, "[{\"op\":\"remove\",\"path\":\"/photo/0\"}]"));
    assertThat(Told.places(json)).containsExactly("Bundle.entry[1].resource");
    assertThat(json.body()).contains("第 1 个操作（remove /photo/0）");
    HttpResponse<String> xml = transaction(binary(XML, diff("<remove sel='f:Patient/f:photo'/>")));
    assertThat(Told.places(xml)).containsExactly("Bundle.entry[1].resource");
    assertThat(xml.body()).contains("第 2 个操作");
  }

  @Test
  void namesTheEntryWhoseResultBreaksARule() {
    for (String patch :
        List.of(
            parameters(op("delete", "Patient.identifier", "valueString", "")),
            binary(JSON, "[{\"op\":\"remove\",\"path\":\"/identifier\"}]"),
            binary(JSON, "[{\"op\":\"add\",\"path\":\"/shoeSize\",\"value\":\"1\"}]"))) {
      HttpResponse<String> answer = transaction(patch);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
      assertThat(Told.code(answer)).isEqualTo("profile-violated");
      assertThat(Told.places(answer).get(0)).isEqualTo("Bundle.entry[1].resource");
      assertThat(Told.json(answer).at("/issue/0/expression/1").asText()).startsWith("Patient.");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"W10=\"}",
        "{\"resourceType\":\"Binary\",\"contentType\":\"application/fhir+json\",\"data\":\"e30=\"}",
        "{\"resourceType\":\"Binary\",\"contentType\":\"application/json-patch+json\"}",
        "{\"resourceType\":\"Flag\",\"status\":\"active\"}",
      })
  void saysHowABundleCarriesAPatch(String patch) {
    HttpResponse<String> answer = transaction(patch);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Told.code(answer)).isEqualTo("patch-failed");
    assertThat(Told.places(answer)).containsExactly("Bundle.entry[1].resource");
  }

  @Test
  void readsNoDoctypeOfAPatchWithinABinary() {
    HttpResponse<String> answer =
        transaction(
            binary(
                XML,
                "<!DOCTYPE diff [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
                    + "<diff xmlns:f='http://hl7.org/fhir'>"
                    + "<replace sel='f:Patient/f:name/f:text/@value'>&x;</replace></diff>"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("body-malformed");
  }

  private static void refused(String type, String patch, String at, String zh, String en) {
    String path = "/Patient/" + Cast.patient();
    HttpResponse<String> chinese = patch(path, type, patch, "zh");
    assertThat(chinese.statusCode()).as(chinese.body()).isEqualTo(422);
    assertThat(Told.code(chinese)).isEqualTo("patch-failed");
    assertThat(Told.places(chinese)).containsExactly(at);
    assertThat(chinese.body()).contains(zh);
    assertThat(patch(path, type, patch, "en").body()).contains(en);
    assertThat(Told.json(get(path)).at("/meta/versionId").asText()).isEqualTo("1");
  }

  private static HttpResponse<String> patch(
      String path, String type, String patch, String language) {
    return send(
        request(path)
            .header("Content-Type", type)
            .header("Accept-Language", language)
            .method("PATCH", BodyPublishers.ofString(patch)));
  }

  /** The patch of a patient, after an entry that is good and before one that is. */
  private static HttpResponse<String> transaction(String patch) {
    String good =
        "{\"resource\":%s,\"request\":{\"method\":\"%s\",\"url\":\"Patient\"}}"
            .formatted(Cast.patient(Cast.card()), "POST");
    return Running.post(
        "",
        """
        {"resourceType":"Bundle","type":"transaction","entry":[%s,{"resource":%s,
        "request":{"method":"PATCH","url":"Patient/%s"}},%s]}"""
            .formatted(good, patch, Cast.patient(), good));
  }

  private static String binary(String type, String patch) {
    return "{\"resourceType\":\"Binary\",\"contentType\":\"%s\",\"data\":\"%s\"}"
        .formatted(
            type, Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)));
  }

  private static String diff(String operation) {
    return "<diff xmlns:f='http://hl7.org/fhir'><replace sel='f:Patient/f:birthDate/@value'>"
        + "1958-03-15</replace>"
        + operation
        + "</diff>";
  }

  private static String parameters(String... operations) {
    return "{\"resourceType\":\"Parameters\",\"parameter\":[%s]}"
        .formatted(String.join(",", operations));
  }

  /** An operation; without value when that is empty. */
  private static String op(String type, String path, String name, String value) {
    String given =
        value.isEmpty() ? "" : ",{\"name\":\"value\",\"%s\":\"%s\"}".formatted(name, value);
    return "{\"name\":\"operation\",\"part\":[{\"name\":\"type\",\"valueCode\":\"%s\"},{\"name\":\"path\",\"valueString\":\"%s\"}%s]}"
        .formatted(type, path, given);
  }
}
