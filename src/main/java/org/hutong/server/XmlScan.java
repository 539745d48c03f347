package org.hutong.server;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.stax.WstxInputFactory;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * One streaming pass over an XML body before the engine sees it: well-formed XML 1.0 in UTF-8, no
 * DOCTYPE and so no entities but the five predefined ones, not nested too deeply, clean text, no
 * elements but FHIR's and XHTML's (FHIR R4 §2.6.1).
 *
 * <p>Where a problem is found its place is given as FHIRPath. XML does not say which elements
 * repeat, so the first of several carries no index: {@code Patient.name.text}, {@code
 * Patient.name[1].text}.
 */
final class XmlScan {
  private static final String FORMAT = "XML";
  private static final String FHIR = "http://hl7.org/fhir";
  private static final String XHTML = "http://www.w3.org/1999/xhtml";
  private static final int MOST_ATTRIBUTES = 64;
  private static final int LONGEST_NUMBER = 400;

  /** How the parser puts a reference to what is no character, such as {@code &#8;}. */
  private static final Pattern ILLEGAL_REFERENCE =
      Pattern.compile(
          "Illegal character entity: expansion character \\(code 0x([0-9a-f]{1,6})"
              + "|Invalid character reference: null");

  private final int maxDepth;
  private final int maxEntries;
  private final WstxInputFactory factory;

