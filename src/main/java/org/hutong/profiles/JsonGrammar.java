package org.hutong.profiles;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.ConfigurationException;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeChildChoiceDefinition;
import ca.uhn.fhir.context.RuntimeResourceDefinition;
import ca.uhn.fhir.parser.DataFormatException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IBaseHasExtensions;
import org.hl7.fhir.instance.model.api.IBaseHasModifierExtensions;
import org.jspecify.annotations.Nullable;

/**
 * How FHIR R4 writes resources in JSON (§2.6.2), where the engine's parser looks the other way: it
 * takes {@code "true"} for true and 5 for "5", and drops what is null, empty or an object where a
 * value should be. One streaming pass, which well-formed text is given to; what is no element at
 * all it names too.
 */
final class JsonGrammar {
  /** Said of two arrays, the values and what stands beside them, that do not match. */
  static final String UNPAIRED = "unpaired";

  /** Slips that are told of one text. */
  static final int MOST = 200;

  /** What every resource begins with, in the order of XML. */
  private static final List<String> FIRST =
      List.of(
          "id",
          "meta",
          "implicitRules",
          "language",
          "text",
          "contained",
          "extension",
          "modifierExtension");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final BitSet NONE = new BitSet();

  /** How a narrative begins. */
  private static final Pattern MARKUP =
      Pattern.compile(
          "\\s*(?:<\\?[^>]*\\?>\\s*)?<div\\s[^>]*\\bxmlns\\s*=\\s*[\"']http://www\\.w3\\.org/1999/xhtml[\"']");

  private final FhirContext context;
  private final BaseRuntimeElementCompositeDefinition<?> extensionType;
  private final Map<BaseRuntimeElementDefinition<?>, Map<String, Member>> known =
      new ConcurrentHashMap<>();

  /** What may stand beside a primitive. */
  private final Map<String, Member> beside;

  /** One thing that is not written as it should be, and the place as FHIRPath. */
  record Slip(Fault.Kind kind, String place, String text) {}

  enum Form {
    BOOLEAN,
    NUMBER,
    STRING,
    /** Markup and Base64: whether they are blank is said by whoever decodes them. */
    ENCODED,
    MARKUP,
    OBJECT,
    RESOURCE
  }

  /**
   * A child of an element, as JSON names it.
   *
   * @param element its name without type
   * @param type of a choice; null when there is none
   * @param inside what an object of it consists of; null when it is a value or a resource
   * @param rank its place in the order of XML
   */
  record Member(
      String element,
      @Nullable String type,
      Form form,
      boolean repeats,
      @Nullable BaseRuntimeElementCompositeDefinition<?> inside,
      int rank) {}

  /** Where the pass stands; the text of the place is made only when it is needed. */
  private record Step(@Nullable Step above, String name, @Nullable String type, int index) {
    String place() {
      return (above == null ? "" : above.place() + ".")
          + name
          + (type == null ? "" : ".ofType(" + type + ")")
          + (index < 0 ? "" : "[" + index + "]");
    }
  }

  /** Values of a repeating primitive, or what stands beside them. */
  private record Row(int length, BitSet nulls) {
    boolean has(int index) {
      return index < length && !nulls.get(index);
    }
  }

  JsonGrammar(FhirContext context) {
    this.context = context;
    this.extensionType =
        (BaseRuntimeElementCompositeDefinition<?>) context.getElementDefinition("Extension");
    this.beside =
        Map.of(
            "id",
            new Member("id", null, Form.STRING, false, null, 0),
            "extension",
            extensions("extension"));
  }

  private Member extensions(String name) {
    return new Member(name, null, Form.OBJECT, true, extensionType, FIRST.indexOf(name));
  }

