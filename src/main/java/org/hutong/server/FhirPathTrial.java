package org.hutong.server;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.fhirpath.IFhirPath;
import ca.uhn.fhir.jpa.patch.FhirPatch;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import java.util.List;
import java.util.Objects;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Carries a FHIRPath Patch out on a copy, one operation after the other, to say which of them fails
 * and why. The library does not say which, puts a second value in the place of the first, and lets
 * what is the server's be overwritten.
 */
final class FhirPathTrial {
  private static final String MANY = "allowMultipleMatches";

  private final FhirContext context;
  private final Resource copy;

  FhirPathTrial(FhirContext context, Resource present) {
    this.context = context;
    this.copy = present.copy();
  }

  /**
   * Carries it out.
   *
   * @throws Problem PATCH_FAILED at the first operation that cannot be
   */
  void run(Parameters patch) {
    IParser strict = context.newJsonParser().setParserErrorHandler(new StrictErrorHandler());
    String id = copy.getIdElement().getIdPart();
    String version = copy.getMeta().getVersionId();
    for (int i = 0; i < patch.getParameter().size(); i++) {
      Parameters.ParametersParameterComponent operation = patch.getParameter().get(i);
      String type = String.valueOf(Patches.part(operation, "type"));
      String path = String.valueOf(Patches.part(operation, "path"));
      Patches.Operation at =
          new Patches.Operation("Parameters.parameter[" + i + "]", i, type + " " + path);
      Bilingual reason = before(operation, type, path);
      if (reason == null) {
        try {
          new FhirPatch(context).apply(copy, new Parameters().addParameter(operation));
          strict.parseResource(strict.encodeResourceToString(copy)); // takes what apply let pass
        } catch (RuntimeException failed) {
          reason = misfit(operation);
        }
      }
      if (reason != null) {
        throw at.failed(reason);
      }
      if (!Objects.equals(id, copy.getIdElement().getIdPart())
          || (copy.getMeta().hasVersionId() && !copy.getMeta().getVersionId().equals(version))) {
        throw at.failed(Patches.NOT_YOURS);
      }
    }
  }

  /** Why an operation cannot be carried out; null when nothing can be seen beforehand. */
  private @Nullable Bilingual before(
      Parameters.ParametersParameterComponent operation, String type, String path) {
    IFhirPath fhirPath = context.newFhirPath();
    List<IBase> found;
    try {
      fhirPath.parse(path);
      found = fhirPath.evaluate(copy, path, IBase.class);
    } catch (Exception unusable) {
      return new Bilingual("path 不是可用的 FHIRPath", "its path is no FHIRPath that can be used");
    }
    return switch (type) {
      case "add" ->
          found.size() == 1
              ? missingOrThere(found.get(0), String.valueOf(Patches.part(operation, "name")))
              : Patches.matches(found.size());
      case "replace" -> found.size() == 1 ? null : Patches.matches(found.size());
      case "delete" ->
          found.size() < 2 || "true".equals(Patches.part(operation, MANY))
              ? null
              : Patches.matches(found.size());
      case "insert" -> beyond(operation, "index", found.size());
      case "move" -> {
        Bilingual source = beyond(operation, "source", found.size() - 1);
        yield source == null ? beyond(operation, "destination", found.size() - 1) : source;
      }
      default -> null;
    };
  }

  private @Nullable Bilingual missingOrThere(IBase parent, String name) {
    BaseRuntimeElementDefinition<?> definition = context.getElementDefinition(parent.getClass());
    if (parent instanceof Resource resource) {
      definition = context.getResourceDefinition(resource);
    }
    if (!(definition instanceof BaseRuntimeElementCompositeDefinition<?> composite)) {
      return null;
    }
    BaseRuntimeChildDefinition child = composite.getChildByName(name);
    if (child == null) {
      child = composite.getChildByName(name + "[x]");
    }
    String shown = Problem.printable(name);
    if (child == null) {
      return new Bilingual("所指之处没有名为 " + shown + " 的元素", "there is no element called " + shown);
    }
    return child.getMax() == 1 && !child.getAccessor().getValues(parent).isEmpty()
        ? new Bilingual(
            shown + " 只能有一个且已有值，请改用 replace",
            shown + " is there already and cannot be repeated; replace it instead")
        : null;
  }

  private static @Nullable Bilingual beyond(
      Parameters.ParametersParameterComponent operation, String part, int last) {
    String index = String.valueOf(Patches.part(operation, part));
    boolean within = index.matches("[0-9]{1,9}") && Integer.parseInt(index) <= last;
    String shown = Problem.printable(index);
    return within
        ? null
        : last < 0
            ? Patches.matches(0)
            : new Bilingual(
                "%s 是 %s，须在 0 至 %d 之间".formatted(part, shown, last),
                "its %s is %s, and must lie between 0 and %d".formatted(part, shown, last));
  }

  private static Bilingual misfit(Parameters.ParametersParameterComponent operation) {
    for (Parameters.ParametersParameterComponent part : operation.getPart()) {
      if ("value".equals(part.getName()) && part.hasValue()) {
        String type = part.getValue().fhirType();
        return new Bilingual(
            "所给的值（类型 " + type + "）不合所指的元素",
            "its value, of type " + type + ", does not fit the element");
      }
    }
    return new Bilingual("它与资源的内容不合", "it does not fit what the resource holds");
  }
}
