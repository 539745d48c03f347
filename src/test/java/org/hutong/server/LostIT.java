package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the engine would leave out or write anew is refused on every way in, and told alike. */
class LostIT {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'extension':[{'url':'http://example.org/x'}]} | Patient.extension[0] | ext-1",
        "{'extension':[{'url':'http://example.org/x','extension':[{'url':'y'}]}]}"
            + " | Patient.extension[0].extension[0] | ext-1",
        "{'contained':[{'resourceType':'Organization','id':'a','name':'x'},"
            + "{'resourceType':'Organization','id':'a','name':'y'}],"
            + "'generalPractitioner':[{'reference':'#a'}]} | Patient.contained[1] | ",
        "{'contained':[{'resourceType':'Organization','id':'a','name':'x','contained':["
            + "{'resourceType':'Organization','id':'b','name':'y'}]}],"
            + "'generalPractitioner':[{'reference':'#a'}]} | Patient.contained[0].contained[0] | ",
        "{'text':{'status':'generated','div':'<div>x</div>'}} | Patient.text.div | ",
        "{'text':{'status':'generated','div':'hello'}} | Patient.text.div | ",
        "{'extension':[{'url':'http://example.org/x','valueString':'z',"
            + "'_url':{'extension':[{'url':'http://example.org/y','valueString':'z'}]}}]}"
            + " | Patient.extension[0]._url | ",
        "{'extension':[{'url':'http://example.org/x','valueString':'z',"
            + "'_id':{'extension':[{'url':'http://example.org/y','valueString':'z'}]}}]}"
            + " | Patient.extension[0]._id | ",
      })
  void isRefusedEverywhere(String part, String place, String rule) {
    String patient = patient(part);
    HttpResponse<String> told = Running.post("/Patient/$validate", patient);
    assertThat(told.statusCode()).as(told.body()).isEqualTo(200);
    assertThat(Told.places(told)).contains(place);
    HttpResponse<String> created = Running.post("/Patient", patient);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(422);
    assertThat(Told.places(created)).contains(place);
    if (rule != null) {
      assertThat(Told.rules(created)).contains(rule);
    }
    HttpResponse<String> transaction = Running.post("", bundle("transaction", patient));
    assertThat(transaction.statusCode()).as(transaction.body()).isEqualTo(422);
    assertThat(Told.places(transaction))
        .contains(place.replaceFirst("^Patient", "Bundle.entry[0].resource"));
    JsonNode batch = Told.json(Running.post("", bundle("batch", patient)));
    assertThat(batch.at("/entry/0/response/status").asText()).as(batch.toString()).startsWith("4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'extension':['x']}",
        "{'extension':[null]}",
        "{'extension':[[]]}",
        "{'_gender':{'extension':[null]}}",
        "{'modifierExtension':[{'url':'http://example.org/negates'}]}",
        "{'_implicitRules':{'extension':[{'url':'http://example.org/x','valueString':'x'}]}}",
        "{'generalPractitioner':[{'reference':'http://x y'}]}",
        "{'generalPractitioner':[{'reference':'http://['}]}",
      })
  void isNoErrorOfTheServer(String part) {
    String patient = patient(part);
    assertThat(Running.post("/Patient/$validate", patient).statusCode()).isLessThan(500);
    HttpResponse<String> created = Running.post("/Patient", patient);
    assertThat(created.statusCode()).as(created.body()).isBetween(400, 422);
    HttpResponse<String> transaction = Running.post("", bundle("transaction", patient));
    assertThat(transaction.statusCode()).as(transaction.body()).isBetween(400, 422);
    HttpResponse<String> batch = Running.post("", bundle("batch", patient));
    assertThat(batch.statusCode()).as(batch.body()).isLessThan(500);
    assertThat(Told.json(batch).at("/entry/0/response/status").asText()).startsWith("4");
  }

  @Test
  void refusesTwoValuesOfOneExtensionInXml() {
    String card = Cast.card();
    String patient =
        """
        <Patient xmlns="http://hl7.org/fhir">
          <extension url="http://example.org/x">
            <valueString value="a"/><valueBoolean value="true"/>
          </extension>
          <identifier><system value="%s"/><value value="%s"/></identifier>
          <name><text value="李秀兰"/></name><gender value="female"/>
          <managingOrganization><reference value="Organization/%s"/></managingOrganization>
        </Patient>
        """
            .formatted(Cast.HEALTH_CARD, card, Cast.hospital());
    HttpResponse<String> created =
        Running.send(
            Running.request("/Patient")
                .header("Content-Type", "application/fhir+xml")
                .POST(BodyPublishers.ofString(patient)));
    assertThat(created.statusCode()).as(created.body()).isEqualTo(422);
  }

  @Test
  void takesAChainOfWhatIsContainedForTooInvolved() {
    ObjectNode patient = Cast.patient(Cast.card());
    for (int i = 0; i < 4000; i++) {
      ObjectNode contained = patient.withArray("contained").addObject();
      contained.put("resourceType", "Organization").put("id", "a" + i).put("name", "x");
      if (i < 3999) {
        contained.putObject("partOf").put("reference", "#a" + (i + 1));
      }
    }
    patient.withArray("generalPractitioner").addObject().put("reference", "#a0");
    HttpResponse<String> created = Running.post("/Patient", patient.toString());
    assertThat(created.statusCode()).as(created.body()).isEqualTo(422);
    assertThat(Told.code(created)).isEqualTo("too-costly");
    HttpResponse<String> told = Running.post("/Patient/$validate", patient.toString());
    assertThat(told.statusCode()).as(told.body()).isLessThan(500);
  }

  private static String patient(String part) {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.remove(java.util.List.of("text", "extension"));
    patient.setAll((ObjectNode) Told.json(part.replace('\'', '"')));
    return patient.toString();
  }

  private static String bundle(String type, String resource) {
    return """
        {"resourceType":"Bundle","type":"%s","entry":[
          {"request":{"method":"POST","url":"Patient"},"resource":%s}]}"""
        .formatted(type, resource);
  }
}
