package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.common.hapi.validation.validator.WorkerContextValidationSupportAdapter;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r5.fhirpath.FHIRPathEngine;
import org.hl7.fhir.r5.model.ElementDefinition;
import org.hl7.fhir.r5.model.ElementDefinition.ElementDefinitionConstraintComponent;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hl7.fhir.r5.model.StructureDefinition.StructureDefinitionKind;
import org.hl7.fhir.utilities.OIDUtilities;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The compiled rules never clear what the full validator would say anything of. */
class ClearanceTest {
  private static final Validation VALIDATION = ProfileExamplesTest.VALIDATION;

  /** Invariants that always go to the full validator, and why. */
  private static final Map<String, String> BEYOND =
      Map.of(
          "ctm-1", "resolves a reference",
          "eld-13", "of ElementDefinitions, which only such resources contain",
          "eld-14", "of ElementDefinitions, which only such resources contain");

  /** What the suite can bear; more, or others, with -Dclearance.mutants and -Dclearance.seed. */
  private static final int MUTANTS = Integer.getInteger("clearance.mutants", 4_000);

  private static final long SEED = Long.getLong("clearance.seed", 20261122);

  @Test
  void clearsNoCounterExample() {
    assertThat(ProfileExamplesTest.invalid())
        .map(file -> parse(read(file)))
        .filteredOn(resource -> !VALIDATION.check(resource, "").isEmpty())
        .hasSizeGreaterThan(100)
        .allSatisfy(resource -> assertThat(VALIDATION.hindrance(resource)).isNotNull());
  }

  @Test
  void admitsWithTheSameWordsAsTheFullValidator() {
    List<String> texts = new ArrayList<>(examples());
    ProfileExamplesTest.invalid().forEach(file -> texts.add(read(file)));
    for (String text : texts) {
      Resource resource = parse(text);
      assertThat(VALIDATION.admit(resource, "")).isEqualTo(VALIDATION.check(resource, ""));
    }
  }

  @Test
  void clearsNearlyEveryExample() {
    List<String> left = new ArrayList<>();
    int valid = 0;
    for (String text : examples()) {
      Resource resource = parse(text);
      if (VALIDATION.check(resource, "").isEmpty()) {
        valid++;
        String hindrance = VALIDATION.hindrance(resource);
        if (hindrance != null) {
          left.add(resource.fhirType() + "/" + resource.getIdPart() + ": " + hindrance);
        }
      }
    }
    assertThat(left).hasSizeLessThanOrEqualTo(valid / 20);
  }

  @Test
  void clearsAnEntryThatHasNoIdYet() {
    String example = read(Path.of("fhir-profiles/examples/story/Patient-li-xiulan.json"));
    ObjectNode patient = Mutations.json(example);
    patient.remove("id");
    String bundle =
        """
        {"resourceType": "Bundle", "type": "transaction", "entry": [{
          "fullUrl": "urn:uuid:0b0c2e5e-2d1f-4f0b-9a35-3c6c3a0e9a11",
          "resource": %s,
          "request": {"method": "POST", "url": "Patient"}}]}
        """
            .formatted(patient);
    Resource entry = ((Bundle) parse(bundle)).getEntryFirstRep().getResource();
    assertThat(entry.getId()).startsWith("urn:uuid:");
    assertThat(VALIDATION.check(entry, "")).isEmpty();
    assertThat(VALIDATION.hindrance(entry)).isNull();
  }

