package org.hutong.server;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * Renders what the container refuses by itself (request lines, headers and percent-encoding that it
 * cannot read, paths that lead nowhere) as OperationOutcome, with neither stack trace nor the name
 * of the server. The container's status is kept.
 */
final class OutcomeErrorValve extends ErrorReportValve {
  private final OutcomeWriter outcomes;

  OutcomeErrorValve(OutcomeWriter outcomes) {
    this.outcomes = outcomes;
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable thrown) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    AtomicBoolean canWrite = new AtomicBoolean();
    response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, canWrite);
    if (!canWrite.get()) {
      return;
    }
    try {
      outcomes.write(request, response, problem(status, request), status);
      response.finishResponse();
    } catch (IOException clientIsGone) {
      // Nobody is left to read the answer.
    }
  }

  private static Problem problem(int status, Request request) {
    return switch (status) {
      case 404 -> Problem.of(ProblemCode.NOT_FOUND);
      case 405, 501 ->
          Problem.of(
              ProblemCode.METHOD_NOT_ALLOWED,
              request.getMethod() == null ? "" : Malformed.printable(request.getMethod()));
      case 408 -> Problem.of(ProblemCode.BODY_TOO_SLOW);
      case 414, 431 -> Problem.of(ProblemCode.HEADERS_TOO_LARGE);
      case 503 -> Problem.of(ProblemCode.OVERLOADED);
      default ->
          status < 500 || status == 505
              ? Problem.of(ProblemCode.REQUEST_MALFORMED)
              : Problem.of(ProblemCode.INTERNAL, requestId(request));
    };
  }

  /** The id that the request was given, when it came as far as that. */
  private static String requestId(Request request) {
    Object id = request.getAttribute(CorrelationFilter.HEADER);
    return id == null ? "-" : id.toString();
  }
}
