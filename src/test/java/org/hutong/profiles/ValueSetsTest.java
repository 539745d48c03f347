package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.hl7.fhir.r4.model.ValueSet;
import org.hutong.fhir.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueSetsTest {
  private final ValueSets valueSets = new ValueSets(ProfileExamplesTest.CHAIN);

  @ParameterizedTest
  @ValueSource(strings = {"diagnosis", "procedure"})
  void listsNoTableThatIsKnownInPart(String name) {
    ValueSet definition = valueSets.of("https://hutong.org/fhir/ValueSet/" + name);
    assertThatThrownBy(() -> valueSets.codes(definition)).isInstanceOf(Problem.class);

    ValueSet around = new ValueSet();
    around.setUrl("https://hutong.org/fhir/ValueSet/around");
    around.getCompose().addInclude().addValueSet(definition.getUrl());
    assertThatThrownBy(() -> valueSets.codes(around)).isInstanceOf(Problem.class);
  }

  @Test
  void listsTheCodesThatAValueSetNamesItself() {
    ValueSet named = new ValueSet();
    named
        .getCompose()
        .addInclude()
        .setSystem("urn:oid:2.16.156.10011.2.3.3.12")
        .addConcept()
        .setCode("36.07");
    assertThat(valueSets.codes(named)).hasSize(1);
    assertThat(valueSets.codes(valueSets.of("https://hutong.org/fhir/ValueSet/organization-tier")))
        .isNotEmpty();
  }
}
