package org.hutong.profiles;

import ca.uhn.fhir.context.support.IValidationSupport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.ConceptMap;
import org.hl7.fhir.r4.model.ConceptMap.ConceptMapGroupComponent;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r4.model.ValueSet.ValueSetExpansionContainsComponent;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.HalfWidth;
import org.hutong.fhir.Language;
import org.hutong.fhir.Problem;
import org.jspecify.annotations.Nullable;

/** Speaks of code tables: which codes one holds, and to which another code belongs. */
final class Tables {
  /** Codes that are listed one by one. */
  private static final int MOST_LISTED = 30;

  private final IValidationSupport definitions;
  private final OwnTables own;
  private final ValueSets valueSets;
  private final ConceptMaps maps;

  /** By the value sets to which elements are bound; a resource of many faults asks often. */
  private final Map<String, Bilingual> choices = new ConcurrentHashMap<>();

  Tables(IValidationSupport definitions, ConceptMaps maps, OwnTables own) {
    this.own = own;
    this.definitions = definitions;
    this.valueSets = new ValueSets(definitions);
    this.maps = maps;
  }

  /** What a value set is called, by its title where it has one in both languages. */
  Bilingual title(String url) {
    return definitions.fetchValueSet(url) instanceof ValueSet set
        ? title(set.hasTitle() ? set.getTitleElement() : set.getNameElement(), url)
        : new Bilingual(url, url);
  }

  /** What a code table is called. */
  Bilingual table(String url) {
    CodeSystem table = new Concepts(definitions).system(url);
    return table == null
        ? new Bilingual(url, url)
        : title(table.hasTitle() ? table.getTitleElement() : table.getNameElement(), url);
  }

  /** What a code means. */
  Bilingual name(String system, String code) {
    Concepts concepts = new Concepts(definitions);
    return new Bilingual(
        name(concepts, system, code, Language.ZH), name(concepts, system, code, Language.EN));
  }

  /** The table that somebody means who writes a system wrongly; null when none is like it. */
  @Nullable String like(String system) {
    return own.like(system);
  }

  /** In which table that is often taken for this one a code has a name; empty when in none. */
  Bilingual called(String system, String code, String name) {
    for (String candidate : related(List.of(system))) {
      if (own.isCalled(candidate, code, name)) {
        Bilingual title = table(candidate);
        return new Bilingual(
            "在“%s”（%s）中，代码 %s 正是“%s”：若数据出自该表，请改 system。"
                .formatted(title.zh(), candidate, code, name),
            " In \"%s\" (%s) the code %s is \"%s\": if the data are of that table, mend system."
                .formatted(title.en(), candidate, code, name));
      }
    }
    return new Bilingual("", "");
  }

  private static Bilingual title(org.hl7.fhir.r4.model.StringType title, String url) {
    String text = title.hasValue() ? title.getValue() : url;
    String zh = FhirPackage.translation(title, Language.ZH);
    String en = FhirPackage.translation(title, Language.EN);
    return new Bilingual(zh == null ? text : zh, en == null ? text : en);
  }

  /** The code systems that a value set draws on. */
  List<String> systems(String url) {
    return definitions.fetchValueSet(url) instanceof ValueSet set
        ? set.getCompose().getInclude().stream()
            .map(ValueSet.ConceptSetComponent::getSystem)
            .filter(system -> system != null)
            .distinct()
            .toList()
        : List.of();
  }

  /** Whether a code table is known here and has a code. */
  boolean has(String system, String code) {
    return new Concepts(definitions).concept(system, code) != null;
  }

  /**
   * What to choose from a value set.
   *
   * @param bare whether the element is a code, so that no system is named
   */
  Bilingual choice(String url, boolean bare) {
    return choices.computeIfAbsent(url + " " + bare, asked -> listed(url, bare));
  }

