package org.hutong.server;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;

/** Stage DOOR: refuses what is not declared, before the engine sees it. */
class DoorFilter extends HttpFilter {
  private static final long serialVersionUID = 1;

  private static final String BASE = "/fhir";

  private final transient Doors doors;
  private final transient OutcomeWriter outcomes;

  DoorFilter(Doors doors, OutcomeWriter outcomes) {
    this.doors = doors;
    this.outcomes = outcomes;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String uri = request.getRequestURI();
    boolean plain = uri.equals(BASE) || uri.startsWith(BASE + "/");
    String path = plain ? uri.substring(BASE.length()) : "";
    // The container also finds the way here from //fhir and /%66hir, which the engine reads
    // otherwise.
    Problem refusal =
        plain
            ? doors.refusal(request.getMethod(), path, false)
            : Problem.of(ProblemCode.TYPE_UNSUPPORTED, Problem.printable(uri));
    if (refusal != null) {
      if (refusal.getStatusCode() == HttpServletResponse.SC_METHOD_NOT_ALLOWED) {
        response.setHeader("Allow", String.join(", ", doors.methods(path)));
      }
      outcomes.write(request, response, refusal);
      return;
    }
    chain.doFilter(request, response);
  }
}
