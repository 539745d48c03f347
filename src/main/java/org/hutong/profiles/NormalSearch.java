package org.hutong.profiles;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.EhealthCard;
import org.hutong.fhir.HalfWidth;
import org.hutong.fhir.IdentityNumber;
import org.hutong.fhir.NameIndex;
import org.hutong.fhir.PersonName;
import org.hutong.fhir.Pinyin;
import org.hutong.fhir.Problem;

/**
 * Brings what is asked for into the form in which it is kept: search parameters, and the conditions
 * that stand in URLs, headers and references. What is in that form already stays as it is, letter
 * by letter.
 */
final class NormalSearch {
  /** An odd number of backslashes at the end. */
  private static final Pattern ENDS_IN_ESCAPE =
      Pattern.compile("(?:.*[^\\\\])?(?:\\\\\\\\)*\\\\", Pattern.DOTALL);

  private static final int LONGEST_NUMBER = 100;

  /** An exponent of three digits or more. */
  private static final Pattern IMMENSE = Pattern.compile("[^eE|]*[0-9.][eE][+-]?0*[1-9][0-9]{2,}");

  /** Shorter text before a colon is no card's ID that anyone would ask for without its system. */
  private static final int SHORTEST_CARD_ID = 32;

  private final NamedSystems systems;
  private final IndexedParameters parameters;

  /** What a parameter's values are. */
  private enum Kind {
    IDENTIFIER,
    OTHER_TOKEN,
    PERSON_NAME,
    SOUND,
    INITIALS,
    REFERENCE,
    NUMBER,
    OTHER
  }

  NormalSearch(NamedSystems systems, IndexedParameters parameters) {
    this.systems = systems;
    this.parameters = parameters;
  }

  /**
   * The parameters of a search.
   *
   * @param type the resource type searched for
   * @param query decoded values by the whole names of parameters
   * @param base of this server, as the client calls it
   */
  Map<String, String[]> query(String type, Map<String, String[]> query, String base) {
    Map<String, String[]> normal = new LinkedHashMap<>();
    query.forEach(
        (name, values) ->
            normal.put(
                name,
                Arrays.stream(values)
                    .map(value -> parameter(type, name, value, base))
                    .toArray(String[]::new)));
    return normal;
  }

  /**
   * A condition as it stands in {@code If-None-Exist}, a conditional URL or a conditional
   * reference.
   *
   * @param type the resource type, or a URL that ends in it, when the text does not say
   * @param text {@code [[base]/type]?query} or the query alone, percent-encoded
   * @param base of this server, as the client calls it
   */
  String condition(String type, String text, String base) {
    int mark = text.indexOf('?');
    String head = text.substring(0, mark + 1);
    String named = type(head);
    List<String> pairs = new ArrayList<>();
    for (String pair : text.substring(mark + 1).split("&", -1)) {
      pairs.add(pair(named.isEmpty() ? type(type) : named, pair, base));
    }
    return head + String.join("&", pairs);
  }

  /** The last segment of {@code [base]/type}, {@code type?} or {@code type/?}. */
  private static String type(String path) {
    String bare = path.replaceFirst("/?\\??$", "");
    return bare.substring(bare.lastIndexOf('/') + 1);
  }

