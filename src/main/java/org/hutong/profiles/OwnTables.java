package org.hutong.profiles;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.CodeSystemContentMode;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.Coding;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.Success;
import org.jspecify.annotations.Nullable;

/**
 * The code tables of our package, and what a coding may not say of them: a table or a version that
 * the package does not have, or a code beside the name of another code. Of the codings of other
 * systems nobody here can say that. Asked for every coding that is written, by the compiled rules
 * and by the full validator alike.
 */
final class OwnTables {
  private static final Pattern OID = Pattern.compile("[0-2](\\.[0-9]+)+");

  /** The numbers of a version. */
  private static final Pattern VERSION =
      Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?");

  /** Under our base too, but of what we answer: nobody stores them, and none of them is a table. */
  private static final Set<String> ANSWERS =
      Set.of(ProblemCode.SYSTEM, Outcomes.RULES, Success.SYSTEM);

  /** Cyrillic and Greek letters that look like those by which blood groups are told apart. */
  private static final Map<Integer, Integer> LOOK_ALIKES =
      Map.ofEntries(
          Map.entry((int) '\u0430', (int) 'a'),
          Map.entry((int) '\u03b1', (int) 'a'),
          Map.entry((int) '\u0432', (int) 'b'),
          Map.entry((int) '\u03b2', (int) 'b'),
          Map.entry((int) '\u043e', (int) 'o'),
          Map.entry((int) '\u03bf', (int) 'o'));

  /** Letters, by their class, of which nothing is seen. */
  private static final String BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800";

  /** Letters by which two names of the same table may differ. */
  private static final int MOST_DIFFERENCES = 3;

  /** A shorter name may be that of anything. */
  private static final int SHORTEST_NAME = 4;

  private final Map<String, Table> tables = new LinkedHashMap<>();

  /**
   * One table.
   *
   * @param own what each code is called, as it is written here
   * @param bearers the codes that bear a name, in its bare form; empty where not all codes are here
   */
  private record Table(
      CodeSystem definition, Map<String, Set<String>> own, Map<String, Set<String>> bearers) {}

  /**
   * What is wrong with a coding.
   *
   * @param element of the coding, where it is wrong
   * @param text the version that is known, or the codes that bear the display
   */
  record Slip(Fault.Kind kind, String element, String text) {}

  private final Predicate<String> known;

  /**
   * @param known whether a system, in whatever spelling, is one by which something is decided here
   */
  OwnTables(Collection<CodeSystem> definitions, Predicate<String> known) {
    this.known = known;
    for (CodeSystem definition : definitions) {
      Map<String, Set<String>> own = new HashMap<>();
      Map<String, Set<String>> bearers = new HashMap<>();
      if (isComplete(definition)) {
        name(definition.getConcept(), own, bearers);
      }
      tables.put(definition.getUrl(), new Table(definition, own, bearers));
    }
  }

  private static boolean isComplete(CodeSystem definition) {
    return definition.getContent() == CodeSystemContentMode.COMPLETE;
  }

  private static void name(
      List<ConceptDefinitionComponent> concepts,
      Map<String, Set<String>> own,
      Map<String, Set<String>> bearers) {
    for (ConceptDefinitionComponent concept : concepts) {
      Set<String> names = new HashSet<>();
      names.add(String.valueOf(concept.getDisplay()));
      concept.getDesignation().forEach(designation -> names.add(designation.getValue()));
      own.put(concept.getCode(), names);
      for (String name : names) {
        bearers.computeIfAbsent(bare(name), first -> new TreeSet<>()).add(concept.getCode());
      }
      name(concept.getConcept(), own, bearers);
    }
  }

  /**
   * A name without what does not make it another to who reads it: blanks, width and case of
   * letters, what is invisible, marks, and letters of other scripts that look the same.
   */
  private static String bare(String name) {
    String plain = Normalizer.normalize(name, Normalizer.Form.NFKD);
    StringBuilder bare = new StringBuilder(plain.length());
    plain
        .codePoints()
        .filter(OwnTables::isSeen)
        .map(Character::toLowerCase)
        .map(c -> LOOK_ALIKES.getOrDefault(c, c))
        .forEach(bare::appendCodePoint);
    return bare.toString();
  }

  private static boolean isSeen(int c) {
    return switch (Character.getType(c)) {
      case Character.FORMAT,
          Character.CONTROL,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> BLANK_LETTERS.indexOf(c) < 0;
    };
  }

