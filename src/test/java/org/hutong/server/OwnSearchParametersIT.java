package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The search parameters that our package adds to those of R4 find what they name. */
class OwnSearchParametersIT {
  private static final String BASE = "https://hutong.org/fhir";

  private static String patient = "";
  private static String township = "";
  private static Map<String, String> stored = Map.of();

  @BeforeAll
  static void storeOneOfEach() {
    patient = Cast.patient();
    township =
        store(
            numbered(
                told("Organization-qinghe-township-health-centre", "partOf"),
                BASE + "/sid/licence-no"));
    String practitioner =
        store(numbered(told("Practitioner-ouyang-jing"), "urn:oid:2.16.156.10011.1.4"));
    ObjectNode referral =
        numbered(
            told("ServiceRequest-referral-up", "encounter", "supportingInfo", "requester"),
            BASE + "/sid/referral-no");
    referral.putObject("requester").put("reference", "Organization/" + township);
    ObjectNode role = told("PractitionerRole-ouyang-jing-yunze", "practitioner");
    role.putObject("practitioner").put("reference", "Practitioner/" + practitioner);
    stored =
        Map.of(
            "Patient", patient,
            "Organization", township,
            "ServiceRequest", store(referral),
            "PractitionerRole", store(role),
            "Encounter",
                store(
                    told(
                        "Encounter-county-admission",
                        "identifier",
                        "basedOn",
                        "participant",
                        "diagnosis")),
            "Procedure",
                store(
                    told("Procedure-coronary-stent", "encounter", "performer", "reasonReference")),
            "DiagnosticReport",
                store(
                    told(
                        "DiagnosticReport-coronary-angiography-report",
                        "encounter",
                        "resultsInterpreter",
                        "imagingStudy")));
  }

  @ParameterizedTest
  @CsvSource({
    "ServiceRequest, direction=up, direction=down",
    "ServiceRequest, direction={base}/CodeSystem/referral-direction%7Cup, direction=urn:x%7Cup",
    "ServiceRequest, green-channel=chest-pain, green-channel=stroke",
    "ServiceRequest, requester-organization=Organization/{township}, "
        + "requester-organization=Organization/{hospital}",
    "ServiceRequest, requester-organization.tier=township, requester-organization.tier=village",
    "Encounter, disposition=3, disposition=1",
    "Encounter, service-type=0304, service-type=02",
    "Encounter, co-managed-with=Organization/{township}, "
        + "co-managed-with=Organization/{hospital}",
    "Procedure, level=4, level=3",
    "Organization, tier=township, tier=county",
    "Organization, division=159981, division=159900",
    "Patient, division=159981102, division=159900",
    "PractitionerRole, secondment=co-managed-ward, secondment=resident",
    "PractitionerRole, home-organization=Organization/{township}, "
        + "home-organization=Organization/{hospital}",
    "DiagnosticReport, recognition=recognised, recognition=declined",
  })
  void finds(String type, String right, String wrong) {
    assertThat(found(type, right)).isEqualTo(1);
    assertThat(found(type, wrong)).isZero();
  }

  @Test
  void isNamedInTheCapabilityStatementByItsOwnDefinition() {
    JsonNode rest = Told.json(Running.get("/metadata")).at("/rest/0");
    assertThat(rest.path("resource").findValuesAsText("definition"))
        .contains(BASE + "/SearchParameter/ServiceRequest-direction");
  }

  private static int found(String type, String query) {
    String resolved =
        query
            .replace("{base}", BASE)
            .replace("{township}", township)
            .replace("{hospital}", Cast.hospital());
    HttpResponse<String> answer =
        Running.get("/" + type + "?_id=" + stored.get(type) + "&" + resolved);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Told.json(answer).path("entry").size();
  }

  /** A resource of the story among those that are stored here, without some of its elements. */
  private static ObjectNode told(String name, String... without) {
    ObjectNode resource = Cast.story(name);
    resource.remove(List.of(without));
    return (ObjectNode)
        Told.json(
            resource
                .toString()
                .replaceAll("Organization/(?!yunze)[a-z-]+\"", "Organization/" + township + "\"")
                .replace("Organization/yunze-county-hospital", "Organization/" + Cast.hospital())
                .replace("Patient/li-xiulan", "Patient/" + patient));
  }

  /** The same with one number that nothing else has: the story finds its own by their numbers. */
  private static ObjectNode numbered(ObjectNode resource, String system) {
    resource
        .putArray("identifier")
        .addObject()
        .put("system", system)
        .put("value", Running.unique());
    return resource;
  }

  private static String store(ObjectNode resource) {
    return Told.id(Running.post("/" + resource.path("resourceType").asText(), resource.toString()));
  }
}