  @Test
  void bearsADeclaredProfileWithoutValue() {
    ObjectNode patient =
        Mutations.json(read(Path.of("fhir-profiles/examples/story/Patient-li-xiulan.json")));
    patient.putObject("meta").putArray("profile").addNull();
    patient
        .withObject("/meta")
        .putArray("_profile")
        .addObject()
        .putArray("extension")
        .addObject()
        .put("url", "http://example.org/why")
        .put("valueString", "none");
    Resource resource = parse(patient.toString());
    assertThat(VALIDATION.hindrance(resource)).isNotNull();
    assertThat(VALIDATION.admit(resource, "")).isEmpty();
    assertThat(VALIDATION.examine(patient.toString(), resource, null, "")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "http://hl7.org/fhir/sid/icd-10, I10",
    "https://hutong.org/fhir/CodeSystem/icd-10-clinical, I10.x00x999",
    "urn:oid:2.16.156.10011.2.3.3.11, Z99.901"
  })
  void clearsACodeOfATableThatNobodyHereKnowsInFull(String system, String code) {
    Condition condition = new Condition();
    condition.setSubject(new Reference("Patient/1"));
    condition
        .getClinicalStatus()
        .addCoding()
        .setSystem("http://terminology.hl7.org/CodeSystem/condition-clinical")
        .setCode("active");
    condition.getCode().setText("高血压").addCoding().setSystem(system).setCode(code);
    assertThat(VALIDATION.check(condition, "")).isEmpty();
    assertThat(VALIDATION.hindrance(condition)).isNull();
    condition.getCode().getCodingFirstRep().setSystem("http://loinc.org");
    assertThat(VALIDATION.check(condition, "")).isNotEmpty();
    assertThat(VALIDATION.hindrance(condition)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "https://hutong.org/fhir/CodeSystem/hqms-marital-status, 9.9, 1",
    "https://hutong.org/fhir/CodeSystem/hqms-marital-status, 0.1.0, 0",
    "https://hutong.org/fhir/CodeSystem/icd-10-clinical, 2.0, 0", // here in part
    "http://his.example.com/codes, 9.9, 0",
    "urn:oid:2.16.156.10011.2.3.3.5, 2003, 0" // a national table, whose years are not ours
  })
  void clearsNoVersionOfATableOfOursThatNobodyKnows(String system, String version, int faults) {
    Condition condition =
        (Condition)
            parse(read(Path.of("fhir-profiles/examples/story/Condition-anterior-stemi.json")));
    condition.getMeta().addTag().setSystem(system).setVersion(version).setCode("1");
    assertThat(VALIDATION.check(condition, ""))
        .filteredOn(issue -> String.valueOf(issue.location()).endsWith(".version"))
        .hasSize(faults);
    assertThat(VALIDATION.hindrance(condition))
        .matches(hindrance -> faults == 0 || hindrance != null);
  }

  @ParameterizedTest
  @CsvSource({
    "https://hutong.org/fhir/StructureDefinition/nope, 1",
    "https://hutong.org/fhir/nope, 1",
    "https://hutong.org/fhir/StructureDefinition/hutong-patient, 1",
    "https://hutong.org/fhirs/nope, 0",
    "http://his.example.com/StructureDefinition/bed, 0"
  })
  void clearsNoExtensionThatClaimsToBeOurs(String url, int faults) {
    Resource patient = parse(read(Path.of("fhir-profiles/examples/story/Patient-li-xiulan.json")));
    ((org.hl7.fhir.r4.model.Patient) patient)
        .getNameFirstRep()
        .addExtension(url, new org.hl7.fhir.r4.model.StringType("1"));
    assertThat(VALIDATION.check(patient, "")).hasSize(faults);
    assertThat(VALIDATION.hindrance(patient) == null).isEqualTo(faults == 0);
  }

  @Test
  void clearsNoMutantThatTheFullValidatorObjectsTo() {
    List<ObjectNode> examples = examples().stream().map(Mutations::json).toList();
    List<ObjectNode> originals = new ArrayList<>(examples);
    ProfileExamplesTest.invalid().forEach(file -> originals.add(Mutations.json(read(file))));
    originals.addAll(examples); // twice, for what is wrong already is seldom cleared
    Mutations mutations = new Mutations(SEED, originals, extensions());
    List<String> wronglyCleared = new ArrayList<>();
    int made = 0;
    int valid = 0;
    int cleared = 0;
    while (made < MUTANTS) {
      ObjectNode changed = mutations.mutant(originals.get(made % originals.size()));
      String mutant = (made++ % 10 == 0 ? Mutations.versioned(changed) : changed).toString();
      Resource resource;
      try {
        resource = parse(mutant);
      } catch (RuntimeException unreadable) {
        continue; // refused before anyone validates it
      }
      String hindrance = VALIDATION.hindrance(resource);
      assertThat(String.valueOf(hindrance)).doesNotStartWith(Clearance.FAILED);
      boolean clear = hindrance == null;
      List<Problem.Issue> issues = VALIDATION.check(resource, "");
      valid += issues.isEmpty() ? 1 : 0;
      cleared += clear ? 1 : 0;
      if (clear && !issues.isEmpty()) {
        wronglyCleared.add(issues.get(0).detail() + ": " + mutant);
      }
    }
    assertThat(wronglyCleared).isEmpty();
    assertThat(valid).isGreaterThan(MUTANTS / 10);
    assertThat(cleared).isGreaterThan(valid * 6 / 10);
  }

