package org.hutong.profiles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Resources with one or two things changed, the same ones every time. */
final class Mutations {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "x",
          " 张三",
          "张三 ",
          "张\u0001三",
          "张\u3000三",
          "\u202e张三",
          "a\u00a0b",
          "a  b",
          "<b>x</b>",
          "$this",
          "x".repeat(300),
          "null",
          "12",
          "2026-10-12",
          "http://example.org/x");

  private static final List<String> TIMES =
      List.of(
          "2026-02-30",
          "2026-13-01",
          "26-1-1",
          "1492-01-01",
          "2150-01-01",
          "2026",
          "2026-10",
          "2026-10-12",
          "2026-10-12T10:15",
          "2026-10-12T10:15:00",
          "2026-10-12T10:15:00Z",
          "2026-10-12T10:15:00.123+08:00",
          "2026-10-12T10:15:60+08:00",
          "2026-10-12T24:00:00+08:00",
          "2020-01-01T00:00:00+15:00",
          "0000");

  private static final List<String> SYSTEMS =
      List.of(
          "urn:oid:2.16.156.10011.2.3.3.4",
          "urn:oid:2.16.156.10011.2.3.3.11",
          "urn:oid:1.2",
          "urn:oid:01.2.3.4.5",
          "urn:uuid:1234",
          "urn:uuid:6f1c2b1e-5f0b-4d3a-9c55-0d5b6a7c8d9e",
          "http://loinc.org",
          "http://snomed.info/sct",
          "https://snomed.info/sct",
          "http://loinc.org/x",
          "http://unitsofmeasure.org",
          "http://terminology.hl7.org/CodeSystem/v3-ActCode",
          "http://terminology.hl7.org/CodeSystem/unknown",
          "https://terminology.hl7.org/CodeSystem/v3-ActCode",
          "http://hl7.org/fhir/administrative-gender",
          "http://hl7.org/fhir/nothing",
          "http://hl7.org/fhir/ValueSet/administrative-gender",
          "http://build.fhir.org/x",
          "http://example.org/codes",
          "https://his.example.com/codes",
          "https://hutong.org/fhir/CodeSystem/specialty",
          "https://hutong.org/fhir/CodeSystem/unknown",
          "https://hutong.org/fhir/ValueSet/specialty",
          "https://hutong.org/fhir/sid/uscc",
          "urn:ietf:rfc:3986",
          "https://tools.ietf.org/html/rfc4122",
          "urn:iso:std:iso:3166",
          "urn:ietf:bcp:47",
          "codes",
          "ftp://example.org/x",
          "oid:1.2.3");

  private static final List<String> REFERENCES =
      List.of(
          "Patient/li-xiulan",
          "Organization/yunze-county-hospital",
          "Practitioner/x/_history/2",
          "ServiceRequest/referral-up",
          "Nothing/1",
          "Patient/",
          "Patient/a b",
          "li-xiulan",
          "#x",
          "#",
          "urn:uuid:6f1c2b1e-5f0b-4d3a-9c55-0d5b6a7c8d9e",
          "urn:uuid:1",
          "urn:oid:1.2.3.4.5.6",
          "http://example.org/fhir/Patient/1",
          "https://example.org/fhir/Organization/1/_history/1",
          "http://example.org/x",
          "Patient?identifier=a|b",
          "Patient?",
          "");

  private static final List<String> CODES =
      List.of("", "x", "0", "01", "male", "final", " active", "active ", "a  b", "zh-CN", "ABC");

  private static final List<String> PROFILES =
      List.of(
          "http://hl7.org/fhir/StructureDefinition/Patient",
          "http://hl7.org/fhir/StructureDefinition/Encounter",
          "http://hl7.org/fhir/StructureDefinition/vitalsigns",
          "https://hutong.org/fhir/StructureDefinition/hutong-patient",
          "https://hutong.org/fhir/StructureDefinition/hutong-encounter",
          "https://hutong.org/fhir/StructureDefinition/hutong-referral",
          "https://hutong.org/fhir/StructureDefinition/hutong-referral|0.1.0",
          "https://hutong.org/fhir/StructureDefinition/pinyin",
          "https://hutong.org/fhir/StructureDefinition/nope",
          "http://example.org/StructureDefinition/foreign");

  private static final List<String> NARRATIVES =
      List.of(
          "<div xmlns=\"http://www.w3.org/1999/xhtml\">李秀兰</div>",
          "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p class=\"x\">a <b>b</b><br/>c</p></div>",
          "<div xmlns=\"http://www.w3.org/1999/xhtml\"><table><tbody><tr><td>a</td></tr></tbody>"
              + "</table><ul><li>b</li></ul></div>",
          "<div xmlns=\"http://www.w3.org/1999/xhtml\"></div>",
          "<div xmlns=\"http://www.w3.org/1999/xhtml\"> </div>",
          "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p><table><tr><td>x</td></tr></table></p></div>",
          "<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\"javascript:x\">x</a></div>",
          "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p id=\"a\">x</p><p id=\"a\">y</p></div>",
          "<div xmlns=\"http://www.w3.org/1999/xhtml\"><img src=\"x.png\"/></div>",
          "<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>x</script></div>",
          "<div xmlns=\"http://www.w3.org/1999/xhtml\"><table>x</table></div>",
          "<div xmlns=\"http://www.w3.org/1999/xhtml\"><b><b>x</b></b></div>",
          "<div xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"zh\">x</div>",
          "<div>x</div>",
          "<p xmlns=\"http://www.w3.org/1999/xhtml\">x</p>");

  private final Random random;
  private final List<ObjectNode> corpus;
  private final List<String> extensions;

  /**
   * @param corpus parts of these are put into each other
   * @param extensions URLs of extensions that are defined
   */
  Mutations(long seed, List<ObjectNode> corpus, List<String> extensions) {
    this.random = new Random(seed);
    this.corpus = corpus;
    this.extensions = extensions;
  }

  static ObjectNode json(String text) {
    try {
      return (ObjectNode) JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ArrayNode array(String text) {
    try {
      return (ArrayNode) JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ObjectNode mutant(ObjectNode resource) {
    ObjectNode mutant = resource.deepCopy();
    int changes = random.nextInt(4) == 0 ? 2 : 1;
    for (int i = 0; i < changes; i++) {
      change(mutant);
    }
    return mutant;
  }

  private void change(ObjectNode resource) {
    List<ObjectNode> objects = new ArrayList<>();
    collect(resource, objects);
    ObjectNode object = one(objects);
    String field = field(object);
    switch (random.nextInt(22)) {
      case 0, 1 -> object.remove(field);
      case 2 -> removeItem(object.get(field));
      case 3 -> repeat(object, field);
      case 4, 5, 6 -> rewrite(one(objects));
      case 7 -> rewriteNamed(objects, "system", SYSTEMS);
      case 8 -> rewriteNamed(objects, "reference", REFERENCES);
      case 9 -> rewriteNamed(objects, "code", CODES);
      case 10 -> rewriteNamed(objects, "display", TEXTS);
      case 11 -> addExtension(object);
      case 12 -> coding(objects);
      case 13 -> crossover(object, field);
      case 14 -> rename(object, field);
      case 15 -> profile(resource);
      case 16 -> resourceParts(resource);
      case 17 -> object.put("id", random.nextBoolean() ? "a" : one(List.of("b", "a b", "ü", "")));
      case 18 -> valueless(object, field);
      case 19 -> rewriteNamed(objects, "type", List.of("Patient", "Organization", "x"));
      case 20 -> rewriteTime(objects);
      default -> swap(objects);
    }
  }

  private static void collect(JsonNode node, List<ObjectNode> objects) {
    if (node instanceof ObjectNode object) {
      objects.add(object);
    }
    node.forEach(child -> collect(child, objects));
  }

  private <T> T one(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  private String field(ObjectNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    names.remove("resourceType");
    return names.isEmpty() ? "id" : one(names);
  }

  private void removeItem(JsonNode node) {
    if (node instanceof ArrayNode array && !array.isEmpty()) {
      array.remove(random.nextInt(array.size()));
    }
  }

  private void repeat(ObjectNode object, String field) {
    if (object.get(field) instanceof ArrayNode array && !array.isEmpty()) {
      array.add(array.get(random.nextInt(array.size())).deepCopy());
    }
  }

  private void rewrite(ObjectNode object) {
    for (int attempts = 0; attempts < 5; attempts++) {
      String field = field(object);
      JsonNode value = object.get(field);
      if (value == null) {
        continue;
      }
      if (value.isTextual()) {
        boolean time = value.asText().matches("[12][0-9]{3}(-.*)?");
        object.put(field, one(time ? TIMES : random.nextInt(3) == 0 ? CODES : TEXTS));
      } else if (value.isNumber()) {
        object.set(field, one(List.of(number("-1"), number("0"), number("1.50"), number("1e10"))));
      } else if (value.isBoolean()) {
        object.put(field, !value.asBoolean());
      } else if (value instanceof ArrayNode array && !array.isEmpty() && array.get(0).isTextual()) {
        array.set(0, JsonNodeFactory.instance.textNode(one(TEXTS)));
      } else {
        continue;
      }
      return;
    }
  }

  private static JsonNode number(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void rewriteNamed(List<ObjectNode> objects, String name, List<String> values) {
    List<ObjectNode> bearers = objects.stream().filter(object -> object.has(name)).toList();
    ObjectNode target = bearers.isEmpty() ? one(objects) : one(bearers);
    if (bearers.isEmpty() || target.path(name).isTextual()) {
      target.put(name, one(values));
    }
  }

  private void rewriteTime(List<ObjectNode> objects) {
    for (ObjectNode object : objects) {
      for (Map.Entry<String, JsonNode> property : object.properties()) {
        if (property.getValue().isTextual()
            && property.getValue().asText().matches("[12][0-9]{3}-[0-9]{2}.*")
            && random.nextBoolean()) {
          object.put(property.getKey(), one(TIMES));
          return;
        }
      }
    }
  }

  private void swap(List<ObjectNode> objects) {
    ObjectNode a = one(objects);
    ObjectNode b = one(objects);
    String field = field(a);
    JsonNode one = a.get(field);
    JsonNode other = b.get(field);
    if (one != null && other != null) {
      JsonNode copy = one.deepCopy();
      a.set(field, other.deepCopy());
      b.set(field, copy);
    }
  }

  private void addExtension(ObjectNode object) {
    ObjectNode extension = JSON.createObjectNode();
    extension.put(
        "url",
        switch (random.nextInt(6)) {
          case 0 -> "http://his.example.com/extension/bed";
          case 1 -> one(List.of("bed", "", "http://hl7.org/fhir/StructureDefinition/geolocation"));
          case 2 -> "https://hutong.org/fhir/StructureDefinition/nope";
          default -> one(extensions);
        });
    switch (random.nextInt(7)) {
      case 0 -> {}
      case 1 -> extension.put("valueString", one(List.of("li xiu lan", "Li", "")));
      case 2 -> extension.put("valueCode", one(List.of("159981102205", "x")));
      case 3 -> extension.putObject("valueCoding").put("system", one(SYSTEMS)).put("code", "1");
      case 4 -> extension.put("valueBoolean", true);
      case 5 -> extension.putObject("valueReference").put("reference", one(REFERENCES));
      default -> {
        extension.put("valueInteger", 3);
        extension.putArray("extension").addObject().put("url", "a").put("valueCode", "b");
      }
    }
    String field = random.nextInt(8) == 0 ? "modifierExtension" : "extension";
    String at = random.nextInt(3) == 0 ? field(object) : null;
    if (at != null && object.path(at).isValueNode() && !at.startsWith("_")) {
      object.withObjectProperty("_" + at).withArrayProperty("extension").add(extension);
    } else if (object.path(field).isMissingNode() || object.path(field).isArray()) {
      object.withArrayProperty(field).add(extension);
    }
  }

  private void coding(List<ObjectNode> objects) {
    List<ObjectNode> concepts =
        objects.stream().filter(object -> object.path("coding").isArray()).toList();
    if (concepts.isEmpty()) {
      return;
    }
    ObjectNode concept = one(concepts);
    switch (random.nextInt(4)) {
      case 0 -> concept.remove("coding");
      case 1 -> concept.put("text", one(TEXTS));
      default -> {
        ObjectNode coding = concept.withArrayProperty("coding").addObject();
        if (random.nextInt(6) > 0) {
          coding.put("system", one(SYSTEMS));
        }
        if (random.nextInt(6) > 0) {
          coding.put("code", one(CODES));
        }
        if (random.nextBoolean()) {
          coding.put("display", one(TEXTS));
        }
      }
    }
  }

  /** Puts in what another resource has under the same name, or anything of it. */
  private void crossover(ObjectNode object, String field) {
    List<ObjectNode> others = new ArrayList<>();
    collect(one(corpus), others);
    List<ObjectNode> alike = others.stream().filter(other -> other.has(field)).toList();
    if (!alike.isEmpty()) {
      object.set(field, one(alike).get(field).deepCopy());
    } else {
      ObjectNode other = one(others);
      String its = field(other);
      if (other.has(its)) {
        object.set(its, other.get(its).deepCopy());
      }
    }
  }

  /** Gives every coding a version, one that is known to our tables and one that is not in turns. */
  static ObjectNode versioned(ObjectNode resource) {
    List<ObjectNode> objects = new ArrayList<>();
    collect(resource, objects);
    int codings = 0;
    for (ObjectNode object : objects) {
      if (object.has("system") && object.has("code") && !object.has("value")) {
        object.put("version", codings++ % 3 == 2 ? "9.9" : "0.1.0");
      }
    }
    return resource;
  }

  private void rename(ObjectNode object, String field) {
    JsonNode value = object.remove(field);
    if (value != null) {
      String base = field.replaceFirst("(?<=[a-z])[A-Z].*$", "");
      object.set(
          base
              + one(
                  List.of(
                      "String",
                      "Code",
                      "Coding",
                      "CodeableConcept",
                      "Quantity",
                      "Period",
                      "DateTime",
                      "Boolean",
                      "Reference",
                      "Integer",
                      "Timing",
                      "Age")),
          value);
    }
  }

  private void profile(ObjectNode resource) {
    ObjectNode meta = resource.withObjectProperty("meta");
    switch (random.nextInt(4)) {
      case 0 ->
          meta.withArrayProperty("security")
              .addObject()
              .put("system", "http://terminology.hl7.org/CodeSystem/v3-Confidentiality")
              .put("code", one(List.of("R", "N", "x")));
      case 1 ->
          meta.withArrayProperty("tag").addObject().put("system", one(SYSTEMS)).put("code", "R");
      case 2 -> meta.put("source", one(SYSTEMS));
      default -> meta.withArrayProperty("profile").add(one(PROFILES));
    }
  }

  private void resourceParts(ObjectNode resource) {
    switch (random.nextInt(6)) {
      case 0 -> resource.put("language", one(List.of("zh-CN", "zh", "en", "xx-nope", "")));
      case 1 -> resource.put("implicitRules", "http://example.org/rules");
      case 2 ->
          resource
              .withArrayProperty("contained")
              .addObject()
              .put("resourceType", "Organization")
              .put("id", "x")
              .put("name", "x");
      default ->
          resource
              .putObject("text")
              .put("status", one(List.of("generated", "additional", "x")))
              .put("div", one(NARRATIVES));
    }
  }

  private void valueless(ObjectNode object, String field) {
    if (object.path(field).isValueNode() && !field.startsWith("_")) {
      object.remove(field);
      object
          .withObjectProperty("_" + field)
          .withArrayProperty("extension")
          .addObject()
          .put("url", "http://hl7.org/fhir/StructureDefinition/data-absent-reason")
          .put("valueCode", "unknown");
    }
  }
}
