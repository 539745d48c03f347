package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.interceptor.model.PrePatchDetails;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.PatchTypeEnum;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Problem;
import org.hutong.fhir.Stage;
import org.hutong.profiles.Examination;

/**
 * Stage PATCH: refuses what is no patch, by itself or as an entry of a Bundle, and a JSON Patch
 * that makes of a resource what is none.
 */
@Interceptor(order = Stage.PATCH)
class PatchStage implements EngineStage {
  private static final String JSON_PATCH = "application/json-patch+json";
  private static final String XML_PATCH = "application/xml-patch+xml";

  private final FhirContext context;
  private final Examination examination;

  PatchStage(FhirContext context, Examination examination) {
    this.context = context;
    this.examination = examination;
  }

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED)
  public boolean request(RequestDetails request) {
    if (request.getRequestType() != RequestTypeEnum.PATCH) {
      return true;
    }
    String type = String.valueOf(request.getHeader("Content-Type"));
    String body = new String(request.loadRequestContents(), StandardCharsets.UTF_8);
    if (type.startsWith(JSON_PATCH)) {
      Patches.checkJson(body);
      return true;
    }
    if (type.startsWith(XML_PATCH)) {
      Patches.checkXml(body);
      return true;
    }
    EncodingEnum encoding = EncodingEnum.forContentTypeStrict(type.replaceFirst(";.*", "").strip());
    if (encoding != null) {
      fhirPath(body, encoding);
    }
    return true;
  }

  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void entries(IBaseBundle posted) {
    Bundle bundle = (Bundle) posted;
    for (int i = 0; i < bundle.getEntry().size(); i++) {
      Bundle.BundleEntryComponent entry = bundle.getEntry().get(i);
      if (entry.getRequest().getMethod() == Bundle.HTTPVerb.PATCH) {
        try {
          check(entry.getResource());
        } catch (Problem problem) {
          throw problem.within("Bundle.entry[" + i + "].resource");
        }
      }
    }
  }

  /** Says what is wrong with the result, of which the engine would say that it cannot be read. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_PREPATCH)
  public void patching(PrePatchDetails patch, RequestDetails request) {
    if (patch.getPatchType() != PatchTypeEnum.JSON_PATCH) {
      return;
    }
    String present = context.newJsonParser().encodeResourceToString(patch.getResource());
    String result = Patches.patched(present, patch.getPatchBody());
    if (result != null) {
      List<Problem.Issue> issues =
          examination.ofUnclean(
              result, EncodingEnum.JSON, String.valueOf(request.getFhirServerBase()));
      if (issues.stream().anyMatch(issue -> !issue.warning())) {
        throw new Problem(issues);
      }
    }
  }

  private void fhirPath(String body, EncodingEnum encoding) {
    try {
      check((Resource) encoding.newParser(context).parseResource(body));
    } catch (DataFormatException malformed) {
      // The engine will stumble over it too, and that is told with its place.
    }
  }

  private static void check(Resource patch) {
    if (patch instanceof Parameters parameters) {
      Patches.checkFhirPath(parameters);
    } else if (patch instanceof Binary binary && binary.hasData()) {
      String text = new String(binary.getData(), StandardCharsets.UTF_8);
      switch (String.valueOf(binary.getContentType())) {
        case JSON_PATCH -> Patches.checkJson(text);
        case XML_PATCH -> Patches.checkXml(text);
        default -> {}
      }
    }
  }
}