  /** What is wrong with a resource in JSON; of what is not well-formed, as far as it goes. */
  List<Slip> slips(String text) {
    try (JsonParser json = JSON.createParser(text)) {
      return slips(json);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** The same for UTF-8. */
  List<Slip> slips(byte[] text) {
    try (JsonParser json = JSON.createParser(text)) {
      return slips(json);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private List<Slip> slips(JsonParser json) throws IOException {
    List<Slip> slips = new ArrayList<>(0);
    try {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        new Pass(slips).resource(json, null);
      }
    } catch (JsonProcessingException malformed) {
      return slips; // whoever reads it says so
    }
    return slips;
  }

  /** Whether there is nothing to be seen: blanks of whatever script, hard ones, zero-width ones. */
  static boolean isBlank(char[] text, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (!Character.isWhitespace(text[i])
          && !Character.isSpaceChar(text[i])
          && Character.getType(text[i]) != Character.FORMAT) {
        return false;
      }
    }
    return true;
  }

  /** What an extension consists of. */
  Map<String, Member> ofExtension() {
    return members(extensionType);
  }

  /** What may stand beside a primitive. */
  Map<String, Member> besideValues() {
    return beside;
  }

  /** What a resource may consist of; empty when there is none of the name. */
  Map<String, Member> ofResource(String type) {
    try {
      return members(context.getResourceDefinition(type));
    } catch (DataFormatException | IllegalArgumentException unknown) {
      return Map.of();
    }
  }

  Map<String, Member> members(BaseRuntimeElementCompositeDefinition<?> of) {
    return known.computeIfAbsent(of, definition -> read(of));
  }

  private Map<String, Member> read(BaseRuntimeElementCompositeDefinition<?> of) {
    Map<String, Member> members = new HashMap<>();
    int rank = FIRST.size();
    for (BaseRuntimeChildDefinition child : of.getChildren()) {
      rank++;
      for (String name : child.getValidChildNames()) {
        BaseRuntimeElementDefinition<?> target = child.getChildByName(name);
        if (target != null) {
          boolean first = of instanceof RuntimeResourceDefinition && FIRST.contains(name);
          members.put(name, member(child, target, first ? FIRST.indexOf(name) : rank));
        }
      }
    }
    Class<?> type = of.getImplementingClass();
    if (IBaseHasExtensions.class.isAssignableFrom(type)) {
      members.put("extension", extensions("extension"));
    }
    if (IBaseHasModifierExtensions.class.isAssignableFrom(type)) {
      members.put("modifierExtension", extensions("modifierExtension"));
    }
    members.putIfAbsent("id", new Member("id", null, Form.STRING, false, null, 0));
    return Map.copyOf(members);
  }

  private static Member member(
      BaseRuntimeChildDefinition child, BaseRuntimeElementDefinition<?> target, int rank) {
    boolean choice = child instanceof RuntimeChildChoiceDefinition;
    return new Member(
        child.getElementName().replace("[x]", ""),
        choice ? target.getName() : null,
        form(target),
        child.getMax() != 1,
        target instanceof BaseRuntimeElementCompositeDefinition<?> composite ? composite : null,
        rank);
  }

  private static Form form(BaseRuntimeElementDefinition<?> target) {
    return switch (target.getChildType()) {
      case COMPOSITE_DATATYPE, RESOURCE_BLOCK, EXTENSION_DECLARED, UNDECL_EXT -> Form.OBJECT;
      case CONTAINED_RESOURCE_LIST, CONTAINED_RESOURCES, RESOURCE -> Form.RESOURCE;
      case ID_DATATYPE, PRIMITIVE_DATATYPE, PRIMITIVE_XHTML, PRIMITIVE_XHTML_HL7ORG ->
          switch (target.getName()) {
            case "boolean" -> Form.BOOLEAN;
            case "decimal", "integer", "positiveInt", "unsignedInt" -> Form.NUMBER;
            case "base64Binary" -> Form.ENCODED;
            case "xhtml" -> Form.MARKUP;
            default -> Form.STRING;
          };
    };
  }

  /** The pass through one text. */
  private final class Pass {
    private final List<Slip> slips;

    /** Ids of what a resource contains, by where that resource stands. */
    private final Map<Step, Set<String>> contained = new IdentityHashMap<>();

    Pass(List<Slip> slips) {
      this.slips = slips;
    }

    private void slip(Fault.Kind kind, Step at) {
      slip(kind, at, "");
    }

    private void slip(Fault.Kind kind, Step at, String text) {
      if (slips.size() < MOST) {
        slips.add(new Slip(kind, at.place(), text));
      }
    }

    /** Reads a resource at whose opening brace the parser stands. */
    void resource(JsonParser json, @Nullable Step at) throws IOException {
      if (json.nextToken() == JsonToken.FIELD_NAME && json.currentName().equals("resourceType")) {
        json.nextToken();
        String type = json.getText();
        json.nextToken();
        resource(json, type, at);
      } else {
        JsonNode whole = JSON.readTree(json); // the type comes later, or never
        try (JsonParser again = JSON.treeAsTokens(whole)) {
          again.nextToken();
          again.nextToken();
          resource(again, whole.path("resourceType").asText(), at);
        }
      }
    }

    private void resource(JsonParser json, String type, @Nullable Step at) throws IOException {
      BaseRuntimeElementCompositeDefinition<?> definition;
      try {
        definition = context.getResourceDefinition(type);
      } catch (DataFormatException | IllegalArgumentException unknown) {
        while (json.currentToken() == JsonToken.FIELD_NAME) { // whoever reads it says so
          json.nextToken();
          json.skipChildren();
          json.nextToken();
        }
        return;
      }
      object(json, members(definition), at == null ? new Step(null, type, null, -1) : at, true);
    }

    /** Reads an object; the parser stands at its first name, or its end. */
    private void object(JsonParser json, Map<String, Member> members, Step at, boolean resource)
        throws IOException {
      if (json.currentToken() == JsonToken.END_OBJECT && !resource) {
        slip(Fault.Kind.EMPTY, at);
      }
      Map<String, String> choices = Map.of();
      Map<String, Row> rows = Map.of();
      boolean extension = members == ofExtension();
      boolean hasValue = false;
      boolean hasExtensions = false;
      while (json.currentToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        boolean beside = name.startsWith("_");
        String bare = beside ? name.substring(1) : name;
        Member member = members.get(bare);
        json.nextToken();
        hasValue |= extension && member != null && member.element.equals("value");
        hasExtensions |= bare.equals("extension");
        boolean attribute =
            beside && !resource && (bare.equals("id") || extension && bare.equals("url"));
        if (member == null || attribute || beside && !isPrimitive(member)) {
          if (!resource || !name.equals("resourceType")) {
            slip(Fault.Kind.UNKNOWN, new Step(at, Sent.foreign(name), null, -1));
          }
          json.skipChildren();
        } else {
          if (member.type != null) {
            choices = choices.isEmpty() ? new HashMap<>() : choices;
            String other = choices.putIfAbsent(member.element, bare);
            if (other != null && !other.equals(bare)) {
              slip(Fault.Kind.UNKNOWN, new Step(at, bare, null, -1));
              // The validator looks no further at a second type.
              if (isPrimitive(member)
                  && fits(json.currentToken(), member.form)
                  && !isWritten(member.type, json.getText())) {
                slip(Fault.Kind.FORMAT, new Step(at, member.element, member.type, -1));
              }
            }
          }
          if (resource && isContained(at)) {
            contained(json, name, at);
          }
          Row row =
              beside
                  ? besides(json, member, name, at)
                  : values(json, member, new Step(at, member.element, member.type, -1));
          if (row != null) {
            rows = rows.isEmpty() ? new HashMap<>() : rows;
            rows.put(name, row);
          }
        }
        json.nextToken();
      }
      for (Map.Entry<String, Row> row : rows.entrySet()) {
        pair(row.getKey(), row.getValue(), rows, at);
      }
      if (extension && hasValue == hasExtensions) {
        slip(Fault.Kind.INVARIANT, at); // ext-1; the engine would leave it out
      }
    }

    private static boolean isContained(Step at) {
      return at.above != null && at.name.equals("contained");
    }

    /** The engine keeps one of several with the same id, and nothing that is contained deeper. */
    private void contained(JsonParser json, String name, Step at) throws IOException {
      if (name.equals("contained")
          || name.equals("id")
              && at.above != null
              && !contained
                  .computeIfAbsent(at.above, first -> new HashSet<>())
                  .add(json.getText())) {
        slip(Fault.Kind.INVARIANT, name.equals("id") ? at : new Step(at, name, null, -1));
      }
    }

    /** Reads what stands at a name; returns the row where values of a primitive repeat. */
    private @Nullable Row values(JsonParser json, Member member, Step at) throws IOException {
      if (!member.repeats) {
        value(json, member, at);
        return null;
      }
      if (json.currentToken() != JsonToken.START_ARRAY) {
        slip(Fault.Kind.SHAPE, at);
        json.skipChildren();
        return null;
      }
      boolean primitive = isPrimitive(member);
      BitSet nulls = NONE;
      int length = 0;
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (primitive && json.currentToken() == JsonToken.VALUE_NULL) {
          nulls = nulls == NONE ? new BitSet() : nulls;
          nulls.set(length);
        } else {
          value(json, member, new Step(at.above, at.name, at.type, length));
        }
        length++;
      }
      if (length == 0) {
        slip(Fault.Kind.EMPTY, at);
      }
      return primitive && length > 0 ? new Row(length, nulls) : null;
    }

    private void value(JsonParser json, Member member, Step at) throws IOException {
      JsonToken token = json.currentToken();
      switch (token) {
        case VALUE_NULL -> slip(Fault.Kind.EMPTY, at);
        case START_OBJECT -> {
          if (member.form == Form.RESOURCE) {
            resource(json, at);
          } else if (member.inside != null) {
            json.nextToken();
            object(json, members(member.inside), at, false);
          } else {
            slip(Fault.Kind.SHAPE, at);
            json.skipChildren();
          }
        }
        case START_ARRAY -> {
          slip(Fault.Kind.SHAPE, at);
          json.skipChildren();
        }
        default -> {
          if (!isPrimitive(member)) {
            slip(Fault.Kind.SHAPE, at);
          } else if (!fits(token, member.form)) {
            slip(Fault.Kind.FORMAT, at);
          } else if (member.form == Form.MARKUP && !MARKUP.matcher(json.getText()).lookingAt()) {
            slip(Fault.Kind.INVARIANT, at); // the engine would put another element around it
          } else if (member.form == Form.STRING
              && isBlank(json.getTextCharacters(), json.getTextOffset(), json.getTextLength())) {
            slip(Fault.Kind.EMPTY, at);
          }
        }
      }
    }

    private boolean isWritten(String type, String value) {
      BaseRuntimeElementDefinition<?> definition = context.getElementDefinition(type);
      try {
        return definition != null && definition.newInstance(value) != null;
      } catch (ConfigurationException | DataFormatException | IllegalArgumentException wrong) {
        return false;
      }
    }

    private static boolean fits(JsonToken token, Form form) {
      return switch (form) {
        case BOOLEAN -> token.isBoolean();
        case NUMBER -> token.isNumeric();
        case STRING, ENCODED, MARKUP, OBJECT, RESOURCE -> token == JsonToken.VALUE_STRING;
      };
    }

    /** Reads id and extensions of a primitive, which stand beside it. */
    private @Nullable Row besides(JsonParser json, Member member, String name, Step above)
        throws IOException {
      Step at = new Step(above, name, null, -1);
      if (!member.repeats) {
        beside(json, at);
        return null;
      }
      if (json.currentToken() != JsonToken.START_ARRAY) {
        slip(Fault.Kind.SHAPE, at);
        json.skipChildren();
        return null;
      }
      BitSet nulls = new BitSet();
      int length = 0;
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
          nulls.set(length);
        } else {
          beside(json, new Step(above, name, null, length));
        }
        length++;
      }
      if (length == 0) {
        slip(Fault.Kind.EMPTY, at);
      }
      return new Row(length, nulls);
    }

