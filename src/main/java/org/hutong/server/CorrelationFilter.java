package org.hutong.server;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import java.util.regex.Pattern;
import org.hutong.fhir.OwnRequest;
import org.hutong.profiles.Declared;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * Stage CORRELATE: every request has an id, its own {@code X-Request-Id} when that is plain, and it
 * stands in the answer and in every log line. One line is logged per request, with the shape of the
 * path and never a query, a body or a value: those are personal data. What this process sends to
 * itself is logged as detail.
 */
class CorrelationFilter extends HttpFilter {
  static final String HEADER = "X-Request-Id";

  /** The field of every log line that holds the id. */
  private static final String KEY = "requestId";

  private static final long serialVersionUID = 1;
  private static final Logger log = LoggerFactory.getLogger(CorrelationFilter.class);
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._\\-]{1,64}");

  private final transient PathShape shape = new PathShape(Declared.fromClassPath());

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String sent = request.getHeader(HEADER);
    String id = sent != null && PLAIN.matcher(sent).matches() ? sent : UUID.randomUUID().toString();
    response.setHeader(HEADER, id);
    long start = System.nanoTime();
    MDC.put(KEY, id);
    if (request.getRequestURI().startsWith("/fhir")) {
      ServerHttpObservationFilter.findObservationContext(request)
          .ifPresent(seen -> seen.setPathPattern(shape.series(request.getRequestURI())));
    }
    try {
      chain.doFilter(new Identified(request, id), response);
    } finally {
      Level level = level(request, response);
      if (log.isEnabledForLevel(level)) {
        log.atLevel(level)
            .log(
                "{} {} {} {} ms",
                PathShape.method(request.getMethod()),
                shape.line(request.getRequestURI()),
                response.getStatus(),
                (System.nanoTime() - start) / 1_000_000);
      }
      MDC.remove(KEY);
    }
  }

  /** What this process asks of itself and gets is told by whoever asks. */
  private static Level level(HttpServletRequest request, HttpServletResponse response) {
    boolean own = OwnRequest.is(request.getHeader(OwnRequest.HEADER));
    return own && response.getStatus() < HttpServletResponse.SC_BAD_REQUEST
        ? Level.DEBUG
        : Level.INFO;
  }

  /** The request as the engine sees it, which takes the id from the header as well. */
  private static class Identified extends HttpServletRequestWrapper {
    private final String id;

    Identified(HttpServletRequest request, String id) {
      super(request);
      this.id = id;
    }

    @Override
    public String getHeader(String name) {
      return name.equalsIgnoreCase(HEADER) ? id : super.getHeader(name);
    }
  }

  /** The id of the request that this thread serves. */
  static String current() {
    return String.valueOf(MDC.get(KEY));
  }
}
