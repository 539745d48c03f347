package org.hutong.server;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.profiles.Declared;
import org.hutong.profiles.IndexedParameters;
import org.jspecify.annotations.Nullable;

/**
 * Which searches exist: the declared parameters with the modifiers that work, chains and {@code
 * _has} over declared parameters, and the control parameters with the values that mean something.
 * HAPI drops a modifier that it does not know, and so shows more than was asked for.
 */
class SearchDoor {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  /** Control parameters with a fixed set of values (FHIR R4 §3.1.1.5). */
  private static final Map<String, Set<String>> VALUES =
      Map.of(
          "_summary", Set.of("true", "text", "data", "count", "false"),
          "_total", Set.of("none", "estimate", "accurate"));

  private static final Set<String> NUMBERS = Set.of("_count", "_offset");
  private static final Set<String> FREE = Set.of("_elements", "_format", "_pretty");

  /** Of these HAPI would take one, and show all in the link of the page to itself. */
  private static final Set<String> ONCE = Set.of("_count", "_summary", "_total");

  private static final Set<String> BOOLEANS = Set.of("true", "false");

  /** A token of which nothing is said; HAPI drops it, and so finds everything. */
  private static final Pattern NOTHING = Pattern.compile("[\\s,]*\\|[\\s,|]*");

  /** Nothing, or a reference to nothing: {@code Patient/} and an empty variable. */
  private static final Pattern BLANK =
      Pattern.compile("[\\s\\p{Z}]*+(?:[A-Z][A-Za-z]*+/)?[\\s\\p{Z}]*+");

  private static final Map<SearchParamType, Set<String>> MODIFIERS =
      Map.of(
          SearchParamType.STRING, Set.of("exact", "missing"),
          SearchParamType.TOKEN, Set.of("not", "missing"),
          SearchParamType.REFERENCE, Set.of("missing"),
          SearchParamType.DATE, Set.of("missing"),
          SearchParamType.NUMBER, Set.of("missing"),
          SearchParamType.QUANTITY, Set.of("missing"),
          SearchParamType.URI, Set.of("above", "below", "missing"));

  private final Declared declared;
  private final IndexedParameters parameters;
  private final Elements elements;

  SearchDoor(Declared declared, IndexedParameters parameters, Elements elements) {
    this.declared = declared;
    this.parameters = parameters;
    this.elements = elements;
  }

  /**
   * The parameters of a search without value. HAPI drops them, and shows everything: whoever sends
   * an empty variable would get the records of all.
   */
  static Map<String, Problem.Issue> blank(Map<String, ? extends Collection<String>> query) {
    Map<String, Problem.Issue> faults = new LinkedHashMap<>();
    query.forEach(
        (name, values) -> {
          if (!Operations.FORMAT.contains(name) && values.stream().anyMatch(SearchDoor::isBlank)) {
            faults.put(name, blank(name));
          }
        });
    return faults;
  }

  /** Whether none of a value's alternatives is one. */
  private static boolean isBlank(String value) {
    for (String alternative : value.split(",")) {
      if (!BLANK.matcher(alternative).matches()) {
        return false;
      }
    }
    return true;
  }

  /** What is wrong with a search, by the whole name of the parameter concerned. */
  Map<String, Problem.Issue> search(String type, Map<String, ? extends Collection<String>> query) {
    Map<String, Problem.Issue> faults = new LinkedHashMap<>();
    query.forEach(
        (name, values) -> {
          Problem.Issue fault = parameter(type, name, values);
          if (fault != null) {
            faults.put(name, fault);
          }
        });
    unreadable(type, query).forEach(faults::putIfAbsent);
    return faults;
  }

  /** The parameters whose value is none that they take; whoever sends one means something else. */
  Map<String, Problem.Issue> unreadable(
      String type, Map<String, ? extends Collection<String>> query) {
    Map<String, Problem.Issue> faults = blank(query);
    query.forEach(
        (name, values) -> {
          Problem.Issue fault = value(type, name, values);
          if (fault != null) {
            faults.putIfAbsent(name, fault);
          }
        });
    return faults;
  }

