package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRestfulResponse;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.hutong.profiles.Declared;

/** HAPI's server without the habits that do not suit us. */
class Exchange extends RestfulServer {
  private static final long serialVersionUID = 1;

  /** Bytes of an answer that are gathered before any is sent. */
  private static final int BUFFER = 64 * 1024;

  private final transient Declared declared;

  Exchange(FhirContext context, Declared declared) {
    super(context);
    this.declared = declared;
  }

  /**
   * A HEAD is a GET whose body the container keeps back (RFC 9110 §9.3.2). The engine has a HEAD of
   * reads, and no idea of one of a search or an operation.
   */
  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    super.service(request.getMethod().equals("HEAD") ? new Get(request) : request, response);
  }

  /** One attempt after another, each as if it were the first (decision 0022). */
  @Override
  protected void handleRequest(
      RequestTypeEnum method, HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    for (int attempt = 1; ; attempt++) {
      Again.begin(request, attempt);
      super.handleRequest(method, request, response);
      if (!Again.isDue(request)) {
        return;
      }
      Again.pause(attempt);
    }
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

  /** Whether a resource can be read where a link leads. */
  private boolean readable(String base, String link) {
    if (!link.startsWith(base + "/")) {
      return false;
    }
    Declared.Type type = declared.type(link.substring(base.length() + 1).split("/", 2)[0]);
    return type != null && type.interactions().contains("read");
  }

  private static class Get extends HttpServletRequestWrapper {
    Get(HttpServletRequest head) {
      super(head);
    }

    @Override
    public String getMethod() {
      return "GET";
    }
  }

  /** An answer that leaves in one piece, and says where something is only when it is there. */
  private class Gathered extends ServletRestfulResponse {
    private static final String CONTENT_LOCATION = "Content-Location";
    private static final String LOCATION = "Location";

    Gathered(ServletRequestDetails details) {
      super(details);
    }

    /** The engine would give a place to Bundles and statements too, which are made and not kept. */
    @Override
    public void addHeader(String name, String value) {
      boolean place = name.equals(LOCATION) || name.equals(CONTENT_LOCATION);
      if (!place || readable(getRequestDetails().getFhirServerBase(), value)) {
        super.addHeader(name, value);
      }
    }

    /**
     * The JSON encoder flushes after every value, which would send each one as a chunk of its own.
     */
    @Override
    public Writer getResponseWriter(int status, String contentType, String charset, boolean gzip)
        throws IOException {
      if (Again.isDue(getRequestDetails().getServletRequest())) {
        return Writer.nullWriter();
      }
      List<String> place = getHeaders().get(CONTENT_LOCATION);
      if (status == HttpServletResponse.SC_CREATED
          && place != null
          && !getHeaders().containsKey(LOCATION)) {
        // FHIR R4 §3.1.0.4: also when it was a PUT that created, or brought back.
        getHeaders().put(LOCATION, place);
      }
      return new FilterWriter(super.getResponseWriter(status, contentType, charset, gzip)) {
        @Override
        public void flush() {}
      };
    }
  }
}