  /** A ratio, for a busy machine slows both; the figures are in src/docs/performance. */
  @ParameterizedTest
  @ValueSource(
      strings = {"Patient-li-xiulan", "Encounter-county-admission", "ServiceRequest-referral-up"})
  void takesLessThanATenthOfTheFullValidatorsTime(String example) {
    Resource resource = parse(read(Path.of("fhir-profiles/examples/story/" + example + ".json")));
    assertThat(VALIDATION.hindrance(resource)).isNull();
    long gate = median(() -> VALIDATION.admit(resource, ""), 600);
    long full = median(() -> VALIDATION.check(resource, ""), 60);
    assertThat(gate).isLessThan(full / 10);
  }

  private static long median(Runnable run, int runs) {
    long[] times = new long[runs];
    for (int i = 0; i < runs; i++) {
      long start = System.nanoTime();
      run.run();
      times[i] = System.nanoTime() - start;
    }
    Arrays.sort(times);
    return times[runs / 2];
  }

  @Test
  void findsTheRegistryOfOidsEmpty() throws IOException {
    // The full validator reads it anew for each resource, 20 ms long, and never asks it.
    try (InputStream in = OIDUtilities.class.getResourceAsStream("/oidregistry.csv")) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()).hasSize(1);
    }
  }

  @Test
  void compilesEveryInvariantButTheListed() {
    WorkerContextValidationSupportAdapter definitions = ProfileExamplesTest.definitions();
    FHIRPathEngine parser = new FHIRPathEngine(definitions);
    Set<String> beyond = new TreeSet<>();
    int compiled = 0;
    for (StructureDefinition definition :
        definitions.fetchResourcesByType(StructureDefinition.class)) {
      if (!isMet(definition)) {
        continue;
      }
      for (ElementDefinition element : definition.getSnapshot().getElement()) {
        for (ElementDefinitionConstraintComponent rule : element.getConstraint()) {
          if (rule.hasExpression() && !RuleCompiler.isElsewhere(rule)) {
            PathExpression expression =
                PathExpression.compile(parser, rule.getKey(), rule.getExpression());
            if (expression.uncovered() == null) {
              compiled++;
            } else {
              beyond.add(rule.getKey());
            }
          }
        }
      }
    }
    assertThat(beyond).containsExactlyInAnyOrderElementsOf(BEYOND.keySet());
    assertThat(compiled).isGreaterThan(100);
  }

  /** Our own definitions, and R4's of the types that are declared and of data types. */
  private static boolean isMet(StructureDefinition definition) {
    return definition.getUrl().startsWith(Canonical.BASE)
        || definition.getUrl().equals(RuleBook.R4 + definition.getType())
            && (definition.getKind() == StructureDefinitionKind.COMPLEXTYPE
                || Declared.fromClassPath().stores(definition.getType()));
  }

  /** URLs of our extensions. */
  static List<String> extensions() {
    return ProfileExamplesTest.files("extensions")
        .map(file -> Mutations.json(read(file)).path("url").asText())
        .toList();
  }

  /** Our examples, and resources of types and shapes that those lack. */
  private static List<String> examples() {
    List<String> texts = new ArrayList<>();
    ProfileExamplesTest.examples().forEach(file -> texts.add(read(file)));
    Mutations.array(read(Path.of("src/test/resources/clearance/resources.json")))
        .forEach(resource -> texts.add(resource.toString()));
    return texts;
  }

  private static Resource parse(String text) {
    return (Resource) ProfileExamplesTest.R4.newJsonParser().parseResource(text);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
