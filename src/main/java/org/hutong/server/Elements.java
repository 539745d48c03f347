package org.hutong.server;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.FhirContext;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.hutong.fhir.Problem;
import org.hutong.profiles.Declared;
import org.jspecify.annotations.Nullable;

/**
 * Which elements {@code _elements} may name: those at the base of a resource (FHIR R4 §3.1.1.5.9),
 * alone for the type asked for, or after a type: {@code Patient.name}. What is no element would be
 * passed over, and leave less in the answer than was asked for.
 */
final class Elements {
  static final String PARAMETER = "_elements";

  private final FhirContext context;
  private final Declared declared;
  private final Map<String, Set<String>> names = new ConcurrentHashMap<>();

  Elements(FhirContext context, Declared declared) {
    this.context = context;
    this.declared = declared;
  }

  /** What is wrong with the values, for a resource of a type or a search for it. */
  Problem.@Nullable Issue fault(String type, Collection<String> values) {
    for (String value : values) {
      for (String element : value.split(",")) {
        if (!element.isBlank() && !exists(type, element.strip())) {
          return Problem.parameterInvalid(
                  PARAMETER, element.strip(), String.join(", ", names(type)))
              .issues()
              .get(0);
        }
      }
    }
    return null;
  }

  private boolean exists(String type, String element) {
    String[] parts = element.split("\\.", 2);
    if (parts.length == 1) {
      return names(type).contains(element);
    }
    return (parts[0].equals(type) || declared.types().contains(parts[0]))
        && names(parts[0]).contains(parts[1]);
  }

  private Set<String> names(String type) {
    return names.computeIfAbsent(
        type,
        name -> {
          Set<String> elements = new TreeSet<>();
          for (BaseRuntimeChildDefinition child :
              context.getResourceDefinition(name).getChildren()) {
            elements.add(child.getElementName().replace("[x]", ""));
          }
          return elements;
        });
  }
}
