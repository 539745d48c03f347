package org.hutong.profiles;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.Enumerations.BindingStrength;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hutong.fhir.Places;

/**
 * What a profile or an extension says of an element, beside its invariants, and where such elements
 * are.
 */
final class StructureRules {
  private StructureRules() {}

  /**
   * What a definition says, unless it is of what nobody sends: of definitions, of which the
   * package's own are read at each start, or of what the server makes when it is asked.
   */
  static List<ElementDefinition> ofWhatIsSent(StructureDefinition definition) {
    Declared declared = Declared.fromClassPath();
    boolean isSent =
        !definition.hasContext()
            || definition.getContext().stream()
                .map(context -> context.getExpression().replaceFirst("[.].*", ""))
                .anyMatch(
                    type ->
                        !type.matches("(Structure|Element)Definition")
                            && (declared.type(type) == null || declared.stores(type)));
    return isSent ? definition.getDifferential().getElement() : List.of();
  }

  /** The last parts of the keys of rules that a resource may break. */
  static List<String> of(ElementDefinition element) {
    List<String> kinds = new ArrayList<>();
    if (element.getMin() > 0) {
      kinds.add(".min");
    }
    if (element.hasMax() && !element.getMax().equals("*")) {
      kinds.add(".max");
    }
    if (element.hasBinding() && element.getBinding().getStrength() != BindingStrength.PREFERRED) {
      kinds.add(".binding");
    }
    if (element.hasType() && element.getPath().endsWith("[x]")) {
      kinds.add(".type");
    }
    if ((element.hasPattern() || element.hasFixed()) && !marksASlice(element)) {
      kinds.add(".pattern");
    }
    return kinds;
  }

  /** With another value it would be no member of the slice, or another extension. */
  private static boolean marksASlice(ElementDefinition element) {
    return element.getId().equals("Extension.url") || element.getId().contains(":");
  }

  /** The elements of an example of which an element of a definition speaks. */
  static List<Base> places(StructureDefinition definition, String elementId, Resource example) {
    List<Base> places = roots(definition, example);
    String id = elementId.replaceFirst("\\..*", "");
    String[] steps = elementId.split("\\.");
    for (int i = 1; i < steps.length; i++) {
      id += "." + steps[i];
      String name = steps[i].replaceFirst(":.*", "").replace("[x]", "");
      Map<String, Base> marks = steps[i].contains(":") ? marks(definition, id) : Map.of();
      places =
          places.stream()
              .flatMap(place -> place.listChildrenByName(name).stream())
              .filter(place -> marks.entrySet().stream().allMatch(mark -> bears(place, mark)))
              .toList();
    }
    return places;
  }

  private static List<Base> roots(StructureDefinition definition, Resource example) {
    if (!definition.getType().equals("Extension")) {
      return ProfileExamplesTest.PACKAGE.choice().of(example).contains(definition.getUrl())
          ? List.of(example)
          : List.of();
    }
    List<Base> extensions = new ArrayList<>();
    Places.visit(
        example,
        "",
        (place, element) -> {
          if (element instanceof Extension extension
              && definition.getUrl().equals(extension.getUrl())) {
            extensions.add(extension);
          }
          return true;
        });
    return extensions;
  }

  /** By what the members of a slice are known, by the path below it. */
  private static Map<String, Base> marks(StructureDefinition definition, String slice) {
    Map<String, Base> marks = new LinkedHashMap<>();
    for (ElementDefinition element : definition.getDifferential().getElement()) {
      String id = element.getId();
      if (id.equals(slice) || id.startsWith(slice + ".")) {
        String below = id.substring(slice.length()).replaceFirst("^\\.", "");
        if (element.hasFixed()) {
          marks.put(below, element.getFixed());
        } else if (element.hasPattern()) {
          marks.put(below, element.getPattern());
        } else if (id.equals(slice) && element.getTypeFirstRep().hasProfile()) {
          marks.put("url", element.getTypeFirstRep().getProfile().get(0));
        }
      }
    }
    return marks;
  }

  private static boolean bears(Base place, Map.Entry<String, Base> mark) {
    return mark.getKey().isEmpty()
        ? fits(place, mark.getValue())
        : place.listChildrenByName(mark.getKey()).stream()
            .anyMatch(value -> fits(value, mark.getValue()));
  }

  private static boolean fits(Base value, Base pattern) {
    if (pattern.isPrimitive()) {
      return String.valueOf(pattern.primitiveValue()).equals(value.primitiveValue());
    }
    for (Property property : pattern.children()) {
      for (Base part : property.getValues()) {
        if (value.listChildrenByName(property.getName()).stream()
            .noneMatch(own -> fits(own, part))) {
          return false;
        }
      }
    }
    return true;
  }
}