  /** What is wrong with a coding; empty when nothing is. */
  List<Slip> slips(Coding coding) {
    String system = coding.getSystem();
    if (system == null || system.isBlank()) {
      return List.of();
    }
    int bar = system.indexOf('|');
    if (bar >= 0 && isDecisive(system.substring(0, bar))) {
      return List.of(new Slip(Fault.Kind.RELATIVE, "system", ""));
    }
    Table table = tables.get(system);
    if (table == null) {
      return !isAbsolute(system.strip())
          ? List.of(new Slip(Fault.Kind.RELATIVE, "system", ""))
          : Misnomers.claimsToBeOurs(system) && !ANSWERS.contains(system)
              ? List.of(new Slip(Fault.Kind.TABLE, "system", ""))
              : List.of();
    }
    if (table.own.isEmpty()) {
      return List.of();
    }
    List<Slip> slips = List.of();
    String version = coding.getVersion();
    if (version != null && isOther(table, version)) {
      slips = with(slips, new Slip(Fault.Kind.VERSION, "version", known(table)));
    }
    String display = coding.getDisplay();
    String others = display == null ? "" : others(table, coding.getCode(), display);
    return others.isEmpty() ? slips : with(slips, new Slip(Fault.Kind.DISPLAY, "display", others));
  }

  /** Systems of strangers may be called what they like; by others a resource is held to rules. */
  private boolean isDecisive(String system) {
    return Misnomers.claimsToBeOurs(system) || known.test(system);
  }

  /** Whether a URI names its scheme (RFC 3986); an engine for patterns is slow, and this is hot. */
  private static boolean isAbsolute(String uri) {
    int colon = uri.indexOf(':');
    for (int i = 0; i < colon; i++) {
      char c = uri.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!letter && (i == 0 || "0123456789+-.".indexOf(c) < 0)) {
        return false;
      }
    }
    return colon > 0;
  }

  private static List<Slip> with(List<Slip> slips, Slip slip) {
    List<Slip> more = new ArrayList<>(slips);
    more.add(slip);
    return more;
  }

  /** The years of a national table are not the versions of ours. */
  private static boolean isOther(Table table, String version) {
    return Misnomers.claimsToBeOurs(table.definition.getUrl()) && !covers(known(table), version);
  }

  private static String known(Table table) {
    return String.valueOf(table.definition.getVersion());
  }

  /**
   * Whether the version of a table that is known here stands for another one: that very one, or one
   * before it. A later package adds codes to a table and takes none away, so what was written by an
   * earlier one holds; a table whose codes change their meaning becomes another table.
   */
  boolean isKnown(String system, String version) {
    Table table = tables.get(system);
    return table != null && covers(known(table), version);
  }

  static boolean covers(String known, String version) {
    if (known.equals(version)) {
      return true;
    }
    Matcher here = VERSION.matcher(known);
    Matcher there = VERSION.matcher(version);
    if (!here.matches() || !there.matches()) {
      return false;
    }
    for (int part = 1; part <= here.groupCount(); part++) {
      int difference = number(here.group(part)) - number(there.group(part));
      if (difference != 0) {
        return difference > 0;
      }
    }
    return true;
  }

  private static int number(@Nullable String digits) {
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  /** The other codes that bear a name which is none of a code's own; empty when none does. */
  private static String others(Table table, @Nullable String code, String display) {
    Set<String> own = table.own.get(String.valueOf(code));
    if (own == null || own.contains(display)) {
      return ""; // a code that does not exist is refused as such
    }
    Set<String> bearers = table.bearers.getOrDefault(bare(display), Set.of());
    return bearers.contains(String.valueOf(code)) ? "" : String.join(", ", bearers);
  }

  /** Whether a name is one of a code's own, however it is written. */
  boolean isCalled(String system, String code, String name) {
    Table table = tables.get(system);
    return table != null
        && table.own.containsKey(code)
        && table.bearers.getOrDefault(bare(name), Set.of()).contains(code);
  }

  /** The table that somebody means who writes a system wrongly; null when none is like it. */
  @Nullable String like(String system) {
    String plain = system.strip();
    if (OID.matcher(plain).matches()) {
      return "urn:oid:" + plain;
    }
    if (Misnomers.claimsToBeOurs(plain)) {
      LevenshteinDistance differences = LevenshteinDistance.getDefaultInstance();
      String id = lastPart(plain);
      return tables.values().stream()
          .map(Table::definition)
          .filter(known -> differences.apply(known.getIdPart(), id) <= MOST_DIFFERENCES)
          .min(Comparator.comparing(known -> differences.apply(known.getIdPart(), id)))
          .map(CodeSystem::getUrl)
          .orElse(null);
    }
    String name = letters(plain);
    // GB/T 2261 is not GB/T 2261.1, nor GB/T 1 GB/T 15657.
    Pattern whole = Pattern.compile(Pattern.quote(name) + "(?![0-9.])");
    List<String> titled =
        tables.values().stream()
            .map(Table::definition)
            .filter(known -> name.length() >= SHORTEST_NAME)
            .filter(
                known ->
                    known.getIdPart().equals(plain)
                        || whole.matcher(letters(known.getTitle())).find())
            .map(CodeSystem::getUrl)
            .toList();
    return titled.size() == 1 ? titled.get(0) : null;
  }

  private static String lastPart(String url) {
    return url.replaceFirst("/+$", "").replaceFirst("^.*/", "");
  }

  /** What is left of "GB/T 2261.1" and "GB／T2261.1" alike. */
  private static String letters(@Nullable String title) {
    return title == null ? "" : bare(title).replaceAll("[^\\p{L}\\p{N}.]", "");
  }
}
