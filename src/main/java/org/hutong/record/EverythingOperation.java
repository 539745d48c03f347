package org.hutong.record;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.UrlUtil;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Handling;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;
import org.hutong.fhir.Stage;
import org.hutong.store.Records;
import org.springframework.stereotype.Component;

/** {@code Patient/[id]/$everything}: a record, page by page, every resource of it once. */
@Component
@Interceptor(order = Stage.ENGINE_DOOR)
public class EverythingOperation implements Operations, EngineStage {
  private final FhirContext context;
  private final Records records;

  EverythingOperation(FhirContext context, Records records) {
    this.context = context;
    this.records = records;
  }

  /** Answers with a searchset; parameters come by the URL, by Parameters, or both. */
  @Operation(name = "$everything", typeName = "Patient", idempotent = true, manualRequest = true)
  public Bundle everything(@IdParam IdType patient, RequestDetails details) {
    EverythingRequest request = EverythingRequest.of(parameters(details), Handling.of(details));
    Records.Page page =
        records.page(patient, request.part(), request.after(), request.size(), details);

    String base = details.getFhirServerBase();
    String self = base + "/Patient/" + patient.getIdPart() + "/$everything";
    Bundle bundle = new Bundle();
    bundle.setType(Bundle.BundleType.SEARCHSET);
    bundle.setTotal(page.total());
    bundle.addLink().setRelation("self").setUrl(self + query(request.given()));
    for (Resource resource : page.resources()) {
      String id = resource.fhirType() + "/" + resource.getIdElement().getIdPart();
      bundle
          .addEntry()
          .setFullUrl(base + "/" + id)
          .setResource(resource)
          .getSearch()
          .setMode(SearchEntryMode.MATCH);
    }
    if (page.more()) {
      Resource last = page.resources().get(page.resources().size() - 1);
      Map<String, List<String>> next = new LinkedHashMap<>(request.given());
      next.put("_after", List.of(last.fhirType() + "/" + last.getIdElement().getIdPart()));
      bundle.addLink().setRelation("next").setUrl(self + query(next));
    }
    return bundle;
  }

  /** Refuses a transaction that would read a record wrongly, before any of it is written. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void entries(RequestDetails details, IBaseBundle posted) {
    Bundle bundle = (Bundle) posted;
    if (bundle.getType() != Bundle.BundleType.TRANSACTION) {
      return;
    }
    for (int i = 0; i < bundle.getEntry().size(); i++) {
      String[] url = String.valueOf(bundle.getEntry().get(i).getRequest().getUrl()).split("\\?", 2);
      if (url.length == 2 && url[0].endsWith("/$everything")) {
        Map<String, List<String>> given = new LinkedHashMap<>();
        UrlUtil.parseQueryString(url[1])
            .forEach((name, values) -> given.put(name, List.of(values)));
        try {
          EverythingRequest.of(given, Handling.of(details));
        } catch (Problem problem) {
          throw problem.within("Bundle.entry[" + i + "].request");
        }
      }
    }
  }

  private Map<String, List<String>> parameters(RequestDetails details) {
    Map<String, List<String>> given = new LinkedHashMap<>();
    details
        .getParameters()
        .forEach((name, values) -> given.put(name, new ArrayList<>(List.of(values))));
    for (Parameters.ParametersParameterComponent parameter :
        Operations.posted(details, context).getParameter()) {
      if (parameter.getValue() == null || !parameter.getValue().isPrimitive()) {
        throw Problem.parameterInvalid(parameter.getName(), null, "value[x]");
      }
      given
          .computeIfAbsent(parameter.getName(), name -> new ArrayList<>())
          .add(parameter.getValue().primitiveValue());
    }
    return given;
  }

  private static String query(Map<String, List<String>> parameters) {
    StringBuilder query = new StringBuilder();
    parameters.forEach(
        (name, values) ->
            values.forEach(
                value ->
                    query
                        .append(query.length() == 0 ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8))));
    return query.toString();
  }
}
