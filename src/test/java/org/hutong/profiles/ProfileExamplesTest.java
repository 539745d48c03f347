package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.IValidationContext;
import ca.uhn.fhir.validation.ValidationContext;
import ca.uhn.fhir.validation.ValidationOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
import org.hl7.fhir.common.hapi.validation.validator.WorkerContextValidationSupportAdapter;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Facts;
import org.hutong.fhir.Language;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of the profiles bites, alone, and what obeys them passes. */
class ProfileExamplesTest {
  private static final Path ROOT = Path.of("fhir-profiles");
  private static final String NO_EXAMPLE = "no example";

  /** Rules that nothing can break without breaking another. */
  private static final Map<String, String> NEVER_ALONE =
      Map.of(
          "recognition/Extension.value[x].max",
          "with a value it can have no parts (ext-1), and without them it lacks those required",
          "secondment/Extension.value[x].max",
          "with a value it can have no parts (ext-1), and without them it lacks those required");

  static final FhirContext R4 = FhirContext.forR4Cached();
  static final FhirPackage PACKAGE = FhirPackage.fromClassPath(R4);

  /** One for all tests, for it keeps the definitions that are read. */
  static final IValidationSupport CHAIN = chain();

  /** Half past midnight in Beijing, the day before in Greenwich. */
  static final Instant NOW = Instant.parse("2026-11-21T16:30:00Z");

  static final Validation VALIDATION =
      new Validation(
          R4, CHAIN, PACKAGE, ProfilesSettings.Policy.ENFORCE, Clock.fixed(NOW, Facts.BEIJING));

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
    // What an extension says of itself is named by the extension.
    String key =
        example
            .getFileName()
            .toString()
            .replaceFirst("\\.json$", "")
            .replaceFirst("^Extension(?=\\.)", folder(example));
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

  /** Not the resource as a whole, at which most rules of several elements stand. */
  @ParameterizedTest
  @MethodSource("invalid")
  void namesTheElementToMendAndItsValue(Path example) throws IOException {
    Sent sent = Sent.of(Files.readString(example));
    Problem problem = new Problem(check(example));
    String place = String.valueOf(problem.issues().get(0).location());
    assertThat(place).contains(".");
    String value = key(problem.issues().get(0)).startsWith("hutong-") ? sent.value(place) : null;
    if (value != null) {
      assertThat(outcome(problem, Language.ZH)).contains(value);
      assertThat(outcome(problem, Language.EN)).contains(value);
    }
  }

