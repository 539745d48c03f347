package org.hutong.server;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hutong.fhir.Institution;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;

/**
 * Stage CALLER: until access control exists, only this machine is served and a header says for
 * which institution it writes (decision 0006). The Host header is checked too, so that a web page
 * which points a name of its own at 127.0.0.1 cannot read records through a browser. Any port will
 * do: a tunnel may have another, and the links of answers lead through it.
 */
class CallerFilter extends HttpFilter {
  private static final long serialVersionUID = 1;

  private static final Set<String> THIS_MACHINE =
      Set.of("localhost", "127.0.0.1", "[::1]", "::1", "0:0:0:0:0:0:0:1", "[0:0:0:0:0:0:0:1]");

  private static final int LARGEST_PORT = 65_535;

  private final transient Institution unnamed;
  private final transient OutcomeWriter outcomes;

  /**
   * @param unnamed who owns what a request without the header creates
   */
  CallerFilter(Institution unnamed, OutcomeWriter outcomes) {
    this.unnamed = unnamed;
    this.outcomes = outcomes;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    int port = request.getServerPort();
    if (port < 1 || port > LARGEST_PORT) {
      outcomes.write(request, response, Problem.of(ProblemCode.REQUEST_MALFORMED));
      return;
    }
    if (!THIS_MACHINE.contains(request.getServerName().toLowerCase(Locale.ROOT))) {
      String host = request.getServerName().replaceAll("[^\\w.:\\-\\[\\]]", "?");
      outcomes.write(request, response, Problem.of(ProblemCode.MISDIRECTED, host));
      return;
    }
    List<String> headers = Collections.list(request.getHeaders(Institution.HEADER));
    Institution institution = unnamed;
    if (headers.size() > 1) {
      outcomes.write(
          request, response, Problem.of(ProblemCode.OWNER_HEADER_REPEATED, Institution.HEADER));
      return;
    }
    if (!headers.isEmpty()) {
      if (!InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress()) {
        outcomes.write(
            request, response, Problem.of(ProblemCode.OWNER_HEADER_REFUSED, Institution.HEADER));
        return;
      }
      try {
        institution = new Institution(headers.get(0));
      } catch (IllegalArgumentException malformed) {
        outcomes.write(
            request, response, Problem.of(ProblemCode.OWNER_HEADER_INVALID, Institution.HEADER));
        return;
      }
    }
    request.setAttribute(Institution.ATTRIBUTE, institution);
    chain.doFilter(request, response);
  }
}
