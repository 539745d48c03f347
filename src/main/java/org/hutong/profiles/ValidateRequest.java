package org.hutong.profiles;

import ca.uhn.fhir.rest.api.EncodingEnum;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * What was asked of {@code $validate}. The resource is kept as text: what cannot be read as a
 * resource is what the caller wants to be told of.
 *
 * @param type the resource's type; null when there is none
 * @param text the resource in JSON or XML; null when there is none
 */
record ValidateRequest(
    @Nullable String type,
    @Nullable String text,
    EncodingEnum encoding,
    @Nullable Mode mode,
    @Nullable String profile) {

  /** Value set http://hl7.org/fhir/ValueSet/resource-validation-mode. */
  enum Mode {
    CREATE,
    UPDATE,
    DELETE,
    PROFILE
  }

  private static final Set<String> KNOWN = Set.of("mode", "profile", "resource");

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .setNodeFactory(JsonNodeFactory.withExactBigDecimals(true));

  /** A resource taken out of a body, with the other parameters that stood beside it. */
  private record Body(
      @Nullable String type, @Nullable String text, Map<String, List<String>> parameters) {}

  /**
   * Reads a request.
   *
   * @param query the parameters of the URL
   * @param body empty for none
   * @throws Problem for unknown parameters, wrong values, and a body that holds no resource
   */
  static ValidateRequest of(Map<String, String[]> query, String body, EncodingEnum encoding) {
    Body read =
        body.isBlank()
            ? new Body(null, null, new TreeMap<>())
            : encoding == EncodingEnum.XML ? xml(body) : json(body);
    Map<String, List<String>> given = read.parameters();
    query.forEach(
        (name, values) ->
            given.computeIfAbsent(name, key -> new ArrayList<>()).addAll(List.of(values)));
    given.forEach(
        (name, values) -> {
          if (Operations.FORMAT.contains(name)) {
            return;
          }
          if (!KNOWN.contains(name)) {
            throw Problem.parameterUnknown(name, "$validate", KNOWN);
          }
          if (values.size() > 1 || name.equals("resource")) {
            throw Problem.parameterInvalid(
                name,
                name.equals("resource") ? null : String.join(", ", values),
                name.equals("resource") ? "Resource" : "0..1");
          }
        });
    return new ValidateRequest(
        read.type(), read.text(), encoding, mode(given.get("mode")), one(given.get("profile")));
  }

  private static @Nullable String one(@Nullable List<String> values) {
    return values == null || values.get(0).isBlank() ? null : values.get(0).strip();
  }

  private static @Nullable Mode mode(@Nullable List<String> values) {
    String code = one(values);
    if (code == null) {
      return null;
    }
    return switch (code) {
      case "create" -> Mode.CREATE;
      case "update" -> Mode.UPDATE;
      case "delete" -> Mode.DELETE;
      case "profile" -> Mode.PROFILE;
      default -> throw Problem.parameterInvalid("mode", code, "create, update, delete, profile");
    };
  }

  private static Body json(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw Problem.of(ProblemCode.BODY_MALFORMED, "JSON", malformed.getOriginalMessage());
    }
    String type = type(root);
    if (!type.equals("Parameters")) {
      return new Body(type, text, new TreeMap<>());
    }
    Map<String, List<String>> parameters = new TreeMap<>();
    JsonNode resource = null;
    for (JsonNode parameter : root.path("parameter")) {
      String name = parameter.path("name").asText();
      if (name.equals("resource") && resource == null && parameter.path("resource").isObject()) {
        resource = parameter.path("resource");
        continue;
      }
      List<String> values = parameters.computeIfAbsent(name, key -> new ArrayList<>());
      for (Map.Entry<String, JsonNode> field : parameter.properties()) {
        if (field.getKey().startsWith("value")) {
          values.add(field.getValue().asText());
        }
      }
      if (values.isEmpty()) {
        throw Problem.parameterInvalid(name, null, "value[x]");
      }
    }
    return resource == null
        ? new Body(null, null, parameters)
        : new Body(type(resource), resource.toString(), parameters);
  }

  private static String type(JsonNode resource) {
    String type = resource.path("resourceType").asText();
    if (type.isEmpty()) {
      throw Problem.at("resourceType", ProblemCode.BODY_MALFORMED, "R4", "resourceType");
    }
    return type;
  }

  /**
   * The root of a text in XML.
   *
   * @throws Problem BODY_MALFORMED when it is none
   */
  static Element root(String text) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setNamespaceAware(true);
      return factory
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(text)))
          .getDocumentElement();
    } catch (SAXException | IOException | ParserConfigurationException malformed) {
      throw Problem.of(ProblemCode.BODY_MALFORMED, "XML", "XML");
    }
  }

  private static Body xml(String text) {
    Element root = root(text);
    if (!"Parameters".equals(root.getLocalName())) {
      return new Body(root.getLocalName(), text, new TreeMap<>());
    }
    Map<String, List<String>> parameters = new TreeMap<>();
    Element resource = null;
    for (Element parameter : children(root)) {
      String name = "";
      List<String> values = new ArrayList<>();
      for (Element part : children(parameter)) {
        if (part.getLocalName().equals("name")) {
          name = part.getAttribute("value");
        } else if (part.getLocalName().equals("resource") && !children(part).isEmpty()) {
          resource = children(part).get(0);
        } else if (part.getLocalName().startsWith("value")) {
          values.add(part.getAttribute("value"));
        }
      }
      if (!name.equals("resource")) {
        if (values.isEmpty()) {
          throw Problem.parameterInvalid(name, null, "value[x]");
        }
        parameters.computeIfAbsent(name, key -> new ArrayList<>()).addAll(values);
      }
    }
    return resource == null
        ? new Body(null, null, parameters)
        : new Body(resource.getLocalName(), text(resource), parameters);
  }

  /** The child elements of a name. */
  static List<Element> children(Element parent, @Nullable String name) {
    return children(parent).stream()
        .filter(child -> name == null || name.equals(child.getLocalName()))
        .toList();
  }

  private static List<Element> children(Element parent) {
    List<Element> children = new ArrayList<>();
    for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element element) {
        children.add(element);
      }
    }
    return children;
  }

  static String text(Element element) {
    try {
      Transformer transformer = TransformerFactory.newInstance().newTransformer();
      transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
      StringWriter text = new StringWriter();
      transformer.transform(new DOMSource(element), new StreamResult(text));
      return text.toString();
    } catch (TransformerException impossible) {
      throw new IllegalStateException("An XML element cannot be written", impossible);
    }
  }
}
