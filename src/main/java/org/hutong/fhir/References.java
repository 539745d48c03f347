package org.hutong.fhir;

import java.util.LinkedHashMap;
import java.util.Map;
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
    Places.visit(
        resource,
        at,
        (place, element) -> {
          if (element instanceof Reference reference
              && reference.getReferenceElement_().hasValue()) {
            found.put(place, reference.getReferenceElement_().getValue());
          }
          return true;
        });
    return found;
  }
}
