package org.hutong.server;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/** Stage PAGE: opens the sealed link to a page of a search that was sent by POST. */
class PageFilter extends HttpFilter {
  private static final long serialVersionUID = 1;
  private static final String SEALED = PageSeal.PARAMETER + "=";

  private final transient PageSeal seal;
  private final transient OutcomeWriter outcomes;

  PageFilter(PageSeal seal, OutcomeWriter outcomes) {
    this.seal = seal;
    this.outcomes = outcomes;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String query = request.getQueryString();
    if (query == null || !query.startsWith(SEALED)) {
      chain.doFilter(request, response);
      return;
    }
    List<String> path = Doors.segments(request.getRequestURI());
    String opened =
        path.size() == 2 ? seal.open(path.get(1), query.substring(SEALED.length())) : null;
    if (opened == null) {
      outcomes.write(
          request, response, Problem.parameterInvalid(PageSeal.PARAMETER, null, "Bundle.link.url"));
      return;
    }
    request.setAttribute(PageSeal.PARAMETER, Boolean.TRUE);
    chain.doFilter(new Opened(request, opened), response);
  }

  /** The request with the query that was sealed. */
  private static class Opened extends HttpServletRequestWrapper {
    private final String query;
    private final Map<String, String[]> parameters = new LinkedHashMap<>();

    Opened(HttpServletRequest request, String query) {
      super(request);
      this.query = query;
      UrlText.parameters(query, ProblemCode.URL_NOT_UTF8)
          .forEach((name, values) -> parameters.put(name, values.toArray(new String[0])));
    }

    @Override
    public String getQueryString() {
      return query;
    }

    @Override
    public @Nullable String getParameter(String name) {
      String[] values = parameters.get(name);
      return values == null ? null : values[0];
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
      return parameters.get(name);
    }

    @Override
    public Map<String, String[]> getParameterMap() {
      return Collections.unmodifiableMap(parameters);
    }

    @Override
    public Enumeration<String> getParameterNames() {
      return Collections.enumeration(parameters.keySet());
    }
  }
}
