package org.hutong.server;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.hutong.fhir.Problem;

/** Stage DOOR: refuses what is not declared, before the engine sees it. */
class DoorFilter extends HttpFilter {
  private static final long serialVersionUID = 1;

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
    String path = request.getRequestURI().substring("/fhir".length());
    Problem refusal = doors.refusal(request.getMethod(), path, false);
    if (refusal != null) {
      outcomes.write(request, response, refusal);
      return;
    }
    chain.doFilter(request, response);
  }
}