  private Bilingual listed(String url, boolean bare) {
    List<ValueSetExpansionContainsComponent> codes = codes(url);
    List<String> systems = systems(url);
    String system = bare || systems.isEmpty() ? "" : String.join(", ", systems);
    if (codes.isEmpty() || codes.size() > MOST_LISTED) {
      String see = "ValueSet/$expand?url=" + url;
      return system.isEmpty()
          ? new Bilingual(
              "请选用该值集中的代码，见 %s。".formatted(see),
              "Choose a code of that value set: %s.".formatted(see))
          : new Bilingual(
              "请选用该值集中的代码，并写明 system（%s），见 %s。".formatted(system, see),
              "Choose a code of that value set and give its system (%s): %s."
                  .formatted(system, see));
    }
    String zh = list(codes, Language.ZH, "、", bare);
    String en = list(codes, Language.EN, ", ", bare);
    return system.isEmpty()
        ? new Bilingual("请选用：%s。".formatted(zh), "Choose one of: %s.".formatted(en))
        : new Bilingual(
            "请以 system = %s 选用：%s。".formatted(system, zh),
            "With system = %s choose one of: %s.".formatted(system, en));
  }

  private List<ValueSetExpansionContainsComponent> codes(String url) {
    try {
      Concepts concepts = new Concepts(definitions);
      return definitions.fetchValueSet(url) instanceof ValueSet set
          ? valueSets.codes(set).stream()
              .sorted(
                  Comparator.comparing(ValueSetExpansionContainsComponent::getSystem)
                      .thenComparing(code -> concepts.position(code.getSystem(), code.getCode())))
              .toList()
          : List.of();
    } catch (Problem endless) {
      return List.of();
    }
  }

  private String list(
      List<ValueSetExpansionContainsComponent> codes,
      Language language,
      String comma,
      boolean bare) {
    Concepts concepts = new Concepts(definitions);
    return codes.stream()
        .map(
            code -> {
              String name = concepts.name(code.getSystem(), code.getCode(), language);
              return bare || name == null ? code.getCode() : code.getCode() + " " + name;
            })
        .collect(Collectors.joining(comma));
  }

  /**
   * To which other table a code belongs, and which map leads from there to the tables of a value
   * set; null when no table that is known here has it.
   *
   * @param system the system that came with the code
   */
  @Nullable Bilingual elsewhere(String valueSet, @Nullable String system, String code) {
    List<String> own = systems(valueSet);
    List<String> candidates = new ArrayList<>();
    if (system != null && !own.contains(system)) {
      candidates.add(system);
    }
    if (system != null && own.contains(system)) {
      candidates.addAll(related(own));
    }
    Concepts concepts = new Concepts(definitions);
    for (String candidate : candidates) {
      CodeSystem table = concepts.system(candidate);
      boolean sent = candidate.equals(system);
      boolean listed = concepts.concept(candidate, code) != null;
      if (table == null || !sent && !(listed && isMapped(candidate, code, own))) {
        continue;
      }
      if (lacks(candidate, code)) {
        return absent(candidate, code);
      }
      Bilingual title =
          title(table.hasTitle() ? table.getTitleElement() : table.getNameElement(), candidate);
      Bilingual name =
          listed
              ? new Bilingual(
                  "，义为“" + name(concepts, candidate, code, Language.ZH) + "”",
                  ", where it means \"" + name(concepts, candidate, code, Language.EN) + "\"")
              : new Bilingual("", "");
      String map = map(candidate, own);
      return new Bilingual(
          "代码“%s”属于另一代码表：%s（%s）%s%s"
              .formatted(
                  code,
                  title.zh(),
                  candidate,
                  name.zh(),
                  (sent ? "" : "；若用该表，请改写 system")
                      + (map == null
                          ? "。"
                          : "；对照见 ConceptMap " + map + "（ConceptMap/$translate）。")),
          "The code \"%s\" belongs to another table: %s (%s)%s%s"
              .formatted(
                  code,
                  title.en(),
                  candidate,
                  name.en(),
                  (sent ? "" : "; if that table is meant, name it as system")
                      + (map == null
                          ? "."
                          : "; it is mapped by ConceptMap " + map + " (ConceptMap/$translate).")));
    }
    return null;
  }

  /** Whether all codes of a table are known here, and this is none of them. */
  boolean lacks(String system, String code) {
    Concepts concepts = new Concepts(definitions);
    CodeSystem table = concepts.system(system);
    return table != null
        && table.getContent() == CodeSystem.CodeSystemContentMode.COMPLETE
        && table.hasConcept()
        && concepts.concept(system, code) == null;
  }