  private String pair(String type, String pair, String base) {
    int equals = pair.indexOf('=');
    if (equals < 0) {
      return pair;
    }
    try {
      String name = URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8);
      String value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
      String normal = parameter(type, name, value, base);
      return normal.equals(value)
          ? pair
          : pair.substring(0, equals + 1)
              + URLEncoder.encode(normal, StandardCharsets.UTF_8).replace("+", "%20");
    } catch (IllegalArgumentException malformed) {
      return pair; // whoever carries the condition out refuses it
    }
  }

  private String parameter(String type, String name, String value, String base) {
    return switch (kind(type, name)) {
      case IDENTIFIER -> alternatives(value, true);
      case OTHER_TOKEN -> alternatives(value, false);
      case PERSON_NAME ->
          each(
              value,
              name.endsWith(":exact")
                  ? one -> Set.of(PersonName.normal(one))
                  : one -> Set.of(PersonName.searched(one)));
      case SOUND -> each(value, Pinyin::typed);
      case INITIALS -> each(value, Pinyin::typedInitials);
      case REFERENCE -> references(value, base);
      case NUMBER -> numbers(name, value);
      case OTHER -> value;
    };
  }

  /** What is nothing in its form stays as it is: left out, it would find everybody. */
  private static String each(String values, Function<String, Set<String>> form) {
    Set<String> formed = new LinkedHashSet<>();
    for (String value : split(values, ',')) {
      Set<String> forms = form.apply(value);
      formed.addAll(forms.isEmpty() || forms.contains("") ? Set.of(value) : forms);
    }
    return String.join(",", formed);
  }

  /**
   * A reference as it is kept: what stands on this server is named without its base, which is what
   * clients copy from a {@code fullUrl} or a {@code Location}.
   */
  static String relative(String reference, String base) {
    return !base.isEmpty() && reference.startsWith(base) && reference.startsWith("/", base.length())
        ? reference.substring(base.length() + 1)
        : reference;
  }

  /** As they are; but one written out by the engine must not fill the memory. */
  private static String numbers(String name, String values) {
    for (String value : split(values, ',')) {
      String number = split(value, '|').get(0);
      if (number.length() > LONGEST_NUMBER || IMMENSE.matcher(number).matches()) {
        throw Problem.parameterInvalid(name, value, "5.4, lt100, 5.4e-3");
      }
    }
    return values;
  }

  private static String references(String values, String base) {
    return split(values, ',').stream()
        .map(value -> relative(value, base))
        .collect(Collectors.joining(","));
  }

  /** The parameters whose values are brought into form, of those given by type and code. */
  Map<String, Set<String>> formed(Map<String, ? extends Map<String, ?>> parametersByType) {
    Map<String, Set<String>> formed = new HashMap<>();
    parametersByType.forEach(
        (type, codes) ->
            codes
                .keySet()
                .forEach(
                    code -> {
                      Kind kind = kind(type, code);
                      if (kind != Kind.OTHER && kind != Kind.NUMBER) {
                        formed.computeIfAbsent(type, name -> new HashSet<>()).add(code);
                      }
                    }));
    return formed;
  }

  /** Follows {@code _has} and chains to the parameter whose value it is. */
  private Kind kind(String type, String name) {
    if (name.startsWith("_has:")) {
      String[] parts = name.split(":", 4);
      return parts.length < 4 ? Kind.OTHER : kind(parts[1], parts[3]);
    }
    int dot = name.indexOf('.');
    String[] first = (dot < 0 ? name : name.substring(0, dot)).split(":", 2);
    SearchParameter parameter = parameters.declared(type, first[0]);
    if (parameter == null) {
      return Kind.OTHER;
    }
    if (dot >= 0) {
      return kind(parameter, first.length < 2 ? "" : first[1], name.substring(dot + 1));
    }
    if (parameter.getType() == SearchParamType.TOKEN) {
      return first[0].equals("identifier") ? Kind.IDENTIFIER : Kind.OTHER_TOKEN;
    }
    if (parameter.getType() == SearchParamType.REFERENCE) {
      return Kind.REFERENCE;
    }
    if (parameter.getType() == SearchParamType.NUMBER
        || parameter.getType() == SearchParamType.QUANTITY) {
      return Kind.NUMBER;
    }
    if (!NameIndex.has(type, first[0]) || (first.length > 1 && first[1].equals("missing"))) {
      return Kind.OTHER;
    }
    return switch (first[0]) {
      case NameIndex.PHONETIC -> Kind.SOUND;
      case NameIndex.INITIALS -> Kind.INITIALS;
      default -> Kind.PERSON_NAME;
    };
  }

  private Kind kind(SearchParameter via, String target, String rest) {
    for (CodeType possible : via.getTarget()) {
      if (target.isEmpty() || target.equals(possible.getValue())) {
        Kind kind = kind(possible.getValue(), rest);
        if (kind != Kind.OTHER) {
          return kind;
        }
      }
    }
    return Kind.OTHER;
  }

  /** The values of a token parameter; commas part them (FHIR R4 §3.1.1.5.1). */
  private String alternatives(String values, boolean identifier) {
    if (ENDS_IN_ESCAPE.matcher(values).matches()) {
      return values; // malformed, and a comma behind it would be part of the value
    }
    Collection<String> normal = new LinkedHashSet<>();
    for (String value : split(values, ',')) {
      List<String> sides = split(value, '|');
      if (sides.size() == 2) {
        normal.add(token(sides.get(0), sides.get(1)));
      } else if (sides.size() == 1 && identifier) {
        normal.addAll(withoutSystem(value));
      } else {
        normal.add(value);
      }
    }
    return String.join(",", normal);
  }

  private String token(String system, String value) {
    String primary = systems.primary(unescape(system));
    String before = unescape(value);
    String after = systems.value(primary, before);
    return (primary.equals(unescape(system)) ? system : escape(primary))
        + "|"
        + (after.equals(before) ? value : escape(after));
  }

  /**
   * A value without a system can be of any: it is asked for as it is, and besides as what it would
   * be of a system that keeps another form of it.
   */
  private Collection<String> withoutSystem(String value) {
    Collection<String> normal = new LinkedHashSet<>();
    normal.add(value);
    String before = unescape(value);
    String half = HalfWidth.of(before);
    normal.add(half.equals(before) ? value : escape(half));
    String number = IdentityNumber.normal(half);
    if (!number.equals(half)) {
      normal.add(Canonical.ID_CARD + "|" + number);
    }
    String card = EhealthCard.id(half);
    if (!card.equals(half) && card.length() >= SHORTEST_CARD_ID) {
      normal.add(Canonical.EHEALTH_CARD + "|" + card);
    }
    return normal;
  }

  /** Splits at a character that no backslash escapes; escapes stay. */
  private static List<String> split(String text, char at) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == at) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static String unescape(String text) {
    return text.indexOf('\\') < 0 ? text : text.replaceAll("\\\\([,|$\\\\])", "$1");
  }

  private static String escape(String text) {
    return text.replaceAll("[,|$\\\\]", "\\\\$0");
  }
}
