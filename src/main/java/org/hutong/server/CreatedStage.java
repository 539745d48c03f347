package org.hutong.server;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.IRestfulResponse;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import ca.uhn.fhir.rest.server.RestfulServerUtils.ResponseEncoding;
import ca.uhn.fhir.util.DateUtils;
import java.io.IOException;
import java.io.Writer;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Stage;
import org.hutong.store.StoredText;
import org.jspecify.annotations.Nullable;

/**
 * Stage CREATED: answers a create with the text that was stored. Whatever the text cannot answer
 * exactly (XML, line breaks, parts of a resource) is left to the engine.
 */
@Interceptor(order = Stage.CREATED)
class CreatedStage implements EngineStage {
  /** Says whether the engine is still to answer. */
  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public boolean answer(RequestDetails request, ResponseDetails answer) throws IOException {
    String json =
        request.getRestOperationType() == RestOperationTypeEnum.CREATE
                && answer.getResponseResource() instanceof Resource resource
            ? json(request, resource)
            : null;
    if (json == null) {
      return true;
    }
    Resource resource = (Resource) answer.getResponseResource();
    IRestfulResponse response = request.getResponse();
    String location =
        request.getFhirServerBase()
            + "/"
            + resource.fhirType()
            + "/"
            + resource.getIdPart()
            + "/_history/"
            + resource.getMeta().getVersionId();
    response.addHeader(Constants.HEADER_LOCATION, location);
    response.addHeader(Constants.HEADER_CONTENT_LOCATION, location);
    response.addHeader(
        Constants.HEADER_ETAG, RestfulServerUtils.createEtag(resource.getMeta().getVersionId()));
    response.addHeader(
        Constants.HEADER_LAST_MODIFIED, DateUtils.formatDate(resource.getMeta().getLastUpdated()));
    ResponseEncoding encoding = encoding(request);
    Writer writer =
        response.getResponseWriter(
            answer.getResponseCode(),
            encoding == null ? Constants.CT_FHIR_JSON_NEW : encoding.getResourceContentType(),
            Constants.CHARSET_NAME_UTF8,
            request.isRespondGzip());
    writer.write(json);
    response.commitResponse(writer);
    return false;
  }

  private static @Nullable String json(RequestDetails request, Resource resource) {
    ResponseEncoding encoding = encoding(request);
    boolean plain =
        (encoding == null || encoding.getEncoding() == EncodingEnum.JSON)
            && !RestfulServerUtils.prettyPrintResponse(request.getServer(), request)
            && request.getParameters().keySet().stream()
                .allMatch(name -> name.equals(Constants.PARAM_FORMAT));
    return plain ? StoredText.json(resource) : null;
  }

  private static @Nullable ResponseEncoding encoding(RequestDetails request) {
    return RestfulServerUtils.determineResponseEncodingNoDefault(
        request, request.getServer().getDefaultResponseEncoding());
  }
}