  private Problem.@Nullable Issue value(String type, String name, Collection<String> values) {
    int colon = name.indexOf(':');
    SearchParameter parameter =
        name.indexOf('.') >= 0 || name.endsWith(":missing") || isControl(name)
            ? null
            : parameters.declared(type, colon < 0 ? name : name.substring(0, colon));
    if (parameter != null) {
      for (String value : values) {
        String wanted = SearchValue.wanted(parameter, value);
        if (wanted != null) {
          return Problem.parameterInvalid(name, value, wanted).issues().get(0);
        }
      }
    }
    return null;
  }

  /**
   * What is wrong with the condition of a conditional write. A condition that names nothing would
   * match whatever is there: one of a token's system alone, or one that only excludes. A parameter
   * without value, which HAPI drops, would let it match more than was said.
   */
  List<Problem.Issue> condition(String type, Map<String, ? extends Collection<String>> query) {
    List<Problem.Issue> faults = new ArrayList<>();
    boolean bounded = false;
    boolean blank = false;
    for (Map.Entry<String, ? extends Collection<String>> parameter : query.entrySet()) {
      String name = parameter.getKey();
      if (Operations.FORMAT.contains(name)) {
        continue;
      }
      Problem.Issue fault =
          isControl(name) ? unknown(type, name) : filter(type, name, parameter.getValue());
      if (fault != null) {
        faults.add(fault);
      }
      blank |= parameter.getValue().stream().anyMatch(SearchDoor::isBlank);
      boolean names =
          !name.endsWith(":not") && !name.endsWith(":missing") && !name.equals("_lastUpdated");
      bounded |= names && parameter.getValue().stream().allMatch(SearchDoor::namesSomething);
    }
    if ((blank || !bounded) && faults.isEmpty()) {
      faults.addAll(Problem.at("http.url", ProblemCode.CONDITION_EMPTY, type).issues());
    }
    return faults;
  }

  /** Whether each alternative of a value has more than a system. */
  private static boolean namesSomething(String value) {
    for (String alternative : value.split("(?<!\\\\),", -1)) {
      if (alternative.isBlank() || alternative.matches("(?s).*(?<!\\\\)\\|\\s*")) {
        return false;
      }
    }
    return true;
  }

  /**
   * Warnings of codes that an element of the type never has, such as 男 for male: nothing is found
   * by them, which looks as if there were nothing (FHIR R4 §3.1.1.1.3 has the search go on).
   *
   * @param warning whether the search does go on
   */
  List<Problem.Issue> hints(
      String type, Map<String, ? extends Collection<String>> query, boolean warning) {
    List<Problem.Issue> hints = new ArrayList<>();
    query.forEach(
        (name, values) -> {
          Set<String> codes = parameters.codes(type, name.replaceFirst(":not$", ""));
          for (String value : codes.isEmpty() ? List.<String>of() : values) {
            for (String alternative : value.split("(?<!\\\\),")) {
              String code = alternative.substring(alternative.lastIndexOf('|') + 1);
              if (!code.isBlank() && !codes.contains(code.strip())) {
                hints.add(hint(name, code, codes, warning));
              }
            }
          }
        });
    return hints;
  }

  private static Problem.Issue hint(String name, String code, Set<String> codes, boolean warning) {
    String shown = Problem.printable(name);
    String wrong = Problem.printable(code);
    return new Problem.Issue(
        ProblemCode.PARAMETER_INVALID,
        place(name),
        List.of(),
        new Problem.Wording(
            null,
            new Bilingual(
                "检索参数 %s 没有代码“%s”，没有记录会与它相符".formatted(shown, wrong),
                "The search parameter %s has no code \"%s\": no record can match it"
                    .formatted(shown, wrong)),
            new Bilingual(
                "可用的代码：%s。".formatted(String.join("、", codes)),
                "Its codes are: %s.".formatted(String.join(", ", codes))),
            null),
        null,
        warning);
  }

  private Problem.@Nullable Issue parameter(String type, String name, Collection<String> values) {
    Declared.Type declaredType = declared.type(type);
    if (declaredType != null && !declared.stores(type)) {
      Problem.Issue fault = made(declaredType, name);
      return fault == null && isControl(name) ? control(type, name, values) : fault;
    }
    return isControl(name) ? control(type, name, values) : filter(type, name, values);
  }

