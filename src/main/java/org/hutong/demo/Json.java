package org.hutong.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.hutong.fhir.Canonical;
import org.jspecify.annotations.Nullable;

/** FHIR's JSON, written down where it is made. */
final class Json {
  static final String SID = Canonical.BASE + "/sid/";

  private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

  private Json() {}

  /**
   * An object of names and values by turns. A value may be text, a number, a boolean, a node, a key
   * (it becomes a reference) or a list of these; what is null or an empty list is left out.
   */
  static ObjectNode of(@Nullable Object... namesAndValues) {
    ObjectNode object = NODES.objectNode();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      if (value != null && !(value instanceof List<?> list && list.isEmpty())) {
        object.set(String.valueOf(namesAndValues[i]), node(value));
      }
    }
    return object;
  }

  static ObjectNode coding(String system, String code, @Nullable String display) {
    return of("system", system, "code", code, "display", display);
  }

  /** A coding of a code system of ours. */
  static ObjectNode ours(String system, String code, String display) {
    return coding(Canonical.BASE + "/CodeSystem/" + system, code, display);
  }

  static ObjectNode concept(ObjectNode coding) {
    return of("coding", List.of(coding));
  }

  static ObjectNode concept(ObjectNode coding, String text) {
    return of("coding", List.of(coding), "text", text);
  }

  static ObjectNode text(String text) {
    return of("text", text);
  }

  static ObjectNode identifier(String system, String value) {
    return of("system", system, "value", value);
  }

  /**
   * @param value a coding, a key or text
   */
  static ObjectNode extension(String name, Object value) {
    String type =
        value instanceof Key
            ? "valueReference"
            : value instanceof String ? "valueCode" : "valueCoding";
    return of("url", Canonical.BASE + "/StructureDefinition/" + name, type, value);
  }

  /**
   * @param unit as people write it; empty when there is none
   */
  static ObjectNode quantity(BigDecimal value, String unit, String ucum) {
    return of(
        "value",
        value,
        "unit",
        unit.isEmpty() ? null : unit,
        "system",
        "http://unitsofmeasure.org",
        "code",
        ucum);
  }

  /** Without zeros at the end and without exponent, to four digits. */
  static BigDecimal plain(double value) {
    BigDecimal plain =
        BigDecimal.valueOf(value).setScale(4, RoundingMode.HALF_UP).stripTrailingZeros();
    return plain.scale() < 0 ? plain.setScale(0) : plain;
  }

  static ObjectNode period(@Nullable String start, @Nullable String end) {
    return of("start", start, "end", end);
  }

  private static JsonNode node(Object value) {
    if (value instanceof JsonNode node) {
      return node;
    }
    if (value instanceof Key key) {
      return of("reference", key.toString(), "display", key.display());
    }
    if (value instanceof List<?> list) {
      ArrayNode array = NODES.arrayNode();
      list.forEach(element -> array.add(node(element)));
      return array;
    }
    if (value instanceof Boolean flag) {
      return NODES.booleanNode(flag);
    }
    if (value instanceof Integer number) {
      return NODES.numberNode(number);
    }
    if (value instanceof BigDecimal number) {
      return NODES.numberNode(number);
    }
    return NODES.textNode((String) value);
  }
}
