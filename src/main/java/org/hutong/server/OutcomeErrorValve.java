package org.hutong.server;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.tomcat.util.res.StringManager;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * Renders what the container refuses by itself (request lines, headers and percent-encoding that it
 * cannot read, paths that lead nowhere) as OperationOutcome, with neither stack trace nor the name
 * of the server. The container's status is kept, but for headers that are too large.
 */
final class OutcomeErrorValve extends ErrorReportValve {
  /** What the container says of a head that outgrows its buffer; it answers 400 to that. */
  private static final String TOO_LARGE =
      StringManager.getManager(Http11InputBuffer.class)
          .getString("iib.requestheadertoolarge.error");

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
      Problem problem = problem(status, request, thrown);
      boolean tooLarge = problem.code() == ProblemCode.HEADERS_TOO_LARGE;
      outcomes.write(
          request, response, problem, tooLarge && status == 400 ? problem.getStatusCode() : status);
      response.finishResponse();
    } catch (IOException clientIsGone) {
      // Nobody is left to read the answer.
    }
  }

  private static Problem problem(int status, Request request, @Nullable Throwable thrown) {
    return switch (status) {
      case 404 -> Problem.of(ProblemCode.NOT_FOUND);
      case 405, 501 ->
          Problem.of(
              ProblemCode.METHOD_NOT_ALLOWED,
              request.getMethod() == null ? "" : Malformed.printable(request.getMethod()));
      case 408 -> Problem.of(ProblemCode.BODY_TOO_SLOW);
      case 414, 431 -> Problem.of(ProblemCode.HEADERS_TOO_LARGE);
      case 503 -> Problem.of(ProblemCode.OVERLOADED);
      case 400 ->
          Problem.of(
              thrown != null && TOO_LARGE.equals(thrown.getMessage())
                  ? ProblemCode.HEADERS_TOO_LARGE
                  : ProblemCode.REQUEST_MALFORMED);
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
