package org.hutong.directory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.fhir.Canonical;
import org.jspecify.annotations.Nullable;

/** Institutions and staff that a test registers for itself. */
final class Registered {
  private Registered() {}

  /** A registration number that no other institution has. */
  static String licence() {
    return "PDY" + Running.unique().replace("-", "").toUpperCase(Locale.ROOT);
  }

  static ObjectNode organization(String name, String tier, @Nullable String parent) {
    ObjectNode organization = (ObjectNode) Told.json("{\"resourceType\":\"Organization\"}");
    ObjectNode extension = organization.putArray("extension").addObject();
    extension.put("url", Canonical.BASE + "/StructureDefinition/tier");
    extension
        .putObject("valueCoding")
        .put("system", Canonical.BASE + "/CodeSystem/organization-tier")
        .put("code", tier);
    organization
        .putArray("identifier")
        .addObject()
        .put("system", Canonical.BASE + "/sid/licence-no")
        .put("value", licence());
    organization.put("name", name);
    if (parent != null) {
      organization.putObject("partOf").put("reference", "Organization/" + parent);
    }
    return organization;
  }

  /** Registers an institution and returns its logical id. */
  static String institution(String name, String tier, @Nullable String parent) {
    return created("/Organization", organization(name, tier, parent));
  }

  static String created(String path, ObjectNode resource) {
    HttpResponse<String> created = Running.post(path, resource.toString());
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    return Told.id(created);
  }

  /** Gives an institution another parent. */
  static HttpResponse<String> move(String id, @Nullable String parent) {
    ObjectNode now = (ObjectNode) Told.json(Running.get("/Organization/" + id));
    now.remove(List.of("meta", "text"));
    if (parent == null) {
      now.remove("partOf");
    } else {
      now.putObject("partOf").put("reference", "Organization/" + parent);
    }
    return Running.put("/Organization/" + id, now.toString());
  }

  static ObjectNode membership(
      String lead, String member, String role, String start, @Nullable String end) {
    ObjectNode affiliation =
        (ObjectNode) Told.json("{\"resourceType\":\"OrganizationAffiliation\",\"active\":true}");
    ObjectNode period = affiliation.putObject("period").put("start", start);
    if (end != null) {
      period.put("end", end);
    }
    affiliation.putObject("organization").put("reference", "Organization/" + lead);
    affiliation.putObject("participatingOrganization").put("reference", "Organization/" + member);
    affiliation
        .putArray("code")
        .addObject()
        .putArray("coding")
        .addObject()
        .put("system", Canonical.BASE + "/CodeSystem/affiliation-role")
        .put("code", role);
    return affiliation;
  }

  static HttpResponse<String> join(
      String lead, String member, String role, String start, @Nullable String end) {
    return Running.post(
        "/OrganizationAffiliation", membership(lead, member, role, start, end).toString());
  }

  static String practitioner(String name, String certificate) {
    ObjectNode practitioner = (ObjectNode) Told.json("{\"resourceType\":\"Practitioner\"}");
    practitioner
        .putArray("identifier")
        .addObject()
        .put("system", Canonical.BASE + "/sid/practising-licence")
        .put("value", certificate);
    practitioner.putArray("name").addObject().put("text", name);
    return created("/Practitioner", practitioner);
  }

  static String second(
      String practitioner,
      String home,
      String to,
      String kind,
      String start,
      @Nullable String end) {
    ObjectNode role = (ObjectNode) Told.json("{\"resourceType\":\"PractitionerRole\"}");
    ObjectNode extension = role.putArray("extension").addObject();
    extension.put("url", Canonical.BASE + "/StructureDefinition/secondment");
    ObjectNode of = extension.putArray("extension").addObject().put("url", "kind");
    of.putObject("valueCoding")
        .put("system", Canonical.BASE + "/CodeSystem/secondment-kind")
        .put("code", kind);
    extension
        .withArray("extension")
        .addObject()
        .put("url", "homeOrganization")
        .putObject("valueReference")
        .put("reference", "Organization/" + home);
    ObjectNode period = role.putObject("period").put("start", start);
    if (end != null) {
      period.put("end", end);
    }
    role.putObject("practitioner").put("reference", "Practitioner/" + practitioner);
    role.putObject("organization").put("reference", "Organization/" + to);
    return created("/PractitionerRole", role);
  }

  /** The parameters of that name in an answer. */
  static List<JsonNode> all(JsonNode answer, String name) {
    List<JsonNode> all = new ArrayList<>();
    answer
        .path(answer.has("parameter") ? "parameter" : "part")
        .forEach(
            parameter -> {
              if (parameter.path("name").asText().equals(name)) {
                all.add(parameter);
              }
            });
    return all;
  }

  /** The value of a part; empty when it is not there. */
  static String value(JsonNode of, String name) {
    for (JsonNode part : all(of, name)) {
      for (var field : part.properties()) {
        if (field.getKey().startsWith("value")) {
          return field.getValue().has("reference")
              ? field.getValue().path("reference").asText()
              : field.getValue().isValueNode()
                  ? field.getValue().asText()
                  : field.getValue().toString();
        }
      }
    }
    return "";
  }
}
