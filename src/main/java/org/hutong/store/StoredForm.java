package org.hutong.store;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.dao.IDao;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.ResourceUtil;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Children;
import org.hutong.fhir.Decimals;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Places;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.Stage;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Stage STORED_FORM: takes off what the engine keeps in columns. Left in, version and time are
 * stored as an empty {@code meta}: text that differs from that of the same resource created without
 * them, so that an update which changes nothing makes a version.
 */
@Component
@Interceptor(order = Stage.STORED_FORM)
class StoredForm implements EngineStage {
  private final Children children;

  StoredForm(FhirContext context) {
    this.children = new Children(context);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource, @Nullable RequestDetails request) {
    strip(resource);
    checkNumbers(resource, request);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after, @Nullable RequestDetails request) {
    strip(after);
    checkNumbers(after, request);
    after.setId(after.getIdElement().toUnqualifiedVersionless());
    if (IDao.RESOURCE_PID.get(after) != null) {
      // A FHIRPath Patch changed what was loaded: its former text would be validated in its place.
      ResourceUtil.clearRawStringFromResource(after);
    }
  }

  /**
   * In JSON a number is known as one where the body is taken in; in XML only now. Stored, one with
   * an immense exponent would be written out in full.
   */
  private void checkNumbers(IBaseResource resource, @Nullable RequestDetails request) {
    String type = request == null ? null : request.getHeader("Content-Type");
    if (type == null || !type.contains("xml")) {
      return;
    }
    children.visit(
        resource,
        element -> {
          for (BaseRuntimeChildDefinition.IAccessor child : children.of(element)) {
            for (IBase value : child.getValues(element)) {
              if (value instanceof DecimalType decimal
                  && decimal.hasValue()
                  && Math.abs((long) decimal.getValue().precision() - decimal.getValue().scale())
                      > Decimals.LARGEST_EXPONENT) {
                throw tooLarge((Resource) resource, element);
              }
            }
          }
        });
  }

  private static Problem tooLarge(Resource resource, IBase element) {
    List<String> places = new ArrayList<>();
    Places.visit(
        resource,
        resource.fhirType(),
        (place, other) -> {
          if (other == element) {
            places.add(place);
          }
          return true;
        });
    return Problem.worded(
        ProblemCode.BODY_MALFORMED,
        places.isEmpty() ? resource.fhirType() : places.get(0),
        new Bilingual(
            "请求体不是合格的 FHIR XML：数字的指数过大",
            "The body is not well-formed FHIR XML: the exponent of a number is too large"),
        new Bilingual(
            "请改用常见的写法或较小的数。", "Write the number out, or change its unit for a smaller number."));
  }

  private static void strip(IBaseResource resource) {
    Meta meta = ((Resource) resource).getMeta();
    meta.setVersionId(null);
    meta.setLastUpdated(null);
  }
}
