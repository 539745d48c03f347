package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.Metadata;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.IServerConformanceProvider;
import ca.uhn.fhir.rest.server.RestfulServer;
import jakarta.servlet.http.HttpServletRequest;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.hutong.profiles.Declared;
import org.hutong.profiles.IndexedParameters;

/**
 * {@code GET /metadata}: the CapabilityStatement file, with version, base URL and the includes that
 * follow from its search parameters filled in.
 */
public class MetadataProvider implements IServerConformanceProvider<CapabilityStatement> {
  private final FhirContext context;
  private final IndexedParameters parameters;
  private final String version;

  MetadataProvider(FhirContext context, IndexedParameters parameters, String version) {
    this.context = context;
    this.parameters = parameters;
    this.version = version;
  }

  /** Made anew each time: it names the server as the caller does. */
  @Override
  @Metadata(cacheMillis = 0)
  public CapabilityStatement getServerConformance(
      HttpServletRequest request, RequestDetails details) {
    CapabilityStatement statement = Declared.statement(context);
    statement.getSoftware().setVersion(version);
    statement.getImplementation().setUrl(details.getFhirServerBase());
    for (CapabilityStatementRestResourceComponent type :
        statement.getRestFirstRep().getResource()) {
      parameters.includes(type.getType()).forEach(type::addSearchInclude);
      if (type.hasSearchParam()) {
        parameters.revIncludes(type.getType()).forEach(type::addSearchRevInclude);
      }
    }
    return statement;
  }

  @Override
  public void setRestfulServer(RestfulServer server) {}
}