  /** A rule that judges several elements says which of them to mend. */
  @Test
  void everyInvariantOfAWholeSaysWhatToMend() {
    List<String> silent = new ArrayList<>();
    for (StructureDefinition definition : PACKAGE.definitions()) {
      definition
          .getDifferential()
          .getElementFirstRep()
          .getConstraint()
          .forEach(
              rule -> {
                if (!rule.getExpression().startsWith("descendants()")
                    && !rule.hasExtension(Canonical.CONSTRAINT_PLACE)) {
                  silent.add(rule.getKey());
                }
              });
    }
    assertThat(silent).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"2026-11-22, true", "2026-11, true", "2026, true", "2026-11-23, false"})
  void takesABirthDateUpToTheDayInBeijing(String birthDate, boolean taken) {
    Patient patient = (Patient) parse(ROOT.resolve("examples/story/Patient-li-xiulan.json"));
    patient.getIdentifier().remove(0);
    patient.getBirthDateElement().setValueAsString(birthDate);
    assertThat(allKeys(VALIDATION.admit(patient, "")).contains("Patient.birthDate.future"))
        .isEqualTo(!taken);
  }

  @ParameterizedTest
  @ValueSource(strings = {"11010519491231002X", "11010519491231002x", "440524188001010014"})
  void warnsOfEveryWrongCharacterThatTheCheckDigitOfAnIdentityCardCatches(String number) {
    assertThat(idCardRules(number)).doesNotContain("hutong-pat-1", "hutong-pat-2");
    for (int place = 14; place < 18; place++) {
      for (char other : (place < 17 ? "0123456789" : "0123456789X").toCharArray()) {
        String wrong = number.substring(0, place) + other + number.substring(place + 1);
        if (!wrong.equalsIgnoreCase(number)) {
          assertThat(idCardRules(wrong)).as(wrong).contains("hutong-pat-2");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "159981196202300016",
        "159981196204310015",
        "159981190002290014",
        "159981620230001"
      })
  void refusesAnIdentityCardOfADayThatNeverWas(String number) {
    assertThat(idCardRules(number)).contains("hutong-pat-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"159981196402290014", "159981200002290014", "159981640229001"})
  void takesAnIdentityCardOfALeapDay(String number) {
    assertThat(idCardRules(number)).doesNotContain("hutong-pat-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"91350100M000100Y43", "12330000470051726F"})
  void warnsOfEveryWrongCharacterThatTheCheckCharacterOfACreditCodeCatches(String code) {
    assertThat(creditCodeRules(code)).doesNotContain("hutong-org-4", "hutong-org-5");
    for (int place = 8; place < 18; place++) {
      for (char other : "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".toCharArray()) {
        String wrong = code.substring(0, place) + other + code.substring(place + 1);
        if (!wrong.equals(code)) {
          assertThat(creditCodeRules(wrong)).as(wrong).contains("hutong-org-5");
        }
      }
    }
  }

  /** So a value of one never counts for another, and no fault is told of two slices. */
  @Test
  void noValueBelongsToTwoSlices() {
    int slicings = 0;
    for (StructureDefinition profile : PACKAGE.definitions()) {
      List<ElementDefinition> elements = profile.getDifferential().getElement();
      for (ElementDefinition sliced : elements) {
        if (!sliced.hasSlicing()) {
          continue;
        }
        assertThat(sliced.getSlicing().getDiscriminator()).as(sliced.getId()).hasSize(1);
        String by = sliced.getSlicing().getDiscriminatorFirstRep().getPath();
        List<String> values = new ArrayList<>();
        for (ElementDefinition slice : elements) {
          if (slice.hasSliceName()
              && slice.getId().equals(sliced.getId() + ":" + slice.getSliceName())) {
            values.add(discriminates(slice, by, elements));
          }
        }
        assertThat(values).as(sliced.getId()).isNotEmpty().doesNotHaveDuplicates();
        slicings++;
      }
    }
    assertThat(slicings).isGreaterThan(10);
  }

  private static String discriminates(
      ElementDefinition slice, String by, List<ElementDefinition> elements) {
    if (by.equals("url")) { // a slice without profile is one of the base, by its name
      return slice.getTypeFirstRep().hasProfile()
          ? slice.getTypeFirstRep().getProfile().get(0).getValue()
          : slice.getSliceName();
    }
    String id = by.equals("$this") ? slice.getId() : slice.getId() + "." + by;
    for (ElementDefinition element : elements) {
      if (element.getId().equals(id) && element.getPattern() instanceof CodeableConcept concept) {
        Coding coding = concept.getCodingFirstRep();
        return coding.getSystem() + "#" + coding.getCode();
      }
      if (element.getId().equals(id) && element.hasPattern()) {
        return element.getPattern().primitiveValue();
      }
    }
    throw new AssertionError(slice.getId() + " does not say what it is known by");
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
      for (ElementDefinition element : StructureRules.ofWhatIsSent(definition)) {
        for (String kind : StructureRules.of(element)) {
          rules.add(definition.getIdPart() + "/" + element.getId().replace(':', '.') + kind);
        }
      }
    }
    Set<String> shown =
        invalid()
            .map(path -> (folder(path) + "/" + path.getFileName()).replaceFirst("\\.json$", ""))
            .collect(Collectors.toSet());
    assertThat(rules).hasSizeGreaterThan(200).containsAll(NEVER_ALONE.keySet());
    assertThat(shown).doesNotContainAnyElementsOf(NEVER_ALONE.keySet());
    rules.removeAll(NEVER_ALONE.keySet());
    assertThat(rules).isSubsetOf(shown);
  }

  /** FHIR R4 would let a Group stand where ours wants a Patient, and the like. */
  @Test
  void refusesWhatAProfileNoLongerLetsAReferenceNameInEveryPlace() {
    Set<String> wrong = new TreeSet<>();
    int tried = 0;
    for (StructureDefinition definition : PACKAGE.definitions()) {
      for (ElementDefinition element : StructureRules.ofWhatIsSent(definition)) {
        List<String> given = targets(element);
        List<String> taken =
            new ArrayList<>(
                given.isEmpty()
                    ? given
                    : definition.getType().equals("Extension")
                        ? List.of("Group") // its value may be a reference to anything
                        : inR4(element.getPath()));
        taken.removeAll(given);
        if (taken.isEmpty()) {
          continue;
        }
        String place = definition.getIdPart() + " " + element.getId();
        Set<String> told = toldOf(definition, element, taken.get(0) + "/x");
        if (told.size() != 1 || told.contains(NO_EXAMPLE)) {
          wrong.add(place + " -> " + taken.get(0) + ": " + told);
        }
        tried++;
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(tried).isGreaterThan(10);
  }

  /** The errors of the first example in which a reference of that profile is changed. */
  private static Set<String> toldOf(
      StructureDefinition definition, ElementDefinition element, String reference) {
    for (Path file : examples().toList()) {
      Resource example = parse(file);
      List<Base> places = StructureRules.places(definition, element.getId(), example);
      if (!places.isEmpty()) {
        places.forEach(place -> ((Reference) place).setReference(reference).setType(null));
        return keys(VALIDATION.check(example, "")).getOrDefault(false, Set.of());
      }
    }
    return Set.of(NO_EXAMPLE);
  }

  private static List<String> inR4(String path) {
    StructureDefinition type =
        (StructureDefinition)
            R4.getValidationSupport()
                .fetchStructureDefinition("http://hl7.org/fhir/StructureDefinition/" + root(path));
    return type.getSnapshot().getElement().stream()
        .filter(element -> element.getPath().equals(path))
        .flatMap(element -> targets(element).stream())
        .toList();
  }

  private static String root(String path) {
    return path.substring(0, path.indexOf('.') < 0 ? path.length() : path.indexOf('.'));
  }

  /** The types that an element may refer to; empty when it is no reference, or to anything. */
  private static List<String> targets(ElementDefinition element) {
    return element.getType().stream()
        .filter(type -> "Reference".equals(type.getCode()))
        .flatMap(type -> type.getTargetProfile().stream())
        .map(target -> target.getValue().replaceFirst("^.*/", ""))
        .filter(type -> !type.equals("Resource"))
        .toList();
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
        .containsExactly("ethnicity.value[x].binding");
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

  @ParameterizedTest
  @ValueSource(strings = {"QUJD\nREVG", "QUJD REVG", "QUJD\r\nREVG", "QUJD\tREVG"})
  void letsBase64BeWrappedInLines(String data) {
    assertThat(examine(data)).isEmpty();
  }

  @Test
  void tellsWhatIsNotBase64() {
    assertThat(examine("QUJD REV*")).hasSize(1);
  }

  private static List<Problem.Issue> examine(String data) {
    Patient patient = (Patient) parse(ROOT.resolve("examples/story/Patient-li-xiulan.json"));
    patient.addPhoto().setContentType("image/png").setTitle("here");
    String text =
        R4.newJsonParser()
            .encodeResourceToString(patient)
            .replace(
                "\"title\":\"here\"",
                "\"data\":\"%s\""
                    .formatted(
                        data.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")));
    return VALIDATION.examine(text, patient, null, "").stream()
        .filter(issue -> !issue.warning())
        .toList();
  }

  @Test
  void tellsAnUnknownProfileOnceAndWhereItIsDeclared() {
    Patient patient = (Patient) parse(ROOT.resolve("examples/story/Patient-li-xiulan.json"));
    patient.getMeta().addProfile("http://example.org/StructureDefinition/foreign");
    assertThat(VALIDATION.check(patient, "Bundle.entry[3].resource"))
        .singleElement()
        .extracting(Problem.Issue::location)
        .isEqualTo("Bundle.entry[3].resource.meta.profile[0]");
  }

  @Test
  void namesThePlaceWithinABundle() {
    Patient patient = (Patient) parse(ROOT.resolve("examples/story/Patient-li-xiulan.json"));
    patient.setGender(null);
    assertThat(VALIDATION.check(patient, "Bundle.entry[3].resource"))
        .singleElement()
        .extracting(Problem.Issue::location)
        .isEqualTo("Bundle.entry[3].resource.gender");
  }

  @Test
  void looksAtAProfileThatIsChosenAndDeclaredOnce() {
    Patient patient = (Patient) parse(ROOT.resolve("examples/story/Patient-li-xiulan.json"));
    patient.setGender(null);
    String profile = Canonical.BASE + "/StructureDefinition/hutong-patient";
    assertThat(profiles(patient)).containsExactly(profile);
    List<Problem.Issue> told = VALIDATION.check(patient, "");
    patient.getMeta().addProfile(profile);
    assertThat(profiles(patient)).isEmpty();
    assertThat(VALIDATION.check(patient, "")).isEqualTo(told).hasSize(1);
    assertThat(
            VALIDATION.examine(
                R4.newJsonParser().encodeResourceToString(patient), patient, profile, ""))
        .isEqualTo(told);
  }

  /** What the validator is told to look at besides what a resource declares. */
  private static Set<String> profiles(Resource resource) {
    IValidationContext<IBaseResource> validation =
        ValidationContext.forResource(R4, resource, new ValidationOptions());
    VALIDATION.module().validateResource(validation);
    return validation.getOptions().getProfiles();
  }

  @Test
  void warmsWithTheExamplesNoLongerThanItIsGiven() {
    assertThat(FhirPackage.examples()).hasSize((int) files("examples/story").count());
    assertThat(VALIDATION.warm(Duration.ZERO)).isZero();
    assertThat(VALIDATION.warm(Duration.ofMillis(200))).isBetween(1, 1000);
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

  private static Set<String> idCardRules(String number) {
    Patient patient = (Patient) parse(ROOT.resolve("examples/story/Patient-li-xiulan.json"));
    patient.getIdentifier().clear();
    patient.addIdentifier().setSystem("urn:oid:2.16.156.10011.1.3").setValue(number);
    return allKeys(VALIDATION.check(patient, ""));
  }

  private static Set<String> creditCodeRules(String code) {
    Organization organization =
        (Organization)
            parse(ROOT.resolve("examples/story/Organization-yunze-county-hospital.json"));
    organization.getIdentifier().clear();
    organization.addIdentifier().setSystem("https://hutong.org/fhir/sid/uscc").setValue(code);
    return allKeys(VALIDATION.check(organization, ""));
  }

  private static Set<String> allKeys(List<Problem.Issue> issues) {
    return keys(issues).values().stream().flatMap(Set::stream).collect(Collectors.toSet());
  }

  static Stream<Path> files(String folder) {
    try (Stream<Path> found = Files.walk(ROOT.resolve(folder))) {
      return found.filter(path -> path.toString().endsWith(".json")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The definitions in the form that the full validator reads. */
  static WorkerContextValidationSupportAdapter definitions() {
    return WorkerContextValidationSupportAdapter.newVersionSpecificWorkerContextWrapper(CHAIN);
  }

  private static IValidationSupport chain() {
    List<IValidationSupport> chain =
        PACKAGE.chain(
            R4,
            new DefaultProfileValidationSupport(R4),
            new SnapshotGeneratingValidationSupport(R4),
            new InMemoryTerminologyServerValidationSupport(R4));
    return new ValidationSupportChain(chain.toArray(IValidationSupport[]::new));
  }
}
