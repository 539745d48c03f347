package org.hutong.profiles;

import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import com.ctc.wstx.stax.WstxInputFactory;
import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * How FHIR R4 writes resources in XML (§2.6.1), where the engine's parser looks the other way: it
 * drops text that stands where a value attribute should be, and what is empty or blank, and takes
 * elements in any order. One streaming pass, which well-formed text is given to.
 */
final class XmlGrammar {
  /** Said of text within an element, as the validator says it. */
  static final String TEXT = "Text should not be present";

  private static final String FHIR = "http://hl7.org/fhir";

  /** Attributes that hold a value; of others the engine says that it does not know them. */
  private static final List<String> VALUES = List.of("value", "id", "url");

  private final JsonGrammar names;
  private final WstxInputFactory factory;

  /** An open element. */
  private static final class Frame {
    final String place;
    final boolean resource;

    /** What it may consist of; empty when nobody knows. */
    final Map<String, JsonGrammar.Member> members;

    final Map<String, Integer> counts = new HashMap<>();

    /** The element that a type was chosen for, by its name without type. */
    final Map<String, String> choices = new HashMap<>();

    /** Ids of the resources in here. */
    final Set<String> contained = new HashSet<>();

    final @Nullable Frame above;
    boolean empty;
    boolean text;
    int reached;

    Frame(
        @Nullable Frame above,
        String place,
        boolean resource,
        Map<String, JsonGrammar.Member> members,
        boolean empty) {
      this.above = above;
      this.place = place;
      this.resource = resource;
      this.members = members;
      this.empty = empty;
    }
  }

  XmlGrammar(JsonGrammar names) {
    this.names = names;
    this.factory = new WstxInputFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
  }

  /** What is wrong with a resource in XML; of what is not well-formed, as far as it goes. */
  List<JsonGrammar.Slip> slips(byte[] text) {
    List<JsonGrammar.Slip> slips = new ArrayList<>(0);
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(text));
      try {
        pass(reader, slips);
      } finally {
        reader.close();
      }
    } catch (XMLStreamException malformed) {
      return slips; // whoever reads it says so
    }
    return slips;
  }

  private void pass(XMLStreamReader reader, List<JsonGrammar.Slip> slips)
      throws XMLStreamException {
    Deque<Frame> open = new ArrayDeque<>();
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          Frame above = open.peek();
          if (above != null) {
            above.empty = false;
          }
          if (FHIR.equals(reader.getNamespaceURI())) {
            open.push(frame(reader, above, slips));
          } else {
            skip(reader); // the narrative
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          Frame closed = open.pop();
          boolean extension = closed.members == names.ofExtension();
          if (extension
              && closed.choices.containsKey("value") == closed.counts.containsKey("extension")) {
            slip(slips, Fault.Kind.INVARIANT, closed.place, ""); // ext-1
          }
          if (closed.text) {
            slip(slips, Fault.Kind.SHAPE, closed.place, TEXT);
          } else if (closed.empty && !closed.resource) {
            slip(slips, Fault.Kind.EMPTY, closed.place, "");
          }
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          Frame within = open.peek();
          if (within != null && !reader.isWhiteSpace()) {
            within.text = true;
          }
        }
        default -> {
          // Comments and processing instructions carry nothing that is stored.
        }
      }
    }
  }

  private Frame frame(XMLStreamReader reader, @Nullable Frame above, List<JsonGrammar.Slip> slips) {
    String name = reader.getLocalName();
    Frame frame;
    if (Character.isUpperCase(name.charAt(0))) {
      frame =
          new Frame(above, above == null ? name : above.place, true, names.ofResource(name), false);
    } else {
      frame = child(reader, name, above == null ? UNKNOWN : above, slips);
    }
    for (String attribute : VALUES) {
      String value = reader.getAttributeValue(null, attribute);
      if (value != null && JsonGrammar.isBlank(value.toCharArray(), 0, value.length())) {
        slip(
            slips,
            Fault.Kind.EMPTY,
            attribute.equals("value") ? frame.place : frame.place + "." + attribute,
            "");
      }
    }
    return frame;
  }

  private static final Frame UNKNOWN = new Frame(null, "", false, Map.of(), false);

  private Frame child(
      XMLStreamReader reader, String name, Frame above, List<JsonGrammar.Slip> slips) {
    boolean empty = reader.getAttributeCount() == 0;
    JsonGrammar.Member member = above.members.get(name);
    int count = above.counts.merge(name, 1, Integer::sum);
    if (member == null) {
      return new Frame(above, above.place + "." + name, false, Map.of(), empty);
    }
    String place =
        above.place
            + "."
            + member.element()
            + (member.type() == null ? "" : ".ofType(" + member.type() + ")")
            + (member.repeats() ? "[" + (count - 1) + "]" : "");
    if (member.type() != null) {
      String other = above.choices.putIfAbsent(member.element(), name);
      if (other != null && !other.equals(name)) {
        slip(slips, Fault.Kind.INVARIANT, above.place + "." + member.element(), "");
      }
    }
    Frame holder = above.resource && above.above != null ? above.above.above : null;
    if (holder != null && above.place.matches(".*\\.contained\\[\\d+]")) {
      // The engine keeps one of several with the same id, and nothing that is contained deeper.
      if (name.equals("contained")) {
        slip(slips, Fault.Kind.INVARIANT, place, "");
      } else if (name.equals("id")
          && !holder.contained.add(String.valueOf(reader.getAttributeValue(null, "value")))) {
        slip(slips, Fault.Kind.INVARIANT, above.place, "");
      }
    }
    if (member.rank() < above.reached) {
      slip(slips, Fault.Kind.ORDER, place, "");
    }
    above.reached = Math.max(above.reached, member.rank());
    BaseRuntimeElementCompositeDefinition<?> inside = member.inside();
    return new Frame(
        above, place, false, inside == null ? names.besideValues() : names.members(inside), empty);
  }

  private static void slip(
      List<JsonGrammar.Slip> slips, Fault.Kind kind, String place, String text) {
    if (slips.size() < JsonGrammar.MOST) {
      slips.add(new JsonGrammar.Slip(kind, place, text));
    }
  }

  private static void skip(XMLStreamReader reader) throws XMLStreamException {
    for (int depth = 1; depth > 0; ) {
      int event = reader.next();
      depth +=
          event == XMLStreamConstants.START_ELEMENT
              ? 1
              : event == XMLStreamConstants.END_ELEMENT ? -1 : 0;
    }
  }
}
