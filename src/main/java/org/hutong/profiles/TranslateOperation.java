package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ConceptMap;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.UriType;
import org.hl7.fhir.r4.model.ValueSet;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Language;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** {@code $translate} over the maps of the package. HAPI's own knows those of the database. */
@Component
class TranslateOperation implements Operations {
  private static final Set<String> TRANSLATE =
      Set.of(
          "url",
          "conceptMapVersion",
          "code",
          "system",
          "coding",
          "codeableConcept",
          "source",
          "target",
          "targetsystem",
          "reverse");

  private static final Bilingual OTHER_SYSTEM =
      new Bilingual(
          "映射表 %s 转换的是 %s 的代码，不是 %s 的代码", "The map %s translates codes of %s, not codes of %s");
  private static final Bilingual UNTRANSLATED =
      new Bilingual(
          "代码系统 %s 的代码 %s 没有对应的代码", "Nothing corresponds to code %2$s of code system %1$s");
  private static final Bilingual NOT_OF_SOURCE =
      new Bilingual("值集 %s 不含代码 %s", "The value set %s does not hold the code %s");

  private final FhirContext context;
  private final IValidationSupport definitions;
  private final ConceptMaps maps;
  private final NamedSystems systems;
  private final ValueSets valueSets;

  TranslateOperation(
      FhirContext context,
      IValidationSupport definitions,
      FhirPackage fhirPackage,
      NamedSystems systems) {
    this.context = context;
    this.definitions = definitions;
    this.maps = fhirPackage.maps();
    this.systems = systems;
    this.valueSets = new ValueSets(definitions);
  }

  /** Which code of another table says the same. */
  @Operation(name = "$translate", typeName = "ConceptMap", idempotent = true, manualRequest = true)
  public Parameters translate(RequestDetails details) {
    OperationInput input =
        OperationInput.of(details, context, systems, "ConceptMap/$translate", TRANSLATE);
    boolean reverse = input.flag("reverse");
    List<ConceptMap> chosen = chosen(input);
    String targetSystem = input.system("targetsystem");
    ValueSet target = valueSet(input, "target");
    ValueSet source = valueSet(input, "source");
    List<Coding> codings = input.codings();
    List<ConceptMaps.Match> first = List.of();
    for (Coding coding : codings) {
      if (source != null && !valueSets.holds(source, coding)) {
        continue;
      }
      List<ConceptMaps.Match> matches =
          chosen.stream()
              .flatMap(map -> maps.translate(map, coding, reverse).stream())
              .filter(match -> isWithin(match.concept(), targetSystem, target))
              .toList();
      if (matches.stream().anyMatch(ConceptMaps.Match::translates)) {
        return answer(matches, hints(matches, input.language()), input.language());
      }
      first = first.isEmpty() ? matches : first;
    }
    return answer(first, refusal(codings.get(0), source, chosen, input), input.language());
  }

  /** The map that was named; all of them when none was. */
  private List<ConceptMap> chosen(OperationInput input) {
    String version = input.text("conceptMapVersion", null);
    String url = version == null ? input.text("url", null) : input.required("url");
    if (url == null) {
      return maps.all();
    }
    ConceptMap map = maps.of(url);
    if (map == null || (version != null && !version.equals(map.getVersion()))) {
      throw Problem.of(
          ProblemCode.CONCEPT_MAP_UNKNOWN,
          Problem.printable(version == null ? url : url + " " + version));
    }
    return List.of(map);
  }

  private @Nullable ValueSet valueSet(OperationInput input, String parameter) {
    String url = input.text(parameter, null);
    return url == null ? null : valueSets.of(url);
  }

  private boolean isWithin(
      @Nullable Coding concept, @Nullable String targetSystem, @Nullable ValueSet target) {
    if (targetSystem == null && target == null) {
      return true;
    }
    return concept != null
        && (targetSystem == null || targetSystem.equals(concept.getSystem()))
        && (target == null || valueSets.holds(target, concept));
  }

  /** What the maps remark on what is not quite the same. */
  private static @Nullable String hints(List<ConceptMaps.Match> matches, Language language) {
    StringBuilder hints = new StringBuilder();
    for (ConceptMaps.Match match : matches) {
      Bilingual comment = match.comment();
      if (comment != null) {
        hints.append(hints.isEmpty() ? "" : " ").append(comment.in(language));
      }
    }
    return hints.isEmpty() ? null : hints.toString();
  }

  private String refusal(
      Coding coding, @Nullable ValueSet source, List<ConceptMap> chosen, OperationInput input) {
    String code = Problem.printable(coding.getCode());
    String system = Problem.printable(coding.getSystem());
    if (chosen.size() == 1) {
      ConceptMap map = chosen.get(0);
      List<String> translated = ConceptMaps.sources(map, input.flag("reverse"));
      if (!translated.contains(coding.getSystem())) {
        return OTHER_SYSTEM
            .in(input.language())
            .formatted(map.getUrl(), String.join(", ", translated), system);
      }
    }
    return source == null || valueSets.holds(source, coding)
        ? UNTRANSLATED.in(input.language()).formatted(system, code)
        : NOT_OF_SOURCE.in(input.language()).formatted(source.getUrl(), code);
  }

  private Parameters answer(
      List<ConceptMaps.Match> matches, @Nullable String message, Language language) {
    Concepts concepts = new Concepts(definitions);
    Parameters answer = new Parameters();
    answer.addParameter("result", matches.stream().anyMatch(ConceptMaps.Match::translates));
    if (message != null) {
      answer.addParameter("message", message);
    }
    for (ConceptMaps.Match match : matches) {
      ParametersParameterComponent part = answer.addParameter().setName("match");
      part.addPart().setName("equivalence").setValue(new CodeType(match.equivalence().toCode()));
      Coding concept = match.concept();
      if (concept != null) {
        String name = concepts.name(concept.getSystem(), concept.getCode(), language);
        part.addPart()
            .setName("concept")
            .setValue(name == null ? concept : concept.copy().setDisplay(name));
      }
      part.addPart().setName("source").setValue(new UriType(match.source()));
    }
    return answer;
  }
}