  /** What is made when it is asked for is found by its own parameters, as they stand. */
  private static Problem.@Nullable Issue made(Declared.Type type, String name) {
    Set<String> known = new TreeSet<>(type.searchParameters().keySet());
    known.addAll(List.of("_count", "_offset", "_total"));
    return known.contains(name) || Operations.FORMAT.contains(name)
        ? null
        : Problem.parameterUnknown(name, type.name(), known).issues().get(0);
  }

  private Problem.@Nullable Issue filter(String type, String name, Collection<String> values) {
    Problem.Issue fault = plainOrHas(type, name);
    if (fault != null) {
      return fault;
    }
    for (String value : values) {
      if (name.endsWith(":missing") && !BOOLEANS.contains(value)) {
        return invalid(name, value, BOOLEANS);
      }
      if (NOTHING.matcher(value).matches()) {
        return invalid(name, value, Set.of("[system]|[code]", "|[code]", "[code]"));
      }
    }
    return value(type, name, values);
  }

  private static boolean isControl(String name) {
    String plain = name.replaceFirst(":.*", "");
    return FREE.contains(plain)
        || NUMBERS.contains(plain)
        || VALUES.containsKey(plain)
        || plain.equals("_sort")
        || plain.equals("_include")
        || plain.equals("_revinclude");
  }

  private Problem.@Nullable Issue control(String type, String name, Collection<String> values) {
    if (name.startsWith("_include") || name.startsWith("_revinclude")) {
      return include(type, name, values);
    }
    if (name.equals(Elements.PARAMETER)) {
      return elements.fault(type, values);
    }
    if (ONCE.contains(name) && values.size() > 1) {
      return invalid(name, String.join(", ", values), Set.of("0..1"));
    }
    for (String value : values) {
      if (name.equals("_sort")) {
        Problem.Issue fault = sort(type, value);
        if (fault != null) {
          return fault;
        }
      } else if (NUMBERS.contains(name)) {
        if (!NUMBER.matcher(value).matches()) {
          return invalid(name, value, Set.of("0 … 999999999"));
        }
      } else if (VALUES.containsKey(name)) {
        Set<String> allowed = VALUES.getOrDefault(name, Set.of());
        if (!allowed.contains(value)) {
          return invalid(name, value, allowed);
        }
      } else if (!FREE.contains(name)) {
        int colon = name.indexOf(':');
        return modifier(name, name.substring(0, colon), name.substring(colon + 1), Set.of());
      }
    }
    return null;
  }

  private Problem.@Nullable Issue sort(String type, String value) {
    for (String key : value.split(",")) {
      String code = key.strip().replaceFirst("^-", "");
      if (!key.isBlank() && parameters.declared(type, code) == null) {
        return invalid("_sort", value, codes(type));
      }
    }
    return null;
  }

  private Problem.@Nullable Issue include(String type, String name, Collection<String> values) {
    boolean forward = name.startsWith("_include");
    String modifier = name.substring((forward ? "_include" : "_revinclude").length());
    boolean iterate = modifier.equals(":iterate");
    if (!modifier.isEmpty() && !iterate) {
      String plain = forward ? "_include" : "_revinclude";
      return modifier(name, plain, modifier.substring(1), Set.of("iterate"));
    }
    Set<String> offered = forward ? parameters.includes(type) : parameters.revIncludes(type);
    for (String value : values) {
      String[] parts = value.split(":", -1);
      SearchParameter via = parts.length < 2 ? null : parameters.declared(parts[0], parts[1]);
      boolean known =
          via != null
              && via.getType() == SearchParamType.REFERENCE
              && (iterate || offered.contains(parts[0] + ":" + parts[1]))
              && (parts.length == 2 || (parts.length == 3 && via.hasTarget(parts[2])));
      if (!known) {
        return invalid(name, value, offered);
      }
    }
    return null;
  }

