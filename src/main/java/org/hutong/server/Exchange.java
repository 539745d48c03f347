package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.RestfulServer;
import jakarta.servlet.http.HttpServletResponse;

/** HAPI's server without the habits that do not suit us. */
class Exchange extends RestfulServer {
  private static final long serialVersionUID = 1;

  Exchange(FhirContext context) {
    super(context);
  }

  /** Says nothing of what we are built from and in which version. */
  @Override
  public void addHeadersToResponse(HttpServletResponse response) {}
}
