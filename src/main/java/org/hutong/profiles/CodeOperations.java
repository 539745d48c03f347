package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.ConceptValidationOptions;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.context.support.LookupCodeRequest;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.ValueSet;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Language;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * {@code $lookup} and {@code $validate-code} over the definitions of the class path, which are
 * those that writes are held to. HAPI's own look into the database first, and answer 200 to what
 * does not exist.
 */
@Component
class CodeOperations implements Operations {
  private static final Set<String> LOOKUP =
      Set.of("system", "version", "code", "coding", "displayLanguage");

  private static final Set<String> IN_SYSTEM =
      Set.of("url", "version", "code", "coding", "display", "displayLanguage");

  private static final Set<String> IN_VALUE_SET =
      Set.of(
          "url",
          "system",
          "systemVersion",
          "code",
          "coding",
          "codeableConcept",
          "display",
          "displayLanguage");

  private static final Bilingual NOT_IN_SYSTEM =
      new Bilingual("代码系统 %s 中没有代码 %s", "The code system %s has no code %s");
  private static final Bilingual NOT_IN_PART =
      new Bilingual(
          "代码系统 %s 在此只有节选（content = %s），其中没有代码 %s；它是否存在，无从判断",
          "Only part of the code system %s is here (content = %s), and the code %s is not in it;"
              + " whether it exists cannot be told");
  private static final Bilingual NOT_IN_VALUE_SET =
      new Bilingual("值集 %s 不含代码 %s", "The value set %s does not hold the code %s");
  private static final Bilingual OTHER_NAME =
      new Bilingual("该代码的名称是“%s”，不是“%s”", "The code is called \"%s\", not \"%s\"");

  /** Systems that everybody knows and nobody publishes here. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "http://loinc.org",
          "http://snomed.info/sct",
          "http://hl7.org/fhir/sid/icd-10",
          "http://www.nlm.nih.gov/research/umls/rxnorm",
          "http://www.whocc.no/atc");

  private final FhirContext context;
  private final IValidationSupport definitions;
  private final ValueSets valueSets;
  private final NamedSystems systems;
  private final OwnTables tables;

  /** Systems whose codes follow a rule and are listed nowhere: UCUM, languages, media types. */
  private final CommonCodeSystemsTerminologyService ruled;

  CodeOperations(
      FhirContext context,
      IValidationSupport definitions,
      FhirPackage fhirPackage,
      NamedSystems systems) {
    this.context = context;
    this.definitions = definitions;
    this.systems = systems;
    this.tables = fhirPackage.ownTables();
    this.valueSets = new ValueSets(definitions);
    this.ruled = new CommonCodeSystemsTerminologyService(context);
  }

  /** What a code means. */
  @Operation(name = "$lookup", typeName = "CodeSystem", idempotent = true, manualRequest = true)
  public Parameters lookup(RequestDetails details) {
    OperationInput input =
        OperationInput.of(details, context, systems, "CodeSystem/$lookup", LOOKUP);
    Language language = input.language();
    Coding coding = input.coding("system", "version");
    Concepts concepts = new Concepts(definitions);
    CodeSystem system = concepts.system(coding.getSystem());
    requireVersion(coding);
    ConceptDefinitionComponent concept = concepts.concept(coding.getSystem(), coding.getCode());
    return system == null || concept == null
        ? told(coding, system)
        : told(coding, system, concept, language, concepts);
  }

  /** Whether a code system has a code. */
  @Operation(
      name = "$validate-code",
      typeName = "CodeSystem",
      idempotent = true,
      manualRequest = true)
  public Parameters validateInSystem(RequestDetails details) {
    OperationInput input =
        OperationInput.of(details, context, systems, "CodeSystem/$validate-code", IN_SYSTEM);
    Coding coding = input.coding("url", "version");
    requireSystem(coding.getSystem());
    requireVersion(coding);
    boolean known = exists(coding);
    CodeSystem part = part(coding.getSystem());
    String code = Problem.printable(coding.getCode());
    String absent =
        part == null
            ? NOT_IN_SYSTEM.in(input.language()).formatted(coding.getSystem(), code)
            : NOT_IN_PART
                .in(input.language())
                .formatted(coding.getSystem(), part.getContent().toCode(), code);
    return verdict(coding, known ? null : absent, input);
  }

