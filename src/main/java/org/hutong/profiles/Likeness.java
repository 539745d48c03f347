package org.hutong.profiles;

import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r5.model.Property;
import org.jspecify.annotations.Nullable;

/**
 * A fixed value or a pattern of a profile.
 *
 * @param value what a primitive must be; null when it has parts instead
 * @param parts what must be found among the parts
 * @param exact whether nothing else may be there; only known of primitives
 */
record Likeness(@Nullable String value, List<Part> parts, boolean exact) {

  /** An element that must be there. */
  record Part(String name, int hash, Likeness likeness) {}

  static Likeness of(org.hl7.fhir.r5.model.Base model, boolean exact) {
    if (model.isPrimitive()) {
      return new Likeness(String.valueOf(model.primitiveValue()), List.of(), exact);
    }
    List<Part> parts = new ArrayList<>();
    for (Property property : model.children()) {
      for (org.hl7.fhir.r5.model.Base child : property.getValues()) {
        if (!child.isEmpty()) { // the full validator leaves empty parts behind where it looked
          String name = property.getName().replace("[x]", "");
          parts.add(new Part(name, name.hashCode(), of(child, exact)));
        }
      }
    }
    return new Likeness(null, List.copyOf(parts), exact);
  }

  boolean matches(Base base) {
    if (value != null) {
      return base.isPrimitive() && value.equals(base.primitiveValue());
    }
    if (base.isPrimitive()) {
      return false;
    }
    if (exact) {
      throw new Undecided("fixed value with parts");
    }
    for (Part part : parts) {
      if (Rules.values(base, part.hash, part.name).stream().noneMatch(part.likeness::matches)) {
        return false;
      }
    }
    return true;
  }
}
