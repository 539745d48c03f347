package org.hutong.profiles;

import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;

/**
 * Finds what would change the meaning of a resource in a way that this server does not know: {@code
 * implicitRules} and modifier extensions. FHIR R4 (§2.4.2.1, §2.26.0.2.1) forbids processing such a
 * resource, and a store that serves it to others processes it. The server knows none.
 */
final class Modifiers {
  private Modifiers() {}

  /** Every modifier within a resource and what it contains. */
  static List<Problem.Issue> unknown(Resource resource, String at) {
    List<Problem.Issue> found = new ArrayList<>();
    search(resource, at.isEmpty() ? resource.fhirType() : at, found);
    return found;
  }

  private static void search(Base element, String at, List<Problem.Issue> found) {
    if (element instanceof Resource resource && resource.hasImplicitRules()) {
      found.add(issue(at + ".implicitRules", resource.getImplicitRules()));
    }
    for (Property property : element.children()) {
      List<Base> values = property.getValues();
      for (int i = 0; i < values.size(); i++) {
        Base value = values.get(i);
        String name = property.getName().replace("[x]", "");
        String place = at + "." + name + (property.isList() ? "[" + i + "]" : "");
        if (name.equals("modifierExtension")) {
          found.add(issue(place, String.valueOf(((Extension) value).getUrl())));
        } else if (value != null && !value.isPrimitive()) {
          search(value, place, found);
        }
      }
    }
  }

  private static Problem.Issue issue(String at, String url) {
    return Problem.at(at, ProblemCode.MODIFIER_UNKNOWN, Problem.printable(url)).issues().get(0);
  }
}