  /** Says that a table lacks a code. */
  Bilingual absent(String system, String code) {
    Bilingual title = table(system);
    return new Bilingual(
        "代码表“%s”（%s）没有代码“%s”。".formatted(title.zh(), system, code),
        "The table \"%s\" (%s) has no code \"%s\".".formatted(title.en(), system, code));
  }

  /** What to choose from a table, be it bound to an element or not. */
  Bilingual codes(String system, String code) {
    Concepts concepts = new Concepts(definitions);
    Bilingual near = near(List.of(system), code);
    List<String> codes = concepts.codes(system);
    if (codes.size() > MOST_LISTED) {
      return new Bilingual(
          near.zh()
              + "请选用该表的代码，如 %s，其余见 CodeSystem/%s。".formatted(codes.get(0), id(concepts, system)),
          near.en()
              + "Choose a code of that table, such as %s; the others are in CodeSystem/%s."
                  .formatted(codes.get(0), id(concepts, system)));
    }
    return new Bilingual(
        near.zh() + "请选用该表的代码：" + named(concepts, system, codes, Language.ZH, "、") + "。",
        near.en()
            + "Choose a code of that table: "
            + named(concepts, system, codes, Language.EN, ", ")
            + ".");
  }

  private static String id(Concepts concepts, String system) {
    CodeSystem table = concepts.system(system);
    return table == null ? system : table.getIdPart();
  }

  private static String named(
      Concepts concepts, String system, List<String> codes, Language language, String comma) {
    return codes.stream()
        .map(code -> code + " " + name(concepts, system, code, language))
        .collect(Collectors.joining(comma));
  }

  /**
   * The code that somebody means who leaves a zero out, puts one in or mistakes capitals; empty
   * when there is none.
   */
  Bilingual near(List<String> systems, String code) {
    Concepts concepts = new Concepts(definitions);
    for (String system : systems) {
      for (String known : concepts.codes(system)) {
        if (!known.equals(code) && bare(known).equals(bare(code))) {
          return new Bilingual(
              "若指“%s”，请写 %s。".formatted(name(concepts, system, known, Language.ZH), known),
              "If \"%s\" is meant, write %s. "
                  .formatted(name(concepts, system, known, Language.EN), known));
        }
      }
    }
    return new Bilingual("", "");
  }

  private static String bare(String code) {
    return HalfWidth.of(code).strip().toLowerCase(Locale.ROOT).replaceFirst("^0+(?=.)", "");
  }

  private static String name(Concepts concepts, String system, String code, Language language) {
    String name = concepts.name(system, code, language);
    List<String> names = concepts.names(system, code);
    return name != null ? name : names.isEmpty() ? code : names.get(0);
  }

  /** The tables that a map joins with one of those given. */
  private TreeSet<String> related(List<String> systems) {
    TreeSet<String> related = new TreeSet<>();
    for (ConceptMap map : maps.all()) {
      for (ConceptMapGroupComponent group : map.getGroup()) {
        if (systems.contains(group.getSource())) {
          related.add(group.getTarget());
        }
        if (systems.contains(group.getTarget())) {
          related.add(group.getSource());
        }
      }
    }
    return related;
  }

  /** Whether a map that joins a table with one of those given speaks of a code of it. */
  private boolean isMapped(String system, String code, List<String> own) {
    return maps.all().stream()
        .flatMap(map -> map.getGroup().stream())
        .anyMatch(
            group ->
                system.equals(group.getSource())
                        && own.contains(group.getTarget())
                        && group.getElement().stream().anyMatch(from -> code.equals(from.getCode()))
                    || system.equals(group.getTarget())
                        && own.contains(group.getSource())
                        && group.getElement().stream()
                            .flatMap(from -> from.getTarget().stream())
                            .anyMatch(to -> code.equals(to.getCode())));
  }

  private @Nullable String map(String system, List<String> own) {
    for (ConceptMap map : maps.all()) {
      for (ConceptMapGroupComponent group : map.getGroup()) {
        if (system.equals(group.getSource()) && own.contains(group.getTarget())
            || system.equals(group.getTarget()) && own.contains(group.getSource())) {
          return map.getUrl();
        }
      }
    }
    return null;
  }
}
