package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.profiles.Declared;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DoorsTest {
  private static final Doors DOORS = new Doors(Declared.fromClassPath());

  @ParameterizedTest
  @CsvSource({
    "GET, /metadata",
    "HEAD, /metadata",
    "POST, /",
    "POST, ''",
    "GET, /Patient",
    "GET, /Patient/",
    "HEAD, /Patient/1",
    "POST, /Patient",
    "POST, /Patient/_search",
    "PUT, /Patient",
    "PATCH, /Patient",
    "DELETE, /Patient",
    "GET, /Patient/1",
    "GET, /Patient/a.B-9",
    "PUT, /Patient/1",
    "PATCH, /Patient/1",
    "DELETE, /Patient/1",
    "GET, /Patient/1/_history",
    "GET, /Patient/1/_history/1",
    "GET, /Patient/1/$everything",
    "GET, /Patient/1/%24everything",
    "POST, /Patient/1/$everything",
    "POST, /Patient/$validate",
    "POST, /Patient/1/$validate",
    "POST, /Bundle/$validate",
    "GET, /ValueSet/$expand",
    "POST, /ValueSet/$validate-code",
    "GET, /CodeSystem/$lookup",
    "GET, /CodeSystem/$validate-code",
    "GET, /ConceptMap/$translate",
    "POST, /ConceptMap/$translate",
  })
  void letsInWhatIsDeclared(String method, String path) {
    assertThat(refused(method, path)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /Patient/$everything, INTERACTION_UNDECLARED",
    "GET, /Observation/1/$everything, INTERACTION_UNDECLARED",
    "GET, /Encounter/1/$everything, INTERACTION_UNDECLARED",
    "GET, /Patient/1/$meta, INTERACTION_UNDECLARED",
    "GET, /Patient/1/%24meta, INTERACTION_UNDECLARED",
    "GET, /Patient/1/%2524meta, INTERACTION_UNDECLARED",
    "POST, /Patient/1/$meta-add, INTERACTION_UNDECLARED",
    "POST, /Patient/$expunge, INTERACTION_UNDECLARED",
    "POST, /Patient/1/_history/1/$meta-delete, INTERACTION_UNDECLARED",
    "GET, /Patient/_history, INTERACTION_UNDECLARED",
    "GET, /Patient/$, INTERACTION_UNDECLARED",
    "GET, /Patient/_id, INTERACTION_UNDECLARED",
    "GET, /Patient/1/Observation, INTERACTION_UNDECLARED",
    "GET, /Patient/1/*, INTERACTION_UNDECLARED",
    "GET, /Patient/1/_history/1/x, INTERACTION_UNDECLARED",
    "DELETE, /Patient/1/_history, METHOD_NOT_ALLOWED",
    "DELETE, /Patient/1/_history/1, METHOD_NOT_ALLOWED",
    "GET, /Patient/_search, METHOD_NOT_ALLOWED",
    "HEAD, /Patient/_search, METHOD_NOT_ALLOWED",
    "DELETE, /Patient/1/$everything, METHOD_NOT_ALLOWED",
    "POST, /Patient/1, METHOD_NOT_ALLOWED",
    "OPTIONS, /Patient, METHOD_NOT_ALLOWED",
    "TRACE, /Patient/1, METHOD_NOT_ALLOWED",
    "OPTIONS, /metadata, METHOD_NOT_ALLOWED",
    "POST, /metadata, METHOD_NOT_ALLOWED",
    "GET, /, METHOD_NOT_ALLOWED",
    "DELETE, /, METHOD_NOT_ALLOWED",
    "GET, /_history, TYPE_UNSUPPORTED",
    "POST, /$reindex, TYPE_UNSUPPORTED",
    "GET, /Basic, TYPE_UNSUPPORTED",
    "GET, /patient, TYPE_UNSUPPORTED",
    "GET, //Patient, TYPE_UNSUPPORTED",
    "GET, /Patient;a=1, TYPE_UNSUPPORTED",
    "GET, /StructureDefinition, TYPE_UNSUPPORTED",
    "GET, /SearchParameter/1, TYPE_UNSUPPORTED",
    "GET, /Subscription, TYPE_UNSUPPORTED",
    "GET, /AuditEvent, TYPE_UNSUPPORTED",
    "GET, /ValueSet, INTERACTION_UNDECLARED",
    "GET, /ValueSet/1, INTERACTION_UNDECLARED",
    "PUT, /CodeSystem/1, INTERACTION_UNDECLARED",
    "POST, /CodeSystem/1/$validate-code, INTERACTION_UNDECLARED",
    "POST, /Bundle/1/$validate, INTERACTION_UNDECLARED",
    "POST, /Bundle, INTERACTION_UNDECLARED",
    "GET, /ConceptMap, INTERACTION_UNDECLARED",
    "POST, /ConceptMap, INTERACTION_UNDECLARED",
    "GET, /ConceptMap/1, INTERACTION_UNDECLARED",
    "GET, /ConceptMap/1/$translate, INTERACTION_UNDECLARED",
    "GET, /Patient//1, INTERACTION_UNDECLARED",
    "GET, /Patient/../metadata, INTERACTION_UNDECLARED",
    "GET, /Patient/1%2F_history, NOT_FOUND",
    "GET, /Patient%2F1, TYPE_UNSUPPORTED",
    "GET, /Patient/1;v=2, NOT_FOUND",
    "GET, /Patient/1/_history/x, NOT_FOUND",
    "GET, /Patient/1/_history/1;v=2, NOT_FOUND",
    "GET, /Patient/%zz, REQUEST_MALFORMED",
  })
  void refusesWhatIsNot(String method, String path, String code) {
    assertThat(refused(method, path)).isEqualTo(code.isEmpty() ? null : ProblemCode.valueOf(code));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/api-docs", "/Bundle", "/Patient/_search"})
  void letsNoBundleHoldWhatOnlyARequestOfItsOwnMayBe(String path) {
    assertThat(DOORS.refusal("GET", path, true)).isNotNull();
    assertThat(DOORS.refusal("POST", path, true)).isNotNull();
  }

  @Test
  void tellsNothingBackThatIsNotPlainText() {
    Problem problem = DOORS.refusal("GET", "/<script>alert('x')</script>", false);
    assertThat(problem).isNotNull();
    assertThat(problem.issues().get(0).arguments().toString()).doesNotContain("<", "'", "\"");
  }

  private static @Nullable ProblemCode refused(String method, String path) {
    Problem problem = DOORS.refusal(method, path, false);
    return problem == null ? null : problem.code();
  }
}
