package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRestfulResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/** HAPI's server without the habits that do not suit us. */
class Exchange extends RestfulServer {
  private static final long serialVersionUID = 1;

  /** Bytes of an answer that are gathered before any is sent. */
  private static final int BUFFER = 64 * 1024;

  Exchange(FhirContext context) {
    super(context);
  }

  /** Says nothing of what we are built from and in which version. */
  @Override
  public void addHeadersToResponse(HttpServletResponse response) {}

  @Override
  protected ServletRequestDetails newRequestDetails(
      RequestTypeEnum method, HttpServletRequest request, HttpServletResponse response) {
    ServletRequestDetails details = super.newRequestDetails(method, request, response);
    response.setBufferSize(BUFFER);
    details.setResponse(new Gathered(details));
    return details;
  }

  /**
   * The JSON encoder flushes after every value, which would send each one as a chunk of its own.
   */
  private static class Gathered extends ServletRestfulResponse {
    Gathered(ServletRequestDetails details) {
      super(details);
    }

    @Override
    public Writer getResponseWriter(int status, String contentType, String charset, boolean gzip)
        throws IOException {
      return new FilterWriter(super.getResponseWriter(status, contentType, charset, gzip)) {
        @Override
        public void flush() {}
      };
    }
  }
}
