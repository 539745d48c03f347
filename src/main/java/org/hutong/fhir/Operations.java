package org.hutong.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Parameters;

/**
 * Offers FHIR operations: the server registers what this provides. Their methods take the request
 * as it came ({@code manualRequest}): the engine would read the body first, and for an entry of a
 * Bundle it would read the Bundle.
 */
public interface Operations {
  /** What every request may say (FHIR R4 §3.1.0.1.11 and §3.1.0.1.12). */
  Set<String> FORMAT = Set.of("_format", "_pretty");

  /** The objects whose methods are operations; later ones take the place of the engine's own. */
  default List<Object> providers() {
    return List.of(this);
  }

  /**
   * The Parameters that were posted; none for a GET.
   *
   * @throws Problem when the body is another resource, or a parameter has no name
   */
  static Parameters posted(RequestDetails details, FhirContext context) {
    String body = body(details);
    if (body.isBlank()) {
      return new Parameters();
    }
    IBaseResource posted = encoding(details).newParser(context).parseResource(body);
    if (posted instanceof Parameters parameters) {
      for (int i = 0; i < parameters.getParameter().size(); i++) {
        if (!parameters.getParameter().get(i).hasName()) {
          throw Problem.worded(
              ProblemCode.REQUEST_INVALID,
              "Parameters.parameter[" + i + "].name",
              new Bilingual("参数没有名称", "A parameter has no name"),
              new Bilingual("请填写 name。", "Give its name."));
        }
      }
      return parameters;
    }
    throw Problem.of(ProblemCode.TYPE_MISMATCH, posted.fhirType(), "Parameters");
  }

  /** The body of a POST; empty for a GET. */
  static String body(RequestDetails details) {
    return details.getRequestType() == RequestTypeEnum.POST
        ? new String(details.loadRequestContents(), StandardCharsets.UTF_8)
        : "";
  }

  /** The format of the body. */
  static EncodingEnum encoding(RequestDetails details) {
    EncodingEnum encoding = RestfulServerUtils.determineRequestEncodingNoDefault(details);
    return encoding == null ? EncodingEnum.JSON : encoding;
  }
}
