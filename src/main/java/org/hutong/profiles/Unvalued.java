package org.hutong.profiles;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Places;

/**
 * Finds primitives that carry an extension in place of a value where nothing stands for the value.
 * FHIR counts such an element as present, so whatever a profile of ours demands could be left out
 * that way, and what says of which table a code is, or who is referred to, could be hidden.
 */
final class Unvalued {
  /** Parts of data types by which rules tell one thing from another, wherever they stand. */
  private static final Set<String> TELLING =
      Set.of("Coding.code", "Identifier.system", "Reference.reference");

  private final Elements elements;

  Unvalued(Elements elements) {
    this.elements = elements;
  }

  /**
   * Every one of them in a resource that a profile of ours applies to; of a {@code Coding.system}
   * the rule of each profile tells.
   *
   * @param profiles canonical URLs of the profiles that the resource is held to
   */
  List<Fault> of(Resource resource, Sent sent, List<String> profiles) {
    List<Fault> faults = new ArrayList<>();
    if (profiles.stream().anyMatch(Unvalued::isOurs)) {
      search(resource, resource.fhirType(), sent, profiles, faults);
    }
    return faults;
  }

  private void search(Base parent, String at, Sent sent, List<String> profiles, List<Fault> found) {
    for (Property property : parent.children()) {
      List<Base> values = property.getValues();
      boolean without = values.stream().noneMatch(Base::hasPrimitiveValue);
      for (int i = 0; i < values.size(); i++) {
        Base value = values.get(i);
        if (value == null || value.isEmpty()) {
          continue;
        }
        String place = Places.of(at, property, i);
        if (without && value.isPrimitive()) {
          if (TELLING.contains(parent.fhirType() + "." + property.getName())) {
            found.add(Fault.error(Fault.Kind.EMPTY, "", place, "empty", sent));
          } else if (isDemanded(place, sent, profiles)) {
            found.add(Fault.error(Fault.Kind.MIN, "", place, "min", sent));
          }
        }
        search(value, place, sent, profiles, found);
      }
    }
  }

  private boolean isDemanded(String place, Sent sent, List<String> profiles) {
    Elements.Found found = elements.at(place, sent, profiles);
    return found != null && isOurs(found.profile()) && found.definition().getMin() > 0;
  }

  private static boolean isOurs(String profile) {
    return profile.startsWith(Canonical.BASE + "/");
  }
}