  XmlScan(IntakeSettings settings) {
    this.maxDepth = settings.maxDepth();
    this.maxEntries = settings.maxEntries();
    this.factory = new WstxInputFactory();
    factory.configureForSpeed();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("external entities are refused");
        });
    factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, maxDepth + 8);
    factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, MOST_ATTRIBUTES);
    factory.setProperty(
        WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, (int) settings.maxBody().toBytes());
  }

  /**
   * Scans {@code bytes[from..to)} as one FHIR resource.
   *
   * @throws Problem saying what is wrong and where
   */
  void resource(byte[] bytes, int from, int to) {
    scan(bytes, from, to, false);
  }

  /**
   * Scans {@code bytes[from..to)} as an XML Patch (RFC 5261).
   *
   * @throws Problem saying what is wrong and where
   */
  void patch(byte[] bytes, int from, int to) {
    scan(bytes, from, to, true);
  }

  private void scan(byte[] bytes, int from, int to, boolean patch) {
    RawText raw = RawText.of(bytes, from, to, "&#");
    if (raw.malformedAt() >= 0) {
      throw Problem.of(ProblemCode.BODY_NOT_UTF8, Integer.toString(raw.malformedAt()));
    }
    if (raw.controlAt() >= 0 && raw.controlAt() - from < 2 && bytes[raw.controlAt()] == 0) {
      // A zero among the first two bytes of what should be "<?" is UTF-16.
      throw Problem.of(ProblemCode.BODY_NOT_UTF8, Integer.toString(raw.controlAt()));
    }
    if (blank(bytes, from, to)) {
      throw Problem.of(ProblemCode.BODY_EMPTY);
    }
    Pass pass = new Pass(patch, raw, bytes);
    try {
      XMLStreamReader reader =
          factory.createXMLStreamReader(new ByteArrayInputStream(bytes, from, to - from), "UTF-8");
      try {
        pass.run(reader);
      } finally {
        reader.close();
      }
    } catch (XMLStreamException malformed) {
      throw pass.explain(malformed);
    }
  }

  private static boolean blank(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] > ' ' || bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /** The state of one pass. */
  private final class Pass {
    private final boolean patch;
    private final RawText raw;
    private final byte[] bytes;

    /** Names of the open elements, and of the last one closed at each depth. */
    private String[] names = new String[16];

    /** How many elements of the same name went before, at each depth. */
    private int[] repeats = new int[16];

    private int depth;
    private int entries;

    Pass(boolean patch, RawText raw, byte[] bytes) {
      this.patch = patch;
      this.raw = raw;
      this.bytes = bytes;
      Arrays.fill(names, "");
    }

    void run(XMLStreamReader reader) throws XMLStreamException {
      declaration(reader);
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
              throw Problem.of(ProblemCode.XML_DOCTYPE);
          case XMLStreamConstants.START_ELEMENT -> open(reader);
          case XMLStreamConstants.END_ELEMENT -> close();
          case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
            if (raw.suspicious()) {
              refuse(
                  TextFlaw.find(
                      reader.getTextCharacters(), reader.getTextStart(), reader.getTextLength()));
            }
          }
          default -> {
            // Comments, processing instructions and white space carry nothing that is stored.
          }
        }
      }
      if (entries > maxEntries) {
        throw Problem.at(
            "Bundle.entry", ProblemCode.BUNDLE_TOO_LARGE, Integer.toString(maxEntries));
      }
    }

    private void declaration(XMLStreamReader reader) {
      String encoding = reader.getCharacterEncodingScheme();
      if (encoding != null && !encoding.equalsIgnoreCase("UTF-8")) {
        String named = Malformed.printable(encoding);
        throw because(
            new Bilingual("声明的编码是 " + named + "，须为 UTF-8", "it declares " + named + ", not UTF-8"));
      }
      String version = reader.getVersion();
      if (version != null && !version.equals("1.0")) {
        throw because(new Bilingual("须为 XML 1.0", "it must be XML 1.0"));
      }
    }

    private void open(XMLStreamReader reader) {
      String name = reader.getLocalName();
      String namespace = reader.getNamespaceURI();
      push(name);
      if (depth > maxDepth) {
        throw Malformed.problem(path(), ProblemCode.BODY_TOO_DEEP, Integer.toString(maxDepth));
      }
      if (!patch && !FHIR.equals(namespace) && (depth == 1 || !XHTML.equals(namespace))) {
        throw because(
            new Bilingual("元素的命名空间须为 " + FHIR, "an element is not in the namespace " + FHIR));
      }
      if (depth == 2 && name.equals("entry") && names[0].equals("Bundle")) {
        entries++;
      }
      for (int i = 0; i < reader.getAttributeCount(); i++) {
        if (isEndlessNumber(reader.getAttributeValue(i))) {
          throw because(new Bilingual("数字过长", "a number is too long"));
        }
      }
      if (raw.suspicious()) {
        for (int i = 0; i < reader.getAttributeCount(); i++) {
          refuse(TextFlaw.find(reader.getAttributeValue(i)));
        }
      }
    }

    /** XML does not say what is a number; what looks like one is read as one, at quadratic cost. */
    private static boolean isEndlessNumber(String value) {
      if (value.length() <= LONGEST_NUMBER) {
        return false;
      }
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
          return false;
        }
      }
      return true;
    }

    private void push(String name) {
      if (depth + 1 >= names.length) {
        int length = names.length;
        names = Arrays.copyOf(names, length * 2);
        repeats = Arrays.copyOf(repeats, length * 2);
        Arrays.fill(names, length, names.length, "");
      }
      repeats[depth] = names[depth].equals(name) ? repeats[depth] + 1 : 0;
      names[depth] = name;
      depth++;
      names[depth] = "";
    }

    private void close() {
      depth--;
    }

    private void refuse(@Nullable TextFlaw flaw) {
      if (flaw != null) {
        throw Malformed.flaw(path(), flaw);
      }
    }

    private Problem because(Bilingual reason) {
      return Malformed.because(FORMAT, path(), reason, null);
    }

    Problem explain(XMLStreamException malformed) {
      if (raw.controlAt() >= 0) {
        return Malformed.flaw(
            path(), new TextFlaw(ProblemCode.CONTROL_CHARACTER, bytes[raw.controlAt()]));
      }
      Matcher reference = ILLEGAL_REFERENCE.matcher(String.valueOf(malformed.getMessage()));
      if (reference.lookingAt()) {
        String digits = reference.group(1);
        int codePoint = digits == null ? 0 : Integer.parseInt(digits, 16);
        return Malformed.flaw(path(), new TextFlaw(ProblemCode.CONTROL_CHARACTER, codePoint));
      }
      Location location = malformed.getLocation();
      return location == null
          ? because(new Bilingual("无法解析", "it cannot be parsed"))
          : Malformed.at(
              FORMAT, path(), location.getLineNumber(), location.getColumnNumber(), null);
    }

    /** FHIRPath of the innermost open element; null outside the root. */
    private @Nullable String path() {
      if (depth == 0) {
        return null;
      }
      StringBuilder path = new StringBuilder(names[0]);
      for (int i = 1; i < depth; i++) {
        if (Character.isUpperCase(names[i].charAt(0))) {
          // The element that wraps a contained resource is no step of a path.
          continue;
        }
        path.append('.').append(names[i]);
        if (repeats[i] > 0) {
          path.append('[').append(repeats[i]).append(']');
        }
      }
      return Malformed.printable(path.toString());
    }
  }
}
