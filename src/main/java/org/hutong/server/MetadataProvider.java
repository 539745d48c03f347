package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.Metadata;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.IServerConformanceProvider;
import ca.uhn.fhir.rest.server.RestfulServer;
import jakarta.servlet.http.HttpServletRequest;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hutong.profiles.Declared;

/** {@code GET /metadata}: the CapabilityStatement file, with version and base URL filled in. */
public class MetadataProvider implements IServerConformanceProvider<CapabilityStatement> {
  private final FhirContext context;
  private final String version;

  MetadataProvider(FhirContext context, String version) {
    this.context = context;
    this.version = version;
  }

  @Override
  @Metadata
  public CapabilityStatement getServerConformance(
      HttpServletRequest request, RequestDetails details) {
    CapabilityStatement statement = Declared.statement(context);
    statement.getSoftware().setVersion(version);
    statement.getImplementation().setUrl(details.getFhirServerBase());
    return statement;
  }

  @Override
  public void setRestfulServer(RestfulServer server) {}
}
