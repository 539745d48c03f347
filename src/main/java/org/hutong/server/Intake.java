package org.hutong.server;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * Takes the body of a request in, within the limits of {@link IntakeSettings}, and refuses what is
 * not clean text in a declared format, or asks for an answer in a format that we do not have. What
 * stands behind it sees whole bodies of known size, well-formed, in UTF-8.
 */
final class Intake extends HttpFilter {
  private static final long serialVersionUID = 1;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

  private final transient IntakeSettings settings;
  private final transient OutcomeWriter outcomes;
  private final transient BodyBudget budget;
  private final transient Semaphore arriving;
  private final transient JsonScan json;
  private final transient XmlScan xml;

  Intake(IntakeSettings settings, OutcomeWriter outcomes) {
    this.settings = settings;
    this.outcomes = outcomes;
    this.budget = new BodyBudget(settings.maxBodiesInFlight().toBytes());
    this.arriving = new Semaphore(settings.maxBodiesArriving());
    this.json = new JsonScan(settings);
    this.xml = new XmlScan(settings);
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Body body = null;
    try {
      HttpServletRequest taken = request;
      try {
        Map<String, List<String>> query = query(request);
        refuseOtherAnswers(request);
        BodyFormat format = format(request);
        if (format != null || mayBeEmpty(request) && WITH_BODY.contains(request.getMethod())) {
          body = read(request);
          taken = scan(request, body, format, query);
        }
      } catch (Problem problem) {
        refuse(request, response, problem, body != null);
        return;
      }
      chain.doFilter(taken, response);
    } finally {
      if (body != null) {
        body.close();
      }
    }
  }

  private static boolean announcesBody(HttpServletRequest request) {
    return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
  }

  /** The format of the body; null when there need be none and none is declared. */
  private static @Nullable BodyFormat format(HttpServletRequest request) {
    boolean announced = announcesBody(request);
    String method = request.getMethod();
    if (!WITH_BODY.contains(method)) {
      if (announced) {
        throw Problem.of(ProblemCode.BODY_UNEXPECTED);
      }
      return null;
    }
    String type = request.getContentType();
    if (!announced) {
      if (!mayBeEmpty(request)) {
        throw Problem.of(ProblemCode.BODY_EMPTY);
      }
      if (type == null) {
        return null;
      }
    }
    refuseEncodings(request);
    if (type == null && mayBeEmpty(request) && request.getContentLengthLong() < 0) {
      return null;
    }
    return BodyFormat.of(type, use(request));
  }

  private static BodyFormat.Use use(HttpServletRequest request) {
    return request.getMethod().equals("PATCH")
        ? BodyFormat.Use.PATCH
        : lastSegment(request).equals("_search")
            ? BodyFormat.Use.SEARCH
            : Doors.takesTable(request.getRequestURI())
                ? BodyFormat.Use.TABLE
                : BodyFormat.Use.RESOURCE;
  }

  /** Operations may answer in formats of their own. */
  private static void refuseOtherAnswers(HttpServletRequest request) {
    if (!operation(lastSegment(request)) && AnswerFormat.acceptable(request) == null) {
      throw Problem.at(
          AnswerFormat.place(request),
          ProblemCode.NOT_ACCEPTABLE,
          Malformed.printable(AnswerFormat.asked(request)));
    }
  }

  private static void refuseEncodings(HttpServletRequest request) {
    for (Enumeration<String> encodings = request.getHeaders("Content-Encoding");
        encodings.hasMoreElements(); ) {
      String encoding = encodings.nextElement().strip();
      if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
        throw Problem.at(
            "http.Content-Encoding",
            ProblemCode.MEDIA_TYPE_UNSUPPORTED,
            "Content-Encoding " + Malformed.printable(encoding),
            "identity");
      }
    }
  }

  /** An operation or a search can have all its parameters in the URL, or none. */
  private static boolean mayBeEmpty(HttpServletRequest request) {
    String segment = lastSegment(request);
    return operation(segment) || segment.equals("_search");
  }

  private static boolean operation(String segment) {
    return segment.startsWith("$") || segment.startsWith("%24");
  }

  private static String lastSegment(HttpServletRequest request) {
    String path = request.getRequestURI();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static Map<String, List<String>> query(HttpServletRequest request) {
    String query = request.getQueryString();
    return query == null ? Map.of() : UrlText.parameters(query, ProblemCode.URL_NOT_UTF8);
  }

  private Body read(HttpServletRequest request) throws IOException {
    if (!arriving.tryAcquire()) {
      throw Problem.overloaded(RETRY_AFTER);
    }
    try {
      return Body.read(
          request.getInputStream(),
          request.getContentLengthLong(),
          settings,
          budget,
          System::nanoTime);
    } finally {
      arriving.release();
    }
  }

  private HttpServletRequest scan(
      HttpServletRequest request,
      Body body,
      @Nullable BodyFormat format,
      Map<String, List<String>> query) {
    Map<String, List<String>> form = null;
    if (body.empty()) {
      if (!mayBeEmpty(request)) {
        throw Problem.of(ProblemCode.BODY_EMPTY);
      }
    } else if (format == null) {
      throw BodyFormat.missing(use(request));
    } else {
      switch (format) {
        case JSON -> json.resource(body.bytes(), body.from(), body.to());
        case JSON_PATCH -> json.patch(body.bytes(), body.from(), body.to());
        case XML -> xml.resource(body.bytes(), body.from(), body.to());
        case XML_PATCH -> xml.patch(body.bytes(), body.from(), body.to());
        case FORM -> form = form(body, query);
        case CSV -> body.keepByteOrderMark();
      }
    }
    return new BufferedRequest(request, body, format, form);
  }

  private static Map<String, List<String>> form(Body body, Map<String, List<String>> query) {
    String text =
        new String(body.bytes(), body.from(), body.to() - body.from(), StandardCharsets.ISO_8859_1);
    Map<String, List<String>> all = new LinkedHashMap<>();
    query.forEach((name, values) -> all.put(name, new ArrayList<>(values)));
    UrlText.parameters(text, ProblemCode.BODY_NOT_UTF8)
        .forEach(
            (name, values) -> all.computeIfAbsent(name, key -> new ArrayList<>()).addAll(values));
    return all;
  }

  /**
   * Answers with the problem. Where the body was not read to its end the connection cannot carry
   * another request, and says so; {@link UnreadBodyValve} then sees to it that the client can read
   * the answer.
   */
  private void refuse(
      HttpServletRequest request, HttpServletResponse response, Problem problem, boolean bodyIsRead)
      throws IOException {
    if (!bodyIsRead && announcesBody(request) && !response.isCommitted()) {
      response.setHeader("Connection", "close");
    }
    outcomes.write(request, response, problem);
  }
}
