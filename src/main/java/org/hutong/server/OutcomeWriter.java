package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.hutong.fhir.Language;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.Problem;

/**
 * Answers with a problem where the FHIR engine is not there to do it: in filters and valves. Never
 * asks the request for parameters, which would make the container read the body.
 */
final class OutcomeWriter {
  private final FhirContext fhir;

  OutcomeWriter(FhirContext fhir) {
    this.fhir = fhir;
  }

  /**
   * Writes the problem as OperationOutcome, in the format that the request asks for (JSON when it
   * asks for one that we do not have) and the language that {@code Accept-Language} asks for. Does
   * nothing when the answer has begun already.
   */
  void write(HttpServletRequest request, HttpServletResponse response, Problem problem)
      throws IOException {
    write(request, response, problem, problem.getStatusCode());
  }

  /** The same under a status of the container's choice. */
  void write(HttpServletRequest request, HttpServletResponse response, Problem problem, int status)
      throws IOException {
    if (response.isCommitted()) {
      return;
    }
    response.resetBuffer();
    Language language = Language.preferred(request.getHeader("Accept-Language"));
    AnswerFormat format = AnswerFormat.of(request);
    IParser parser =
        switch (format) {
          case JSON -> fhir.newJsonParser();
          case XML -> fhir.newXmlParser();
        };
    byte[] body =
        parser
            .encodeResourceToString(Outcomes.render(problem, language))
            .getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    problem
        .getResponseHeaders()
        .forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Content-Language", language.tag());
    response.setContentType(format.mediaType() + ";charset=UTF-8");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
