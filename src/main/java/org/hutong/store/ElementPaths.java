package org.hutong.store;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.searchparam.extractor.SearchParamExtractorR4;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IBase;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is indexed without the FHIRPath engine where the path is nothing but element names:
 * {@code Observation.code}. A path that goes on ({@code Observation.subject.where(resolve() is
 * Patient)}) is left to the engine, unless the elements at its head are absent, when it finds
 * nothing. A test compares both ways over every indexed path.
 */
public class ElementPaths extends SearchParamExtractorR4 {
  /** Element names at the head of a path, then whatever follows. */
  private static final Pattern HEAD =
      Pattern.compile("([A-Z][A-Za-z]+)((?:\\.[a-z][A-Za-z]*(?![A-Za-z(]))+)(.*)", Pattern.DOTALL);

  private final FhirContext context;
  private final ConcurrentMap<String, Plan> plans = new ConcurrentHashMap<>();

  /**
   * A path as it is walked.
   *
   * @param type resource type; empty when the path is the engine's business altogether
   * @param whole whether the element names are the whole path
   */
  private record Plan(String type, List<String> elements, boolean whole) {}

  public ElementPaths(FhirContext context) {
    this.context = context;
  }

  @Override
  public IValueExtractor getPathValueExtractor(IBase resource, String path) {
    IValueExtractor engine = super.getPathValueExtractor(resource, path);
    Plan plan = plans.computeIfAbsent(path, ElementPaths::plan);
    if (!resource.fhirType().equals(plan.type())) {
      return engine;
    }
    return () -> {
      List<IBase> found = walk(resource, plan.elements());
      return plan.whole() || found.isEmpty() ? found : engine.get();
    };
  }

  private static Plan plan(String path) {
    Matcher matcher = HEAD.matcher(path.trim());
    if (!matcher.matches()) {
      return new Plan("", List.of(), false);
    }
    List<String> elements = List.of(matcher.group(2).substring(1).split("\\."));
    return new Plan(matcher.group(1), elements, matcher.group(3).isBlank());
  }

  private List<IBase> walk(IBase from, List<String> elements) {
    List<IBase> present = List.of(from);
    for (String element : elements) {
      List<IBase> next = new ArrayList<>();
      for (IBase value : present) {
        BaseRuntimeChildDefinition child = child(value, element);
        if (child != null) {
          next.addAll(child.getAccessor().getValues(value));
        }
      }
      if (next.isEmpty()) {
        return List.of();
      }
      present = next;
    }
    return present;
  }

  private @Nullable BaseRuntimeChildDefinition child(IBase value, String element) {
    BaseRuntimeElementDefinition<?> definition = context.getElementDefinition(value.getClass());
    if (!(definition instanceof BaseRuntimeElementCompositeDefinition<?> composite)) {
      return null;
    }
    BaseRuntimeChildDefinition child = composite.getChildByName(element);
    return child != null ? child : composite.getChildByName(element + "[x]");
  }
}
