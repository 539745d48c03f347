package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hutong.fhir.Language;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineProblemsTest {
  private static final List<Integer> NUMBERS =
      List.of(1094, 1091, 1096, 450, 515, 959, 960, 961, 974, 989);

  static Stream<BaseServerResponseException> whatTheEngineThrows() {
    return Stream.concat(
        IntStream.rangeClosed(400, 511)
            .<BaseServerResponseException>mapToObj(
                status -> new UnclassifiedServerFailureException(status, "HAPI-0001: said so")),
        Stream.concat(
            NUMBERS.stream()
                .map(
                    number ->
                        new UnclassifiedServerFailureException(
                            400, "HAPI-%04d: said so".formatted(number))),
            Stream.of(new InternalErrorException("HAPI-0389: said so"))));
  }

  @ParameterizedTest
  @MethodSource("whatTheEngineThrows")
  void leavesNoPlaceholderInAnyText(BaseServerResponseException thrown) {
    Problem problem = EngineProblems.of(thrown, true);
    for (Language language : Language.values()) {
      for (OperationOutcome.OperationOutcomeIssueComponent issue :
          Outcomes.render(problem, language).getIssue()) {
        assertThat(issue.getDetails().getText() + issue.getDiagnostics())
            .doesNotContain("{", "}")
            .isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405, 406, 409, 410, 412, 413, 415, 422, 501, 503})
  void knowsTheStatusesOfHttp(int status) {
    int known =
        EngineProblems.of(new UnclassifiedServerFailureException(status, "said so"), false)
            .getStatusCode();
    assertThat(known).isEqualTo(status == 501 ? 403 : status);
  }

  @Test
  void saysThatTheDatabaseStoppedWhatTookTooLong() {
    SQLException stopped = new SQLException("canceling statement due to timeout", "57014");
    Problem problem =
        EngineProblems.of(
            new InternalErrorException("HAPI-2346: said so", new RuntimeException(stopped)), false);
    assertThat(problem.code()).isEqualTo(ProblemCode.TIMED_OUT);
    assertThat(problem.getStatusCode()).isEqualTo(503);
    assertThat(problem.getResponseHeaders()).containsKey("Retry-After");
  }
}
