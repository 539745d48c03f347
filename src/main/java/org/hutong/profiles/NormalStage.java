package org.hutong.profiles;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Map;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Stage;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Stage NORMAL: what is asked for and what is written is brought into the one form in which it is
 * kept (decision 0012), before anything compares, checks or stores it. URLs are changed as text,
 * before the engine parses them, since it looks for a match in more ways than one.
 */
@Component
@Interceptor(order = Stage.NORMAL)
class NormalStage implements EngineStage {
  private static final Map<RequestTypeEnum, RestOperationTypeEnum> CONDITIONAL =
      Map.of(
          RequestTypeEnum.POST, RestOperationTypeEnum.CREATE,
          RequestTypeEnum.PUT, RestOperationTypeEnum.UPDATE,
          RequestTypeEnum.PATCH, RestOperationTypeEnum.PATCH,
          RequestTypeEnum.DELETE, RestOperationTypeEnum.DELETE);

  private final NormalSearch search;
  private final NormalResource resources;

  NormalStage(NormalSearch search, NormalResource resources) {
    this.search = search;
    this.resources = resources;
  }

  /** Query and form of a search; query or {@code If-None-Exist} of a conditional write. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public boolean question(RequestDetails request) {
    String type = request.getResourceName();
    if (type == null) {
      return true;
    }
    request.setParameters(search.query(type, request.getParameters(), base(request)));
    RestOperationTypeEnum conditional = CONDITIONAL.get(request.getRequestType());
    String condition = conditional == null ? null : request.getConditionalUrl(conditional);
    if (condition != null) {
      request.setFixedConditionalUrl(search.condition(type, condition, base(request)));
    }
    return true;
  }

  /** The entries of a transaction; called for each entry of a batch as well. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void entries(IBaseBundle posted, RequestDetails details) {
    Bundle bundle = (Bundle) posted;
    if (bundle.getType() == Bundle.BundleType.BATCH) {
      return;
    }
    String base = base(details);
    for (Bundle.BundleEntryComponent entry : bundle.getEntry()) {
      Bundle.BundleEntryRequestComponent request = entry.getRequest();
      if (request.hasUrl() && request.getUrl().indexOf('?') >= 0) {
        request.setUrl(search.condition("", request.getUrl(), base));
      }
      if (request.hasIfNoneExist()) {
        request.setIfNoneExist(search.condition(request.getUrl(), request.getIfNoneExist(), base));
      }
      if (entry.getResource() != null) {
        resources.normalise(entry.getResource(), base);
      }
    }
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource, RequestDetails request) {
    resources.normalise((Resource) resource, base(request));
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after, RequestDetails request) {
    resources.normalise((Resource) after, base(request));
  }

  /** Of this server, as the client calls it; empty when no client asks. */
  static String base(@Nullable RequestDetails request) {
    return request == null || request.getFhirServerBase() == null
        ? ""
        : request.getFhirServerBase();
  }
}
