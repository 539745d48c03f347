package org.hutong.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Decimals;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * One streaming pass over a JSON body before the engine sees it: well-formed (RFC 8259), not nested
 * too deeply, no key twice in one object (FHIR R4 §2.6.2), clean text, one resource.
 *
 * <p>Strings are looked at only when {@link RawText} has found a reason. Where a problem is found
 * its place is given as FHIRPath ({@code Patient.name[0].text}), built only then.
 */
final class JsonScan {
  private static final String FORMAT = "JSON";

  /** A FHIR decimal needs 18 digits; longer numbers cost the engine more than they carry. */
  private static final int LONGEST_NUMBER = 64;

  private static final int LONGEST_NAME = 256;
  private static final Pattern ELEMENT_NAME = Pattern.compile("_?[A-Za-z][A-Za-z0-9]{0,63}");

  private final int maxDepth;
  private final int maxEntries;
  private final JsonFactory strict;
  private final JsonFactory lenient;

  JsonScan(IntakeSettings settings) {
    this.maxDepth = settings.maxDepth();
    this.maxEntries = settings.maxEntries();
    this.strict = factory(settings, false);
    this.lenient = factory(settings, true);
  }

  private static JsonFactory factory(IntakeSettings settings, boolean allowControlCharacters) {
    return new JsonFactoryBuilder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(settings.maxDepth() + 8)
                .maxStringLength((int) settings.maxBody().toBytes())
                .maxNameLength(LONGEST_NAME)
                .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .configure(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS, allowControlCharacters)
        .build();
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
   * Scans {@code bytes[from..to)} as a JSON Patch (RFC 6902): an array at the root.
   *
   * @throws Problem saying what is wrong and where
   */
  void patch(byte[] bytes, int from, int to) {
    scan(bytes, from, to, true);
  }

  private void scan(byte[] bytes, int from, int to, boolean patch) {
    RawText raw = RawText.of(bytes, from, to, "\\ubf");
    if (raw.malformedAt() >= 0) {
      throw Problem.of(ProblemCode.BODY_NOT_UTF8, Integer.toString(raw.malformedAt()));
    }
    if (raw.controlAt() >= 0 && raw.controlAt() - from < 2 && bytes[raw.controlAt()] == 0) {
      // A zero among the first two bytes of what should be '{"' is UTF-16.
      throw Problem.of(ProblemCode.BODY_NOT_UTF8, Integer.toString(raw.controlAt()));
    }
    try (JsonParser parser =
        (raw.controlAt() < 0 ? strict : lenient).createParser(bytes, from, to - from)) {
      new Pass(parser, bytes, from, to, patch).run(raw.suspicious());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    if (raw.controlAt() >= 0) {
      throw Problem.of(
          ProblemCode.CONTROL_CHARACTER,
          new TextFlaw(ProblemCode.CONTROL_CHARACTER, bytes[raw.controlAt()]).notation());
    }
  }

  /** The state of one pass. */
  private final class Pass {
    private final JsonParser parser;
    private final byte[] bytes;
    private final int from;
    private final int to;
    private final boolean patch;
    private int depth;
    private int entries;
    private boolean entryIsOpen;
    private boolean typeIsNext;
    private @Nullable String type;

    Pass(JsonParser parser, byte[] bytes, int from, int to, boolean patch) {
      this.parser = parser;
      this.bytes = bytes;
      this.from = from;
      this.to = to;
      this.patch = patch;
    }

    void run(boolean suspicious) throws IOException {
      try {
        JsonToken token = parser.nextToken();
        if (token == null) {
          throw Problem.of(ProblemCode.BODY_EMPTY);
        }
        if (token != (patch ? JsonToken.START_ARRAY : JsonToken.START_OBJECT)) {
          throw because(
              patch
                  ? new Bilingual(
                      "JSON Patch（RFC 6902）必须是操作的数组",
                      "a JSON Patch (RFC 6902) must be an array of operations")
                  : new Bilingual("最外层必须是一个对象", "the root must be an object"));
        }
        do {
          take(token, suspicious);
          token = parser.nextToken();
        } while (depth > 0 && token != null);
        if (token != null) {
          throw because(new Bilingual("资源之后还有内容", "there is more after the resource"));
        }
      } catch (JsonProcessingException malformed) {
        throw explain(malformed);
      }
      if (!patch && type == null) {
        throw because(
            new Bilingual(
                "缺少 resourceType，或其值不是字符串", "resourceType is missing or is not a string"));
      }
      if (entries > maxEntries && "Bundle".equals(type)) {
        throw Problem.at(
            "Bundle.entry", ProblemCode.BUNDLE_TOO_LARGE, Integer.toString(maxEntries));
      }
    }

    private void take(JsonToken token, boolean suspicious) throws IOException {
      switch (token) {
        case START_OBJECT, START_ARRAY -> {
          depth++;
          if (depth > maxDepth) {
            throw Problem.at(path(), ProblemCode.BODY_TOO_DEEP, Integer.toString(maxDepth));
          }
          if (depth == 3 && entryIsOpen) {
            entries++;
          }
        }
        case END_OBJECT, END_ARRAY -> depth--;
        case FIELD_NAME -> {
          if (depth == 1) {
            String name = parser.currentName();
            typeIsNext = name.equals("resourceType");
            entryIsOpen = name.equals("entry");
          }
          if (suspicious) {
            inspect();
          }
        }
        case VALUE_STRING -> {
          if (depth == 1 && typeIsNext) {
            type = parser.getText();
          }
          if (suspicious) {
            inspect();
          }
        }
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(token);
        case VALUE_TRUE, VALUE_FALSE, VALUE_NULL, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> {}
      }
      if (depth == 1 && token != JsonToken.FIELD_NAME) {
        typeIsNext = false;
      }
    }

    private void inspect() throws IOException {
      TextFlaw flaw =
          TextFlaw.find(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
      if (flaw != null) {
        throw Malformed.flaw(path(), flaw);
      }
    }

    private void number(JsonToken token) throws IOException {
      int length = parser.getTextLength();
      if (length > LONGEST_NUMBER) {
        throw because(new Bilingual("数字过长", "a number is too long"));
      }
      if (token == JsonToken.VALUE_NUMBER_FLOAT) {
        char[] text = parser.getTextCharacters();
        int offset = parser.getTextOffset();
        for (int i = offset; i < offset + length; i++) {
          if ((text[i] == 'e' || text[i] == 'E') && exponent(text, i + 1, offset + length)) {
            throw because(new Bilingual("数字的指数过大", "the exponent of a number is too large"));
          }
        }
      }
    }

    private static boolean exponent(char[] text, int from, int to) {
      int value = 0;
      for (int i = from; i < to; i++) {
        if (text[i] >= '0' && text[i] <= '9') {
          value = Math.min(value * 10 + text[i] - '0', Decimals.LARGEST_EXPONENT + 1);
        }
      }
      return value > Decimals.LARGEST_EXPONENT;
    }

    private Problem explain(JsonProcessingException malformed) {
      String words = malformed.getOriginalMessage();
      JsonStreamContext context = parser.getParsingContext();
      if (words.startsWith("Duplicate field") && context.getCurrentName() != null) {
        return Problem.at(
            path(), ProblemCode.DUPLICATE_KEY, Malformed.printable(context.getCurrentName()));
      }
      JsonLocation location = malformed.getLocation();
      return location == null
          ? because(new Bilingual("无法解析", "it cannot be parsed"))
          : Malformed.at(FORMAT, path(), location.getLineNr(), location.getColumnNr(), words);
    }

    private Problem because(Bilingual reason) {
      return Malformed.because(FORMAT, path(), reason, null);
    }

    /** FHIRPath of the element at which the parser stands. */
    private String path() {
      StringBuilder path = new StringBuilder(patch ? "$this" : rootType());
      append(path, parser.getParsingContext());
      return path.toString();
    }

    private static void append(StringBuilder path, JsonStreamContext context) {
      if (context.getParent() != null) {
        append(path, context.getParent());
      }
      if (context.inArray() && context.hasCurrentIndex()) {
        path.append('[').append(context.getCurrentIndex()).append(']');
      } else if (context.inObject() && context.getCurrentName() != null) {
        String name = context.getCurrentName();
        if (!ELEMENT_NAME.matcher(name).matches()) {
          return;
        }
        // "_birthDate" is how JSON spells the extensions of birthDate (FHIR R4 §2.6.2.3).
        path.append('.').append(name.startsWith("_") ? name.substring(1) : name);
      }
    }

    /** The type named anywhere at the root, so that a path can begin with it. */
    private String rootType() {
      if (type == null) {
        type = lookAhead();
      }
      return type != null && ELEMENT_NAME.matcher(type).matches() ? type : "Resource";
    }

    private @Nullable String lookAhead() {
      try (JsonParser ahead = lenient.createParser(bytes, from, to - from)) {
        ahead.disable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
        if (ahead.nextToken() != JsonToken.START_OBJECT) {
          return null;
        }
        while (ahead.nextToken() == JsonToken.FIELD_NAME) {
          boolean found = "resourceType".equals(ahead.currentName());
          if (ahead.nextToken() == JsonToken.VALUE_STRING && found) {
            return ahead.getText();
          }
          ahead.skipChildren();
        }
        return null;
      } catch (IOException malformedBeforeTheType) {
        return null;
      }
    }
  }
}
