package org.hutong.fhir;

import java.util.List;
import java.util.function.BiPredicate;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Property;

/** Where the elements of a resource stand, as FHIRPath. */
public final class Places {
  private Places() {}

  /**
   * Visits everything below an element, contained resources and extensions included, but primitive
   * values that bear none.
   *
   * @param at FHIRPath of the element
   * @param visitor takes place and element, such as {@code Encounter.contained[0].partOf}; returns
   *     whether to go on below
   */
  public static void visit(Base element, String at, BiPredicate<String, Base> visitor) {
    visitAll(
        element,
        at,
        (place, value) ->
            (!value.isPrimitive() || value instanceof Element own && own.hasExtension())
                && visitor.test(place, value));
  }

  /** The same, every primitive value included. */
  public static void visitAll(Base element, String at, BiPredicate<String, Base> visitor) {
    for (Property property : element.children()) {
      List<Base> values = property.getValues();
      for (int i = 0; i < values.size(); i++) {
        Base value = values.get(i);
        if (value == null) {
          continue;
        }
        String place = of(at, property, i);
        if (visitor.test(place, value)) {
          visitAll(value, place, visitor);
        }
      }
    }
  }

  /** Where one of the values of a property stands. */
  public static String of(String at, Property property, int index) {
    String type = ".ofType(" + property.getValues().get(index).fhirType() + ")";
    return at
        + "."
        + property.getName().replace("[x]", type)
        + (property.isList() ? "[" + index + "]" : "");
  }
}
