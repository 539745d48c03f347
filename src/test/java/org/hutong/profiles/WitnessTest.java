package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.fhirpath.FHIRPathEngine;
import org.hl7.fhir.r4.hapi.ctx.HapiWorkerContext;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every rule of the profiles and extensions is obeyed by an example that has what the rule speaks
 * of: an example that passes for want of it would show nothing.
 */
class WitnessTest {
  private static final FHIRPathEngine PATHS =
      new FHIRPathEngine(new HapiWorkerContext(ProfileExamplesTest.R4, ProfileExamplesTest.CHAIN));

  private static final List<Resource> EXAMPLES =
      ProfileExamplesTest.examples().map(WitnessTest::parse).toList();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.exists() | a.exists()",
        "(a = 'x or y') implies b.exists() | ((a = 'x or y')) and (b.exists())",
        "a or b or c | a; (a).not() and (b); (a).not() and ((b).not() and (c))",
        "a and (b or c) | a; (b); ((b).not() and (c))",
        "a.all(b implies c) | a.where((b) and (c)).exists()",
        "a.all(b) and c.all(d) | a.where(b).exists(); (c.where(d).exists())",
        "a.b.intersect(c.d).empty() | (a.b).exists() and (c.d).exists()"
      })
  void demandsOfAnExampleThatTheRuleMatters(String rule, String witnesses) {
    assertThat(String.join("; ", Witnesses.of(rule))).isEqualTo(witnesses);
  }

  @Test
  void everyInvariantIsObeyedByAnExampleInWhichItMatters() {
    List<String> missing = new ArrayList<>();
    for (StructureDefinition definition : ProfileExamplesTest.PACKAGE.definitions()) {
      for (ElementDefinition element : definition.getDifferential().getElement()) {
        element
            .getConstraint()
            .forEach(
                rule ->
                    Witnesses.of(rule.getExpression()).stream()
                        .filter(witness -> !holdsSomewhere(definition, element, witness))
                        .forEach(witness -> missing.add(rule.getKey() + ": " + witness)));
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyRuleOfStructureIsObeyedByAnExampleThatHasTheElement() {
    Set<String> missing = new TreeSet<>();
    for (StructureDefinition definition : ProfileExamplesTest.PACKAGE.definitions()) {
      for (ElementDefinition element : StructureRules.ofWhatIsSent(definition)) {
        if (StructureRules.of(element).isEmpty()) {
          continue;
        }
        // What may not be there at all is missed where its parent is.
        String id = element.getId();
        String subject = "0".equals(element.getMax()) ? id.replaceFirst("\\.[^.]*$", "") : id;
        if (EXAMPLES.stream()
            .allMatch(example -> StructureRules.places(definition, subject, example).isEmpty())) {
          missing.add(definition.getIdPart() + " " + subject);
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  private static boolean holdsSomewhere(
      StructureDefinition definition, ElementDefinition element, String witness) {
    for (Resource example : EXAMPLES) {
      for (Base place : StructureRules.places(definition, element.getId(), example)) {
        if (PATHS.evaluateToBoolean(null, example, example, place, PATHS.parse(witness))) {
          return true;
        }
      }
    }
    return false;
  }

  private static Resource parse(Path example) {
    try {
      return (Resource)
          ProfileExamplesTest.R4.newJsonParser().parseResource(Files.readString(example));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
