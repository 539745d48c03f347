package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.store.WritesInTurn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.mock.web.MockHttpServletRequest;

class AgainTest {
  private final MockHttpServletRequest request = new MockHttpServletRequest();

  @ParameterizedTest
  @MethodSource
  void isDueWhereAnotherWasFaster(Throwable thrown) {
    Again.begin(request, 1);
    Again.note(request, new SystemRequestDetails(), thrown);
    assertThat(Again.isDue(request)).isTrue();
    Again.begin(request, 2);
    assertThat(Again.isDue(request)).isFalse();
  }

  static Stream<Throwable> isDueWhereAnotherWasFaster() {
    return Stream.of(
        new OptimisticLockingFailureException("deleted"),
        new IllegalStateException(new SQLException("deadlock", "40P01")),
        new IllegalStateException(new SQLException("serialization", "40001")),
        new IllegalStateException(new SQLException("unique", "23505")),
        new ResourceVersionConflictException("HAPI-0823: version"),
        new ResourceVersionConflictException("HAPI-0550: HAPI-0826: version"));
  }

  @ParameterizedTest
  @MethodSource
  void isNotDueWhereTheRequestIsToBlame(Throwable thrown) {
    Again.begin(request, 1);
    Again.note(request, new SystemRequestDetails(), thrown);
    assertThat(Again.isDue(request)).isFalse();
  }

  static Stream<Throwable> isNotDueWhereTheRequestIsToBlame() {
    return Stream.of(
        new ResourceVersionConflictException("HAPI-0989: not the current version"),
        new ResourceVersionConflictException("HAPI-0515: referred to"),
        new IllegalStateException(new SQLException("too long", "22001")),
        Problem.of(ProblemCode.OVERLOADED));
  }

  @Test
  void isNotDueAfterTheLastAttempt() {
    Again.begin(request, Again.ATTEMPTS);
    Again.note(request, new SystemRequestDetails(), new OptimisticLockingFailureException(""));
    assertThat(Again.isDue(request)).isFalse();
  }

  @Test
  void isNotDueWhenSomethingOfItWasCommitted() {
    RequestDetails written = new SystemRequestDetails();
    written.getUserData().put(WritesInTurn.class.getName(), true);
    Again.begin(request, 1);
    Again.note(request, written, new OptimisticLockingFailureException(""));
    assertThat(Again.isDue(request)).isFalse();
  }
}
