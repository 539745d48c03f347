package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.util.ResourceUtil;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Problem;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * A resource as it was sent, wrong values and all, to look up what stands at a place that the
 * validator names. Places are those of FHIRPath: {@code Patient.name[0].text}, {@code
 * Patient.extension[0].value.ofType(Coding)}.
 */
final class Sent {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern STEP =
      Pattern.compile(
          "ofType\\(([A-Za-z0-9]+)\\)|`?([\\p{L}_][\\p{L}\\p{N}_?\\-]*)`?(\\[x])?(?:\\[(\\d+)])?");

  /** Types whose names begin with a small letter. */
  private static final Pattern PRIMITIVE =
      Pattern.compile(
          "Boolean|Integer|String|Decimal|Uri|Url|Canonical|Base64Binary|Instant|Date|DateTime|Time"
              + "|Code|Oid|Id|Markdown|UnsignedInt|PositiveInt|Uuid");

  private final JsonNode root;
  private final boolean xml;

  private Sent(JsonNode root, boolean xml) {
    this.root = root;
    this.xml = xml;
  }

  /** Whether it was sent in XML, and how it is to be mended is told for that. */
  boolean isXml() {
    return xml;
  }

  /** A resource in JSON or XML, well-formed or not: of what is not, nothing is known. */
  static Sent of(String text) {
    boolean xml = text.stripLeading().startsWith("<");
    try {
      return new Sent(xml ? xml(text) : JSON.readTree(text), xml);
    } catch (JsonProcessingException malformed) {
      return new Sent(MissingNode.getInstance(), xml);
    }
  }

  static Sent of(Resource resource, FhirContext context) {
    String raw = ResourceUtil.getRawStringFromResourceOrNull(resource);
    return of(raw == null ? context.newJsonParser().encodeResourceToString(resource) : raw);
  }

  /** One step on the way to a place. */
  record Step(String name, @Nullable Integer index, @Nullable String type) {}

  /** The steps below the root. */
  static List<Step> steps(String place) {
    List<Step> steps = new ArrayList<>();
    Matcher matcher = STEP.matcher(place);
    while (matcher.find()) {
      if (matcher.group(1) != null) {
        if (!steps.isEmpty()) {
          Step last = steps.remove(steps.size() - 1);
          steps.add(new Step(last.name(), last.index(), matcher.group(1)));
        }
        continue;
      }
      String index = matcher.group(4);
      steps.add(new Step(matcher.group(2), index == null ? null : Integer.parseInt(index), null));
    }
    return steps.isEmpty() ? steps : steps.subList(1, steps.size());
  }

  /** The place with the type of each choice named, where one of its types was sent. */
  String named(String place) {
    StringBuilder named = new StringBuilder(place.replaceFirst("[.\\[].*", ""));
    JsonNode at = root;
    for (Step step : steps(place)) {
      String field = field(at, step);
      named.append('.').append(step.name());
      if (field.length() > step.name().length() && field.startsWith(step.name())) {
        String type = field.substring(step.name().length());
        boolean small = PRIMITIVE.matcher(type).matches();
        named
            .append(".ofType(")
            .append(small ? type.substring(0, 1).toLowerCase(Locale.ROOT) : type.substring(0, 1))
            .append(type.substring(1))
            .append(')');
      }
      if (step.index() != null) {
        named.append('[').append(step.index()).append(']');
      }
      at = next(at, field, step.index());
    }
    return named.toString();
  }

  /** A name that FHIR does not have, as FHIRPath writes it. */
  static String foreign(String name) {
    String shown = Problem.printable(name).replaceAll("[^\\p{L}\\p{N}_\\-]", "?");
    if (shown.isEmpty()) {
      return "?";
    }
    return shown.matches("[A-Za-z_][A-Za-z0-9_]*") ? shown : "`" + shown + "`";
  }

  /** What stands at a place; missing when nothing does. */
  JsonNode at(String place) {
    JsonNode at = root;
    JsonNode beside = MissingNode.getInstance();
    for (Step step : steps(place)) {
      // What a primitive holds besides its value stands next to it in JSON.
      JsonNode from = at.isObject() ? at : beside;
      String field = field(from, step);
      at = next(from, field, step.index());
      beside = next(from, "_" + field, step.index());
    }
    return at;
  }