  /** {@code code[:modifier]}, {@code code[:type].rest} or {@code _has:type:code:rest}. */
  private Problem.@Nullable Issue plainOrHas(String type, String name) {
    if (name.startsWith("_has:")) {
      String[] parts = name.split(":", 4);
      SearchParameter via = parts.length < 4 ? null : parameters.declared(parts[1], parts[2]);
      return via != null && via.hasTarget(type)
          ? plainOrHas(parts[3], parts[1], name)
          : unknown(type, name);
    }
    int dot = name.indexOf('.');
    String first = dot < 0 ? name : name.substring(0, dot);
    int colon = first.indexOf(':');
    String modifier = colon < 0 ? "" : first.substring(colon + 1);
    SearchParameter parameter =
        parameters.declared(type, colon < 0 ? first : first.substring(0, colon));
    if (parameter == null) {
      return unknown(type, name);
    }
    if (dot >= 0) {
      return chain(type, name, parameter, modifier, name.substring(dot + 1));
    }
    boolean control = parameter.getCode().startsWith("_");
    Set<String> allowed = new TreeSet<>(MODIFIERS.getOrDefault(parameter.getType(), Set.of()));
    if (parameter.getType() == SearchParamType.REFERENCE) {
      parameter.getTarget().forEach(target -> allowed.add(target.getValue()));
    }
    return modifier.isEmpty() || (!control && allowed.contains(modifier))
        ? null
        : modifier(name, parameter.getCode(), modifier, control ? Set.of() : allowed);
  }

  /** What is wrong with the rest of a chain or {@code _has}, told of the whole name. */
  private Problem.@Nullable Issue plainOrHas(String rest, String type, String whole) {
    Problem.Issue fault = plainOrHas(type, rest);
    if (fault == null) {
      return null;
    }
    return new Problem(List.of(fault)).within(place(whole)).issues().get(0);
  }

  private Problem.@Nullable Issue chain(
      String type, String name, SearchParameter via, String target, String rest) {
    if (via.getType() != SearchParamType.REFERENCE) {
      return unknown(type, name);
    }
    Problem.Issue told = null;
    for (CodeType possible : via.getTarget()) {
      if (target.isEmpty() || target.equals(possible.getValue())) {
        Problem.Issue fault = plainOrHas(rest, possible.getValue(), name);
        if (fault == null) {
          return null;
        }
        told = told == null || fault.code() == ProblemCode.PARAMETER_INVALID ? fault : told;
      }
    }
    return told == null ? unknown(type, name) : told;
  }

  private Problem.Issue unknown(String type, String name) {
    return unknown(name, type, codes(type));
  }

  private Set<String> codes(String type) {
    Declared.Type known = declared.type(type);
    return known == null ? Set.of() : known.searchParameters().keySet();
  }

  private static Problem.Issue unknown(String name, String of, Set<String> known) {
    return Problem.parameterUnknown(name, of, known).issues().get(0);
  }

  /** A modifier that a parameter does not take, whole name and part. */
  private static Problem.Issue modifier(
      String name, String parameter, String modifier, Set<String> allowed) {
    String plain = Problem.printable(parameter);
    String wrong = Problem.printable(modifier);
    String list =
        allowed.stream().sorted().map(known -> ":" + known).collect(Collectors.joining(", "));
    return Problem.worded(
            ProblemCode.PARAMETER_INVALID,
            place(name),
            new Bilingual(
                "检索参数 %s 不接受修饰符 :%s".formatted(plain, wrong),
                "The search parameter %s does not take the modifier :%s".formatted(plain, wrong)),
            allowed.isEmpty()
                ? new Bilingual(
                    "%s 不接受任何修饰符，请去掉。".formatted(plain),
                    "%s takes no modifier; leave it out.".formatted(plain))
                : new Bilingual(
                    "可用的修饰符：%s；也可不用修饰符。".formatted(list), "It takes: %s; or none.".formatted(list)))
        .issues()
        .get(0);
  }

  /** A parameter without value. */
  private static Problem.Issue blank(String name) {
    String shown = Problem.printable(name);
    return Problem.worded(
            ProblemCode.PARAMETER_INVALID,
            place(name),
            new Bilingual(
                "检索参数 %s 没有值".formatted(shown),
                "The search parameter %s has no value".formatted(shown)),
            new Bilingual(
                "请给出值；不按 %s 检索时请去掉这个参数。".formatted(shown),
                "Give a value; or leave %s out to search without it.".formatted(shown)))
        .issues()
        .get(0);
  }

  private static String place(String name) {
    return "http." + Problem.printable(name);
  }

  private static Problem.Issue invalid(String name, String value, Set<String> allowed) {
    String list = allowed.isEmpty() ? "–" : String.join(", ", new TreeSet<>(allowed));
    return Problem.parameterInvalid(name, value.isBlank() ? null : value, list).issues().get(0);
  }
}
