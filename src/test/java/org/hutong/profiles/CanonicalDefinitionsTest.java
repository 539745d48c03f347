package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Definitions are looked for once, and only those that there are. */
class CanonicalDefinitionsTest {
  private final List<String> asked = new ArrayList<>();
  private final CanonicalDefinitions definitions = new CanonicalDefinitions(support());

  @Test
  void looksForADefinitionOnce() {
    StructureDefinition first = fetch(RuleBook.R4 + "Patient");
    assertThat(first.getUrl()).isEqualTo(RuleBook.R4 + "Patient");
    assertThat(fetch(RuleBook.R4 + "Patient")).isSameAs(first);
    assertThat(definitions.fetchTypeDefinition("Patient")).isSameAs(first);
    assertThat(asked).hasSize(1);
  }

  @Test
  void remembersNothingThatARequestCanMakeUp() {
    for (String url : List.of("http://example.com/unknown", RuleBook.R4 + "Patient|4.0.1")) {
      asked.clear();
      definitions.fetchResource(StructureDefinition.class, url);
      definitions.fetchResource(StructureDefinition.class, url);
      assertThat(asked).hasSize(2);
    }
  }

  private StructureDefinition fetch(String url) {
    StructureDefinition found = definitions.fetchResource(StructureDefinition.class, url);
    assertThat(found).isNotNull();
    return found;
  }

  private IValidationSupport support() {
    return new IValidationSupport() {
      @Override
      public FhirContext getFhirContext() {
        return ProfileExamplesTest.R4;
      }

      @Override
      @SuppressWarnings("unchecked")
      public <T extends IBaseResource> @Nullable T fetchResource(
          @Nullable Class<T> type, String url) {
        asked.add(url);
        return (T) ProfileExamplesTest.CHAIN.fetchStructureDefinition(url);
      }
    };
  }
}