  /** Whether a value set holds a code. */
  @Operation(
      name = "$validate-code",
      typeName = "ValueSet",
      idempotent = true,
      manualRequest = true)
  public Parameters validateInValueSet(RequestDetails details) {
    OperationInput input =
        OperationInput.of(details, context, systems, "ValueSet/$validate-code", IN_VALUE_SET);
    ValueSet valueSet = valueSets.of(input.required("url"));
    List<Coding> codings = input.codings();
    for (Coding coding : codings) {
      if (otherVersion(coding) == null && valueSets.holds(valueSet, coding)) {
        return verdict(coding, null, input);
      }
    }
    Coding first = codings.get(0);
    Problem version = otherVersion(first);
    String absent =
        version != null
            ? Outcomes.render(version, input.language()).getIssueFirstRep().getDetails().getText()
            : NOT_IN_VALUE_SET
                .in(input.language())
                .formatted(valueSet.getUrl(), Problem.printable(first.getCode()));
    return verdict(first, absent, input);
  }

  private Parameters verdict(Coding coding, @Nullable String absent, OperationInput input) {
    Concepts concepts = new Concepts(definitions);
    String name = concepts.name(coding.getSystem(), coding.getCode(), input.language());
    List<String> names = concepts.names(coding.getSystem(), coding.getCode());
    String display = coding.getDisplay();
    String message = absent;
    if (message == null
        && display != null
        && !names.isEmpty()
        && !names.contains(display)
        && !tables.isCalled(coding.getSystem(), coding.getCode(), display)) {
      message =
          OTHER_NAME
              .in(input.language())
              .formatted(name == null ? names.get(0) : name, Problem.printable(display));
    }
    Parameters verdict = new Parameters();
    verdict.addParameter("result", message == null);
    if (message != null) {
      verdict.addParameter("message", message);
    }
    if (absent == null && !names.isEmpty()) {
      verdict.addParameter("display", name == null ? names.get(0) : name);
    }
    return verdict;
  }

  /** A concept that is defined. */
  private static Parameters told(
      Coding coding,
      CodeSystem system,
      ConceptDefinitionComponent concept,
      Language language,
      Concepts concepts) {
    Parameters told = new Parameters();
    String title = FhirPackage.translation(system.getTitleElement(), language);
    String own = system.hasTitle() ? system.getTitle() : system.getName();
    told.addParameter("name", title == null ? own : title);
    if (system.hasVersion()) {
      told.addParameter("version", system.getVersion());
    }
    String name = concepts.name(coding.getSystem(), coding.getCode(), language);
    String display = name == null ? concept.getDisplay() : name;
    told.addParameter("display", display == null ? concept.getCode() : display);
    if (concept.hasDefinition()) {
      property(told, "definition", new StringType(concept.getDefinition()));
    }
    if (concept.hasDisplay()) {
      designation(told, Concepts.spoken(system), concept.getDisplay());
    }
    concept
        .getDesignation()
        .forEach(
            designation -> designation(told, designation.getLanguage(), designation.getValue()));
    concept
        .getProperty()
        .forEach(property -> property(told, property.getCode(), property.getValue()));
    return told;
  }

