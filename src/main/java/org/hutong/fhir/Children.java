package org.hutong.fhir;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeChildDefinition.IAccessor;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.FhirContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.PrimitiveType;

/**
 * What elements consist of, looked up once per class: the engine's own walks name every place on
 * their way, which costs a write more than what is done there.
 */
public final class Children {
  private final FhirContext context;
  private final ConcurrentMap<Class<?>, List<IAccessor>> known = new ConcurrentHashMap<>();

  public Children(FhirContext context) {
    this.context = context;
  }

  /** Of a resource or an element that is no primitive value, with extensions and contained. */
  public List<IAccessor> of(IBase element) {
    List<IAccessor> accessors = known.get(element.getClass());
    if (accessors == null) {
      accessors = accessors(element);
      known.put(element.getClass(), accessors);
    }
    return accessors;
  }

  private List<IAccessor> accessors(IBase element) {
    List<IAccessor> accessors = new ArrayList<>();
    if (context.getElementDefinition(element.getClass())
        instanceof BaseRuntimeElementCompositeDefinition<?> definition) {
      for (BaseRuntimeChildDefinition child : definition.getChildrenAndExtension()) {
        accessors.add(child.getAccessor());
      }
    }
    return accessors;
  }

  /** Visits an element and everything below it that is no primitive value. */
  public void visit(IBase element, Consumer<IBase> visitor) {
    if (element instanceof PrimitiveType<?> primitive) {
      if (primitive.hasExtension()) {
        primitive.getExtension().forEach(extension -> visit(extension, visitor));
      }
      return;
    }
    visitor.accept(element);
    for (IAccessor child : of(element)) {
      List<IBase> values = child.getValues(element);
      for (int i = 0; i < values.size(); i++) {
        visit(values.get(i), visitor);
      }
    }
  }
}
