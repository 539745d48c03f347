package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Problem;
import org.junit.jupiter.api.Test;

/** The compiled rules never clear what the full validator would say anything of. */
class ClearanceTest {
  private static final Validation VALIDATION = ProfileExamplesTest.VALIDATION;

  /** About as many mutants are made as the suite can bear. */
  private static final int MUTANTS = 6_000;

  @Test
  void clearsNoCounterExample() {
    assertThat(ProfileExamplesTest.invalid())
        .allSatisfy(file -> assertThat(VALIDATION.hindrance(parse(read(file)))).isNotNull());
  }

  @Test
  void clearsNearlyEveryExample() {
    List<String> left = new ArrayList<>();
    int valid = 0;
    for (String text : valid()) {
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
  void clearsNoMutantThatTheFullValidatorObjectsTo() {
    List<ObjectNode> corpus = new ArrayList<>();
    valid().forEach(text -> corpus.add(Mutations.json(text)));
    ProfileExamplesTest.invalid().forEach(file -> corpus.add(Mutations.json(read(file))));
    List<String> extensions =
        ProfileExamplesTest.PACKAGE.definitions().stream()
            .filter(url -> !ProfileChoice.ALL.contains(url))
            .sorted()
            .toList();
    Mutations mutations = new Mutations(20261122, corpus, extensions);
    List<String> wronglyCleared = new ArrayList<>();
    Map<String, Integer> hindrances = new TreeMap<>();
    int valid = 0;
    int cleared = 0;
    int made = 0;
    for (int round = 0; round < Math.max(8, MUTANTS / corpus.size()); round++) {
      for (ObjectNode original : corpus) {
        String mutant = mutations.mutant(original).toString();
        Resource resource;
        try {
          resource = parse(mutant);
        } catch (RuntimeException unreadable) {
          continue; // refused before anyone validates it
        }
        made++;
        String hindrance = VALIDATION.hindrance(resource);
        List<Problem.Issue> issues = VALIDATION.check(resource, "");
        if (issues.isEmpty()) {
          valid++;
          cleared += hindrance == null ? 1 : 0;
          if (hindrance != null) {
            hindrances.merge(hindrance, 1, Integer::sum);
          }
        } else if (hindrance == null) {
          wronglyCleared.add(
              issues.get(0).detail() + " " + issues.get(0).location() + " " + mutant);
        }
      }
    }
    System.out.println(made + " mutants, " + valid + " valid, " + cleared + " cleared");
    hindrances.entrySet().stream()
        .sorted((a, b) -> b.getValue() - a.getValue())
        .limit(40)
        .forEach(System.out::println);
    System.out.println("WRONG " + wronglyCleared.size());
    wronglyCleared.stream().limit(60).forEach(w -> System.out.println("WRONG " + w));
    assertThat(wronglyCleared).isEmpty();
    assertThat(made).isGreaterThan(MUTANTS / 2);
    assertThat(cleared).isGreaterThan(valid / 2);
  }

  private static Stream<String> validTexts() {
    return ProfileExamplesTest.examples().map(ClearanceTest::read);
  }

  private static List<String> valid() {
    return validTexts().toList();
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
