package org.hutong.profiles;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.ResourceType;
import org.hl7.fhir.r5.context.IWorkerContext;
import org.hl7.fhir.r5.model.CanonicalType;
import org.hl7.fhir.r5.model.ElementDefinition;
import org.hl7.fhir.r5.model.ElementDefinition.TypeRefComponent;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.jspecify.annotations.Nullable;

/** Finds what a profile, or FHIR R4 itself, says of the element at a place of a resource. */
final class Elements {
  private final IWorkerContext definitions;

  /**
   * The definition of an element.
   *
   * @param profile canonical URL of the profile, extension or type that defines it
   * @param definition what it says
   * @param type the type of what was sent, or that alone allowed; null when there are several
   */
  record Found(String profile, ElementDefinition definition, @Nullable String type) {
    boolean repeats() {
      return !"1".equals(definition.getBase().getMax()) && !"1".equals(definition.getMax());
    }
  }

  Elements(IWorkerContext definitions) {
    this.definitions = definitions;
  }

  /**
   * The element at a place; null when nobody defines it.
   *
   * @param profiles canonical URLs of the profiles of the resource, asked first
   */
  @Nullable Found at(String place, Sent sent, List<String> profiles) {
    String type = place.replaceFirst("[.\\[].*", "");
    for (String profile : profiles) {
      Found found = walk(profile, type, place, sent);
      if (found != null) {
        return found;
      }
    }
    return walk(RuleBook.R4 + type, type, place, sent);
  }

  private @Nullable Found walk(String url, String type, String place, Sent sent) {
    StructureDefinition definition = definition(url);
    if (definition == null || !type.equals(definition.getType())) {
      return null;
    }
    Found found = null;
    String id = type;
    StringBuilder at = new StringBuilder(type);
    for (Sent.Step step : Sent.steps(place)) {
      if (found != null) {
        if (found.definition().hasContentReference()) {
          id = found.definition().getContentReference().replaceFirst("^.*#", "");
        } else if (element(definition, id, step) == null) {
          StructureDefinition ofType =
              found.type() == null ? null : definition(RuleBook.R4 + found.type());
          if (ofType == null) {
            return null;
          }
          definition = ofType;
          id = ofType.getType();
        }
      }
      ElementDefinition element = element(definition, id, step);
      if (element == null) {
        return null;
      }
      at.append('.').append(step.name());
      if (step.type() != null) {
        at.append(".ofType(").append(step.type()).append(')');
      }
      if (step.index() != null) {
        at.append('[').append(step.index()).append(']');
      }
      found = new Found(definition.getUrl(), element, type(element, step));
      id = element.getId();
      if (step.name().equals("contained")) {
        String contained = sent.at(at.toString()).path("resourceType").asText();
        StructureDefinition resource =
            isResource(contained) ? definition(RuleBook.R4 + contained) : null;
        if (resource == null) {
          return null;
        }
        definition = resource;
        id = contained;
        found =
            new Found(resource.getUrl(), resource.getSnapshot().getElementFirstRep(), contained);
      } else if (step.name().equals("extension") || step.name().equals("modifierExtension")) {
        String extension = sent.at(at.toString()).path("url").asText();
        ElementDefinition slice = byId(definition, id + ":" + extension);
        StructureDefinition own = slice == null ? definition(extension) : null;
        if (slice != null) {
          id = slice.getId();
        } else if (own != null) {
          definition = own;
          id = "Extension";
        }
      }
    }
    return found;
  }

  /**
   * An element of a profile or an extension; null when it is not there.
   *
   * @param id such as {@code ServiceRequest.extension:direction}
   */
  @Nullable ElementDefinition of(String profile, String id) {
    StructureDefinition definition = definition(profile);
    return definition == null ? null : byId(definition, id);
  }

  /** The types of resource that a Reference may name; empty for any. */
  Set<String> targets(Found found) {
    Set<String> targets = new TreeSet<>();
    for (TypeRefComponent type : found.definition().getType()) {
      for (CanonicalType target : type.getTargetProfile()) {
        StructureDefinition profile = definition(target.getValue());
        targets.add(profile == null ? "Resource" : profile.getType());
      }
    }
    return targets.contains("Resource") ? Set.of() : targets;
  }

  private static boolean isResource(String type) {
    for (ResourceType known : ResourceType.values()) {
      if (known.name().equals(type)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String type(ElementDefinition element, Sent.Step step) {
    if (step.type() != null) {
      return step.type();
    }
    List<String> types =
        element.getType().stream().map(TypeRefComponent::getWorkingCode).distinct().toList();
    return types.size() == 1
        ? types.get(0).replaceFirst("^.*/System\\.", "").replace("String", "string")
        : null;
  }

  private static @Nullable ElementDefinition element(
      StructureDefinition definition, String id, Sent.Step step) {
    ElementDefinition plain = byId(definition, id + "." + step.name());
    return plain == null ? byId(definition, id + "." + step.name() + "[x]") : plain;
  }

  private static @Nullable ElementDefinition byId(StructureDefinition definition, String id) {
    for (ElementDefinition element : definition.getSnapshot().getElement()) {
      if (id.equals(element.getId())) {
        return element;
      }
    }
    return null;
  }

  private @Nullable StructureDefinition definition(String url) {
    StructureDefinition definition =
        url.toLowerCase(Locale.ROOT).startsWith("http")
            ? definitions.fetchResource(StructureDefinition.class, url)
            : null;
    return definition != null && definition.hasSnapshot() ? definition : null;
  }
}
