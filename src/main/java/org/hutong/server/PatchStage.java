package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.interceptor.model.PrePatchDetails;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.EncodingEnum;
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
import org.jspecify.annotations.Nullable;

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
          throw within("Bundle.entry[" + i + "]", problem);
        }
      }
    }
  }

  /**
   * Carries the patch out on a copy: of an operation that fails, and of a result that is none, the
   * engine would not say enough.
   */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_PREPATCH)
  public void patching(PrePatchDetails patch, RequestDetails request) {
    Resource present = (Resource) patch.getResource();
    Step.remember(request, present);
    String base = String.valueOf(request.getFhirServerBase());
    List<Problem.Issue> issues = List.of();
    try {
      switch (patch.getPatchType()) {
        case JSON_PATCH -> {
          String text = context.newJsonParser().encodeResourceToString(present);
          String result = Patches.patched(text, String.valueOf(patch.getPatchBody()));
          issues = examination.ofUnclean(result, EncodingEnum.JSON, base);
        }
        case XML_PATCH -> {
          String text = context.newXmlParser().encodeResourceToString(present);
          String result = XmlTrial.run(text, String.valueOf(patch.getPatchBody()));
          issues = examination.ofUnclean(result, EncodingEnum.XML, base);
        }
        case FHIR_PATCH_JSON, FHIR_PATCH_XML ->
            new FhirPathTrial(context, present).run((Parameters) patch.getFhirPatchBody());
      }
    } catch (Problem problem) {
      throw within(Step.at(request), problem);
    }
    if (issues.stream().anyMatch(issue -> !issue.warning())) {
      throw new Problem(issues);
    }
  }

  /** A problem of a patch that came as the resource of an entry; empty for one by itself. */
  private static Problem within(String entry, Problem problem) {
    String at = problem.issues().get(0).location();
    return entry.isEmpty()
        ? problem
        : problem.within(
            entry
                + ".resource"
                + (at != null && at.startsWith("Parameters.")
                    ? at.substring("Parameters".length())
                    : ""));
  }

  private void fhirPath(String body, EncodingEnum encoding) {
    try {
      check((Resource) encoding.newParser(context).parseResource(body));
    } catch (DataFormatException malformed) {
      // The engine will stumble over it too, and that is told with its place.
    }
  }

  private static void check(@Nullable Resource patch) {
    if (patch == null) {
      return; // told with the other entries that bring no resource
    }
    if (patch instanceof Parameters parameters) {
      Patches.checkFhirPath(parameters);
    } else if (patch instanceof Binary binary && binary.hasData()) {
      String text = new String(binary.getData(), StandardCharsets.UTF_8);
      switch (String.valueOf(binary.getContentType())) {
        case JSON_PATCH -> Patches.checkJson(text);
        case XML_PATCH -> Patches.checkXml(text);
        default ->
            throw Patches.fault(
                "Binary.contentType",
                "Binary 中的补丁须写明 contentType：" + JSON_PATCH + " 或 " + XML_PATCH,
                "A patch within a Binary needs its contentType: "
                    + JSON_PATCH
                    + " or "
                    + XML_PATCH);
      }
    } else {
      throw Patches.fault(
          patch.fhirType(),
          "补丁须是 Parameters；JSON Patch 与 XML Patch 以各自的 Content-Type 发送，在 Bundle 中放入 Binary.data",
          "A patch is a Parameters; a JSON or XML Patch is sent under its own Content-Type, and in a"
              + " Bundle as Binary.data");
    }
  }
}
