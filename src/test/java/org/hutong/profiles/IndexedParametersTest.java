package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.util.Map;
import java.util.Objects;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hutong.fhir.NameIndex;
import org.junit.jupiter.api.Test;

/** What decides on index rows, as the database notes it. */
class IndexedParametersTest {
  private static final FhirContext R4 = FhirContext.forR4Cached();

  @Test
  void definesEveryDeclaredParameterAndTheLinksOfEachType() {
    Map<String, Map<String, String>> definitions = of("Encounter.subject").definitions();
    Declared declared = Declared.fromClassPath();
    definitions.forEach(
        (type, ofType) -> {
          assertThat(ofType).containsKey(IndexedParameters.LINKS);
          assertThat(ofType.keySet())
              .containsAll(Objects.requireNonNull(declared.type(type)).searchParameters().keySet());
        });
    assertThat(definition("Encounter.subject", "subject"))
        .startsWith("reference\nEncounter.subject\n")
        .contains("Patient");
  }

  @Test
  void differsWhereADefinitionDoes() {
    assertThat(definition("Encounter.subject", "subject"))
        .isNotEqualTo(definition("Encounter.partOf", "subject"));
  }

  @Test
  void countsAsALinkWhateverParameterReachesIt() {
    assertThat(definition("Encounter.subject", IndexedParameters.LINKS))
        .contains("Encounter.subject")
        .isEqualTo(
            definition("Encounter.subject.where(resolve() is Patient)", IndexedParameters.LINKS));
  }

  @Test
  void ordersPersonsByNameAndNobodyElse() {
    Map<String, Map<String, String>> definitions = of("Encounter.subject").definitions();
    assertThat(definitions.keySet().stream().filter(type -> definesOrder(definitions, type)))
        .containsExactlyInAnyOrder("Patient", "Practitioner", "RelatedPerson");
  }

  private static boolean definesOrder(Map<String, Map<String, String>> definitions, String type) {
    return Objects.requireNonNull(definitions.get(type)).containsKey(NameIndex.ORDER);
  }

  private static String definition(String expression, String code) {
    Map<String, String> ofType =
        Objects.requireNonNull(of(expression).definitions().get("Encounter"));
    return Objects.requireNonNull(ofType.get(code));
  }

  /** The parameters, but Encounter.subject by another expression. */
  private static IndexedParameters of(String expression) {
    Map<String, SearchParameter> definitions =
        IndexedParameters.definitions(R4, FhirPackage.fromClassPath(R4));
    definitions.replaceAll(
        (url, definition) ->
            definition.getIdPart().equals("Encounter-subject")
                ? definition.copy().setExpression(expression)
                : definition);
    return IndexedParameters.of(R4, Declared.fromClassPath(), definitions);
  }
}
