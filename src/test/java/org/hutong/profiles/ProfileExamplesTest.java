package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Enumerations.BindingStrength;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.StructureDefinition.StructureDefinitionKind;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Language;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of the profiles bites, alone, and what obeys them passes. */
class ProfileExamplesTest {
  private static final Path ROOT = Path.of("fhir-profiles");
  private static final FhirContext R4 = FhirContext.forR4Cached();
  private static final FhirPackage PACKAGE = FhirPackage.fromClassPath(R4);
  private static final Validation VALIDATION = validation();

  static Stream<Path> examples() {
    return files("examples");
  }

  static Stream<Path> invalid() {
    return files("invalid");
  }

  @ParameterizedTest
  @MethodSource("examples")
  void passes(Path example) {
    assertThat(keys(check(example)).getOrDefault(false, Set.of())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void failsByItsKeyAlone(Path example) {
    String key = example.getFileName().toString().replaceFirst("\\.json$", "");
    List<Problem.Issue> issues = check(example);
    assertThat(issues).hasSize(1);
    assertThat(keys(issues).values()).containsExactly(Set.of(key));
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void saysWhereAndHowToMendItInBothLanguages(Path example) {
    Problem problem = new Problem(check(example));
    String zh = outcome(problem, Language.ZH);
    String en = outcome(problem, Language.EN);
    assertThat(zh).matches("(?s).*\\p{IsHan}{4}.*").isNotEqualTo(en);
    assertThat(problem.issues().get(0).location()).isNotNull().doesNotContain("null");
  }

  @Test
  void everyInvariantHasAnExampleThatBreaksIt() {
    Set<String> shown =
        invalid()
            .map(path -> path.getFileName().toString().replaceFirst("\\.json$", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(PACKAGE.keys()).isSubsetOf(shown);
  }

  @Test
  void everyRuleOfStructureHasAnExampleThatBreaksIt() {
    Set<String> rules = new TreeSet<>();
    for (StructureDefinition definition : PACKAGE.definitions()) {
      if (definition.getKind() != StructureDefinitionKind.RESOURCE) {
        continue;
      }
      for (ElementDefinition element : definition.getDifferential().getElement()) {
        for (String kind : kinds(element)) {
          rules.add(definition.getIdPart() + "/" + element.getId().replace(':', '.') + kind);
        }
      }
    }
    Set<String> shown =
        invalid()
            .map(path -> (folder(path) + "/" + path.getFileName()).replaceFirst("\\.json$", ""))
            .collect(Collectors.toSet());
    assertThat(rules).hasSizeGreaterThan(100).isSubsetOf(shown);
  }

  /** What a profile says of an element that a resource may fail to obey. */
  private static List<String> kinds(ElementDefinition element) {
    List<String> kinds = new ArrayList<>();
    if (element.getMin() > 0) {
      kinds.add(".min");
    }
    if (element.hasMax()) {
      kinds.add(".max");
    }
    if (element.hasBinding() && element.getBinding().getStrength() != BindingStrength.PREFERRED) {
      kinds.add(".binding");
    }
    return kinds;
  }

  @Test
  void tellsACodeThatItsTableLacksOnce() {
    Encounter encounter =
        (Encounter) parse(ROOT.resolve("examples/story/Encounter-village-visit.json"));
    encounter.getTypeFirstRep().getCodingFirstRep().setCode("99").setDisplay(null);
    assertThat(keys(VALIDATION.check(encounter, "")))
        .containsExactly(Map.entry(false, Set.of("Encounter.type.binding")));
    assertThat(VALIDATION.check(encounter, "")).hasSize(1);
  }

  @Test
  void tellsACodeThatItsTableLacksOnceInAnExtensionToo() {
    Patient patient = (Patient) parse(ROOT.resolve("examples/story/Patient-li-xiulan.json"));
    Coding ethnicity = (Coding) patient.getExtension().get(0).getValue();
    ethnicity.setCode("99999").setDisplay(null);
    assertThat(VALIDATION.check(patient, "").stream().map(ProfileExamplesTest::key))
        .containsExactly("Extension.value[x].binding");
  }

  /** The whole tables are licensed, and not ours to publish. */
  @ParameterizedTest
  @CsvSource({
    "urn:oid:2.16.156.10011.2.3.3.11, I48.1",
    "https://hutong.org/fhir/CodeSystem/icd-10-nhsa, I48.100",
    "http://hl7.org/fhir/sid/icd-10, I48",
  })
  void acceptsADiagnosisThatThePublishedPartOfItsTableLacks(String system, String code) {
    Condition condition =
        (Condition) parse(ROOT.resolve("examples/story/Condition-anterior-stemi.json"));
    condition.getCode().getCodingFirstRep().setSystem(system).setCode(code);
    assertThat(VALIDATION.check(condition, "")).isEmpty();
  }

  @Test
  void namesThePlaceWithinABundle() {
    Patient patient = (Patient) parse(ROOT.resolve("examples/story/Patient-li-xiulan.json"));
    patient.setGender(null);
    assertThat(VALIDATION.check(patient, "Bundle.entry[3].resource"))
        .singleElement()
        .extracting(Problem.Issue::location)
        .isEqualTo("Bundle.entry[3].resource");
  }

  private static Resource parse(Path example) {
    try {
      return (Resource) R4.newJsonParser().parseResource(Files.readString(example));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String outcome(Problem problem, Language language) {
    OperationOutcome.OperationOutcomeIssueComponent issue =
        Outcomes.render(problem, language).getIssueFirstRep();
    assertThat(issue.getDetails().getText()).isNotBlank();
    assertThat(issue.getDiagnostics()).isNotBlank();
    assertThat(issue.getDetails().getCoding()).hasSize(2);
    return issue.getDetails().getText() + "|" + issue.getDiagnostics().replaceFirst(" \\[.*", "");
  }

  private static List<Problem.Issue> check(Path example) {
    Resource resource = parse(example);
    String profile = Canonical.BASE + "/StructureDefinition/" + folder(example);
    return PACKAGE.choice().all().containsKey(profile)
        ? VALIDATION.checkAgainst(profile, resource)
        : VALIDATION.check(resource, "");
  }

  private static String folder(Path example) {
    return String.valueOf(example.getName(example.getNameCount() - 2));
  }

  /** Keys of the broken rules; true for warnings. */
  private static Map<Boolean, Set<String>> keys(List<Problem.Issue> issues) {
    return issues.stream()
        .collect(
            Collectors.groupingBy(
                Problem.Issue::warning,
                Collectors.mapping(ProfileExamplesTest::key, Collectors.toSet())));
  }

  private static String key(Problem.Issue issue) {
    Problem.Wording wording = issue.wording();
    return wording == null ? "?" : String.valueOf(wording.rule());
  }

  private static Stream<Path> files(String folder) {
    try (Stream<Path> found = Files.walk(ROOT.resolve(folder))) {
      return found.filter(path -> path.toString().endsWith(".json")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Validation validation() {
    List<IValidationSupport> chain =
        PACKAGE.chain(
            R4,
            new DefaultProfileValidationSupport(R4),
            new SnapshotGeneratingValidationSupport(R4),
            new InMemoryTerminologyServerValidationSupport(R4));
    return new Validation(
        R4,
        new ValidationSupportChain(chain.toArray(IValidationSupport[]::new)),
        PACKAGE,
        ProfilesSettings.Policy.ENFORCE);
  }
}
