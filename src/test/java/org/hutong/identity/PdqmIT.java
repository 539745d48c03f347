package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The searches of IHE PDQm, ITI-78. */
class PdqmIT {
  private static String whole = "";
  private static String textOnly = "";
  private static String dotted = "";

  @BeforeAll
  static void register() {
    ObjectNode patient = patient("欧阳娜娜");
    ((ObjectNode) patient.at("/name/0")).put("family", "欧阳").putArray("given").add("娜娜");
    patient.put("active", true);
    patient.putArray("telecom").addObject().put("system", "phone").put("value", "12099990078");
    ObjectNode address = patient.putArray("address").addObject();
    address.put("text", "云泽县青石镇石桥村三组12号").put("country", "CN").put("state", "某省");
    address.put("city", "宁川市").put("postalCode", "159981").putArray("line").add("石桥村三组12号");
    patient
        .putArray("extension")
        .addObject()
        .put("url", "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName")
        .put("valueString", "司马静");
    whole = store(patient);
    ObjectNode other = patient("歐陽娜娜").put("active", false);
    other.putArray("address").addObject().put("text", "宁川市云泽县白石镇石桥村三组7号");
    textOnly = store(other);
    dotted = store(patient("阿依古丽·买买提"));
    store(patient("王建国"));
  }

  private static ObjectNode patient(String name) {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.remove(List.of("telecom", "address", "contact", "extension", "active"));
    patient.putArray("name").addObject().put("text", name);
    return patient;
  }

  private static String store(ObjectNode patient) {
    HttpResponse<String> created = Running.post("/Patient", patient.toString());
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    return Told.id(created);
  }

  /** Those of ours that are found; others of the shared server are no business of this test. */
  private static List<String> found(String query) {
    StringBuilder encoded = new StringBuilder();
    for (String pair : query.split("&")) {
      String[] parts = pair.split("=", 2);
      encoded
          .append('&')
          .append(parts[0])
          .append('=')
          .append(URLEncoder.encode(parts[1], StandardCharsets.UTF_8));
    }
    HttpResponse<String> answer =
        Running.get("/Patient?_id=" + whole + "," + textOnly + "," + dotted + encoded);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Told.ids(answer).stream()
        .map(id -> id.equals(whole) ? "whole" : id.equals(textOnly) ? "text" : "dotted")
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "family=欧阳, text whole",
    "family=欧, text whole",
    "family=歐陽, text whole",
    "family=娜娜, ''",
    "family=阿依古丽, ''",
    "family:exact=欧阳, text whole",
    "family:exact=欧, ''",
    "given=娜娜, text whole",
    "given=娜, text whole",
    "given=欧阳, ''",
    "given:exact=娜娜, text whole",
    "given=阿依古丽, dotted",
    "given=买买提, dotted",
    "family=欧阳&given=娜娜, text whole",
    "family=欧阳&gender=female, text whole",
    "family=欧阳&birthdate=1958-03-14, text whole",
    "active=true, whole",
    "active=false, text",
    "telecom=12099990078, whole",
    "telecom=phone|12099990078, whole",
    "address=某省, whole",
    "address=石桥村, text whole",
    "address=宁川市, text whole",
    "address=云泽县, text",
    "address=白石镇石桥村, text",
    "address=三组7号, text",
    "address=石, text whole",
    "address=桥村, ''",
    "address:exact=宁川, ''",
    "address-city=宁川, whole",
    "address-city:exact=宁川, ''",
    "address-country=CN, whole",
    "address-state=某省, whole",
    "address-postalcode=159981, whole",
    "mothersMaidenName=司马, whole",
    "mothersMaidenName:exact=司马静, whole"
  })
  void finds(String query, String expected) {
    assertThat(String.join(" ", found(query))).isEqualTo(expected);
  }

  @Test
  void findsByPostAsWell() {
    HttpResponse<String> answer =
        Running.send(
            Running.request("/Patient/_search")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    java.net.http.HttpRequest.BodyPublishers.ofString(
                        "family="
                            + URLEncoder.encode("欧阳", StandardCharsets.UTF_8)
                            + "&_id="
                            + textOnly)));
    assertThat(Told.ids(answer)).containsExactly(textOnly);
  }
}
