package org.hutong.fhir;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** The literal references of a resource and of what it contains, extensions included. */
public final class References {
  private References() {}

  /**
   * Finds them.
   *
   * @param at FHIRPath of the resource
   * @return by place, such as {@code Encounter.contained[0].partOf}
   */
  public static Map<String, String> of(Resource resource, String at) {
    Map<String, String> found = new LinkedHashMap<>();
    collect(resource, at, found);
    return found;
  }

  private static void collect(Base element, String at, Map<String, String> into) {
    if (element instanceof Reference reference && reference.getReferenceElement_().hasValue()) {
      into.put(at, reference.getReferenceElement_().getValue());
    }
    for (Property property : element.children()) {
      List<Base> values = property.getValues();
      for (int i = 0; i < values.size(); i++) {
        Base value = values.get(i);
        boolean bare =
            value == null
                || value.isPrimitive() && !(value instanceof Element own && own.hasExtension());
        if (!bare) {
          String name = property.getName().replace("[x]", ".ofType(" + value.fhirType() + ")");
          collect(value, at + "." + name + (property.isList() ? "[" + i + "]" : ""), into);
        }
      }
    }
  }
}
