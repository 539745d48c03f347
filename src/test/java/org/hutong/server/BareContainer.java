package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/** The container with the intake as in the real server, and behind it nothing but an echo. */
final class BareContainer {
  static final FhirContext FHIR = FhirContext.forR4Cached();

  private final Tomcat tomcat = new Tomcat();

  BareContainer(IntakeSettings settings, Path folder) throws Exception {
    tomcat.setBaseDir(folder.toString());
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    OutcomeWriter outcomes = new OutcomeWriter(FHIR);
    IntakeConfiguration.prepare(
        (AbstractHttp11Protocol<?>) tomcat.getConnector().getProtocolHandler(), settings);
    Context context = tomcat.addContext("", folder.toAbsolutePath().toString());
    IntakeConfiguration.prepare(context, outcomes);
    FilterDef filter = new FilterDef();
    filter.setFilterName("intake");
    filter.setFilter(new Intake(settings, outcomes));
    context.addFilterDef(filter);
    FilterMap everything = new FilterMap();
    everything.setFilterName("intake");
    everything.addURLPattern("/fhir/*");
    context.addFilterMap(everything);
    Tomcat.addServlet(context, "echo", new Echo());
    context.addServletMappingDecoded("/fhir/*", "echo");
    Tomcat.addServlet(context, "broken", new Broken());
    context.addServletMappingDecoded("/broken", "broken");
    tomcat.start();
  }

  Wire connect() throws IOException {
    return new Wire("127.0.0.1", port());
  }

  int port() {
    return tomcat.getConnector().getLocalPort();
  }

  void stop() throws Exception {
    tomcat.stop();
    tomcat.destroy();
  }

  /** Sends the body back; slowly where the path asks for it. */
  private static final class Echo extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (request.getMethod().equals("TRACE")) {
        response.sendError(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
        return;
      }
      byte[] body = request.getInputStream().readAllBytes();
      if (request.getRequestURI().endsWith("/slow")) {
        try {
          Thread.sleep(300);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
        }
      }
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
    }
  }

  /** Fails with a message that must not reach the client. */
  private static final class Broken extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
      throw new IllegalStateException("secret");
    }
  }
}
