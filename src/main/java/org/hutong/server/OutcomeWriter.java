package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.hutong.fhir.Language;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.Problem;
import org.jspecify.annotations.Nullable;

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
   * Writes the problem as OperationOutcome, in the format that {@code _format} or {@code Accept}
   * asks for (JSON unless it is XML) and the language that {@code Accept-Language} asks for. Does
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
    boolean xml = wantsXml(request);
    IParser parser = xml ? fhir.newXmlParser() : fhir.newJsonParser();
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
    response.setContentType(
        (xml ? BodyFormat.XML : BodyFormat.JSON).mediaType() + ";charset=UTF-8");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /** FHIR R4 §3.1.0.1.11: {@code _format} goes before {@code Accept}. */
  private static boolean wantsXml(HttpServletRequest request) {
    String format = formatParameter(request.getQueryString());
    if (format != null && (format.contains("xml") || format.contains("json"))) {
      return format.contains("xml");
    }
    String accept = request.getHeader("Accept");
    if (accept == null) {
      return false;
    }
    double xml = 0;
    double json = 0;
    for (String range : accept.toLowerCase(Locale.ROOT).split(",")) {
      if (range.contains("xml")) {
        xml = Math.max(xml, quality(range));
      } else if (range.contains("json")) {
        json = Math.max(json, quality(range));
      }
    }
    // A browser's list names XML and HTML, and is answered in JSON.
    return xml > json && !accept.contains("text/html");
  }

  private static @Nullable String formatParameter(@Nullable String query) {
    if (query == null) {
      return null;
    }
    for (String parameter : query.split("&")) {
      if (parameter.startsWith("_format=")) {
        return parameter.substring("_format=".length()).toLowerCase(Locale.ROOT);
      }
    }
    return null;
  }

  private static double quality(String range) {
    int at = range.indexOf("q=");
    if (at < 0) {
      return 1;
    }
    int end = range.indexOf(';', at);
    try {
      return Double.parseDouble(range.substring(at + 2, end < 0 ? range.length() : end).strip());
    } catch (NumberFormatException malformed) {
      return 0;
    }
  }
}