  /** A concept of a system that is not listed but known by rule, such as UCUM or languages. */
  private Parameters told(Coding coding, @Nullable CodeSystem system) {
    requireSystem(coding.getSystem());
    IValidationSupport.LookupCodeResult result =
        system != null
            ? null
            : ruled.lookupCode(
                chain(), new LookupCodeRequest(coding.getSystem(), coding.getCode()));
    CodeSystem part = part(coding.getSystem());
    if ((result == null || !result.isFound())
        && part != null
        && part.getContent() == CodeSystem.CodeSystemContentMode.NOTPRESENT) {
      throw Problem.of(ProblemCode.CODE_SYSTEM_NOT_HERE, Problem.printable(coding.getSystem()));
    }
    if ((result == null || !result.isFound()) && part != null) {
      throw Problem.of(
          ProblemCode.CODE_NOT_HERE,
          Problem.printable(coding.getSystem()),
          Problem.printable(coding.getCode()),
          part.getContent().toCode());
    }
    if (result == null || !result.isFound()) {
      throw Problem.of(
          ProblemCode.CODE_UNKNOWN,
          Problem.printable(coding.getSystem()),
          Problem.printable(coding.getCode()));
    }
    Parameters told = new Parameters();
    String name = result.getCodeSystemDisplayName();
    told.addParameter("name", name == null ? coding.getSystem() : name);
    String display = result.getCodeDisplay();
    told.addParameter("display", display == null ? coding.getCode() : display);
    return told;
  }

  private static void designation(Parameters told, @Nullable String language, String value) {
    Parameters.ParametersParameterComponent designation =
        told.addParameter().setName("designation");
    if (language != null) {
      designation.addPart().setName("language").setValue(new CodeType(language));
    }
    designation.addPart().setName("value").setValue(new StringType(value));
  }

  private static void property(
      Parameters told, String code, org.hl7.fhir.r4.model.@Nullable Type value) {
    Parameters.ParametersParameterComponent property = told.addParameter().setName("property");
    property.addPart().setName("code").setValue(new CodeType(code));
    property.addPart().setName("value").setValue(value);
  }

  private boolean exists(Coding coding) {
    IValidationSupport.CodeValidationResult result =
        definitions.validateCode(
            chain(),
            new ConceptValidationOptions(),
            coding.getSystem(),
            coding.getCode(),
            null,
            null);
    return result != null && result.isOk();
  }

  /** A code system of which only part is published here; null when it is not such. */
  private @Nullable CodeSystem part(String url) {
    return definitions.fetchCodeSystem(url) instanceof CodeSystem system
            && system.getContent() != CodeSystem.CodeSystemContentMode.COMPLETE
            && !ruled.isCodeSystemSupported(chain(), url)
        ? system
        : null;
  }

  /** The chain itself answers for every system, known or not. */
  private void requireSystem(String url) {
    if (ELSEWHERE.contains(url) && definitions.fetchCodeSystem(url) == null) {
      throw Problem.of(ProblemCode.CODE_SYSTEM_NOT_HERE, url);
    }
    if (definitions.fetchCodeSystem(url) == null && !ruled.isCodeSystemSupported(chain(), url)) {
      throw Problem.of(ProblemCode.CODE_SYSTEM_UNKNOWN, Problem.printable(url));
    }
  }

  private void requireVersion(Coding coding) {
    Problem other = otherVersion(coding);
    if (other != null) {
      throw other;
    }
  }

  /** What is wrong with the version in which a code system is asked for; null when nothing is. */
  private @Nullable Problem otherVersion(Coding coding) {
    return coding.hasVersion()
            && definitions.fetchCodeSystem(coding.getSystem()) instanceof CodeSystem table
            && !coding.getVersion().equals(table.getVersion())
            && !tables.isKnown(coding.getSystem(), coding.getVersion())
        ? Problem.of(
            ProblemCode.CODE_SYSTEM_VERSION_UNKNOWN,
            Problem.printable(coding.getSystem()),
            Problem.printable(coding.getVersion()),
            String.valueOf(table.getVersion()))
        : null;
  }

  private ValidationSupportContext chain() {
    return new ValidationSupportContext(definitions);
  }
}
