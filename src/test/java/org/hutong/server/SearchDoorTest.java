package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.profiles.Declared;
import org.hutong.profiles.FhirPackage;
import org.hutong.profiles.IndexedParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchDoorTest {
  private static final FhirContext R4 = FhirContext.forR4Cached();
  private static final Declared DECLARED = Declared.fromClassPath();
  private static final SearchDoor DOOR =
      new SearchDoor(
          DECLARED,
          IndexedParameters.of(R4, DECLARED, FhirPackage.fromClassPath(R4)),
          new Elements(R4, DECLARED));

  /** Of a code that the element never has nothing is found; that is told, not refused. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "gender=male false",
        "gender=male,female false",
        "gender=http://hl7.org/fhir/administrative-gender|male false",
        "gender=男 true",
        "gender=male,男 true",
        "gender=1 true",
        "gender=Male true",
        "gender:not=男 true",
        "gender=http://hl7.org/fhir/administrative-gender| false",
        "gender:missing=true false",
        "identifier=男 false",
        "name=男 false",
      })
  void hintsAtACodeThatNoRecordHas(String query, boolean hinted) {
    String[] sides = query.split("=", 2);
    List<Problem.Issue> hints = DOOR.hints("Patient", Map.of(sides[0], List.of(sides[1])), true);
    assertThat(hints).hasSize(hinted ? 1 : 0);
    for (Problem.Issue hint : hints) {
      assertThat(hint.warning()).isTrue();
      assertThat(hint.location()).isEqualTo("http." + sides[0]);
      Problem.Wording told = Objects.requireNonNull(hint.wording());
      assertThat(Objects.requireNonNull(told.mend()).zh()).contains("male、female、other、unknown。");
      assertThat(Objects.requireNonNull(told.mend()).en())
          .contains("male, female, other, unknown.");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "identifier=",
        "identifier",
        "identifier=%20",
        "identifier=%E3%80%80",
        "identifier=,",
        "identifier=,%20,",
        "identifier=urn:x|1&identifier=",
        "name=",
        "name:exact=",
        "birthdate=",
        "gender:not=",
        "organization=",
        "organization=Organization/",
        "organization:Organization=",
        "organization.name=",
        "_id=",
        "_lastUpdated=",
        "_has:Observation:patient:code=",
        "_sort=",
        "_elements="
      })
  void refusesAParameterWithoutValue(String query) {
    String name = query.replaceFirst("[=&].*", "");
    Map<String, Problem.Issue> faults = faults(query + "&gender=female");
    assertThat(faults).containsOnlyKeys(name);
    Problem.Issue fault = Objects.requireNonNull(faults.get(name));
    assertThat(fault.code()).isEqualTo(ProblemCode.PARAMETER_INVALID);
    assertThat(fault.location()).isEqualTo("http." + name);
    Problem.Wording told = Objects.requireNonNull(fault.wording());
    assertThat(told.what().zh()).contains(name, "没有值");
    assertThat(told.what().en()).contains(name, "no value");
    assertThat(Objects.requireNonNull(told.mend()).zh()).contains("去掉");
    assertThat(Objects.requireNonNull(told.mend()).en()).contains("leave");
  }

  @ParameterizedTest
  @ValueSource(strings = {"_count=", "_summary=", "_total=", "_include=", "gender:missing="})
  void refusesAControlWithoutValue(String query) {
    assertThat(faults(query)).containsOnlyKeys(query.replace("=", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "identifier=urn:x|",
        "identifier=|1",
        "identifier=,1",
        "name=/",
        "organization=Organization/,Organization/1",
        "_format=&_pretty"
      })
  void takesAValueThatSaysSomething(String query) {
    assertThat(faults(query)).isEmpty();
  }

  @Test
  void saysThatAParameterDoesNotExistRatherThanThatItIsEmpty() {
    assertThat(Objects.requireNonNull(faults("foo=").get("foo")).code())
        .isEqualTo(ProblemCode.PARAMETER_UNKNOWN);
  }

  private static Map<String, Problem.Issue> faults(String query) {
    String bytes = new String(query.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    Map<String, List<String>> parameters = UrlText.parameters(bytes, ProblemCode.URL_NOT_UTF8);
    return DOOR.search("Patient", parameters);
  }
}