    private void beside(JsonParser json, Step at) throws IOException {
      if (json.currentToken() == JsonToken.START_OBJECT) {
        json.nextToken();
        object(json, JsonGrammar.this.beside, at, false);
      } else {
        slip(json.currentToken() == JsonToken.VALUE_NULL ? Fault.Kind.EMPTY : Fault.Kind.SHAPE, at);
        json.skipChildren();
      }
    }

    /** Holds the values of a primitive against what stands beside them. */
    private void pair(String name, Row row, Map<String, Row> rows, Step above) {
      boolean beside = name.startsWith("_");
      Row other = rows.get(beside ? name.substring(1) : "_" + name);
      Step at = new Step(above, beside ? name.substring(1) : name, null, -1);
      if (beside && (other == null || row.length > other.length)) {
        slip(Fault.Kind.SHAPE, at, UNPAIRED);
      }
      for (int i = beside ? -1 : row.nulls.nextSetBit(0); i >= 0; i = row.nulls.nextSetBit(i + 1)) {
        if (other == null || !other.has(i)) {
          slip(Fault.Kind.EMPTY, new Step(above, name, null, i));
        }
      }
    }

    private static boolean isPrimitive(Member member) {
      return member.inside == null && member.form != Form.RESOURCE;
    }
  }
}