  private static JsonNode next(JsonNode from, String field, @Nullable Integer index) {
    JsonNode child = from.path(field);
    return index != null && (child.isArray() || index > 0) ? child.path(index) : child;
  }

  private static String field(JsonNode from, Step step) {
    String name = step.name();
    if (step.type() != null) {
      return name + step.type().substring(0, 1).toUpperCase(Locale.ROOT) + step.type().substring(1);
    }
    if (!from.has(name)) {
      for (var fields = from.fieldNames(); fields.hasNext(); ) {
        String field = fields.next();
        if (field.length() > name.length()
            && field.startsWith(name)
            && Character.isUpperCase(field.charAt(name.length()))) {
          return field;
        }
      }
    }
    return name;
  }

  /** What stands at a place, in few words; null when nothing does, or too much. */
  @Nullable String value(String place) {
    String value = value(at(place));
    return value == null || value.isBlank() ? null : Problem.printable(value);
  }

  /**
   * The values at a place whose steps may lack indexes: all that repeat are then looked through.
   */
  List<String> values(String place) {
    List<JsonNode> at = List.of(root);
    for (Step step : steps(place)) {
      List<JsonNode> below = new ArrayList<>();
      for (JsonNode from : at) {
        JsonNode child = next(from, field(from, step), step.index());
        (child.isArray() ? child : List.of(child)).forEach(below::add);
      }
      at = below;
    }
    return at.stream()
        .filter(node -> node.isValueNode() && !node.isNull() && !node.asText().isBlank())
        .map(node -> Problem.printable(node.asText()))
        .distinct()
        .toList();
  }

  private static @Nullable String value(JsonNode node) {
    if (node.isValueNode()) {
      return node.isNull() ? null : node.asText();
    }
    if (node.isArray()) {
      return node.size() == 1 ? value(node.get(0)) : null;
    }
    if (node.has("coding")) {
      List<String> codings = new ArrayList<>();
      node.path("coding").forEach(coding -> codings.add(String.valueOf(value(coding))));
      return String.join(", ", codings);
    }
    if (node.path("code").isValueNode()) {
      return (node.has("system") ? node.path("system").asText() + "#" : "")
          + node.path("code").asText();
    }
    if (node.has("start") || node.has("end")) {
      return node.path("start").asText("…") + " – " + node.path("end").asText("…");
    }
    if (!node.has("reference") && node.path("identifier").isObject()) {
      return value(node.path("identifier"));
    }
    for (String telling : new String[] {"reference", "value", "text", "display"}) {
      if (node.path(telling).isValueNode()) {
        return node.path(telling).asText();
      }
    }
    return null;
  }

  private static JsonNode xml(String text) {
    try {
      return resource(ValidateRequest.root(text));
    } catch (Problem malformed) {
      return MissingNode.getInstance();
    }
  }

  private static ObjectNode resource(Element element) {
    ObjectNode resource = parts(element);
    resource.put("resourceType", element.getLocalName());
    return resource;
  }

  /** The parts of an XML element, one below the other as in JSON; arrays only where one repeats. */
  private static ObjectNode parts(Element element) {
    ObjectNode parts = JsonNodeFactory.instance.objectNode();
    for (String attribute : new String[] {"id", "url"}) {
      if (element.hasAttribute(attribute)) {
        parts.put(attribute, element.getAttribute(attribute));
      }
    }
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element child && child.getLocalName() != null) {
        String name = child.getLocalName();
        JsonNode value = child(child);
        JsonNode before = parts.get(name);
        if (before instanceof ArrayNode several) {
          several.add(value);
        } else if (before != null) {
          parts.putArray(name).add(before).add(value);
        } else {
          parts.set(name, value);
        }
      }
    }
    return parts;
  }

  private static JsonNode child(Element child) {
    if (child.getLocalName().equals("div")) {
      return TextNode.valueOf("");
    }
    if (child.hasAttribute("value")) {
      return TextNode.valueOf(child.getAttribute("value"));
    }
    if (child.getLocalName().equals("contained")) {
      for (Node node = child.getFirstChild(); node != null; node = node.getNextSibling()) {
        if (node instanceof Element contained && contained.getLocalName() != null) {
          return resource(contained);
        }
      }
    }
    return parts(child);
  }
}
