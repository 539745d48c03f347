package org.hutong.profiles;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r5.context.IWorkerContext;
import org.hl7.fhir.r5.extensions.ExtensionDefinitions;
import org.hl7.fhir.r5.model.ElementDefinition;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hl7.fhir.r5.model.StructureDefinition.ExtensionContextType;
import org.hl7.fhir.r5.model.StructureDefinition.StructureDefinitionContextComponent;
import org.jspecify.annotations.Nullable;

/**
 * The profiles, extensions and types in compiled form, from the same snapshots that the full
 * validator reads. Each is compiled when first met.
 */
final class RuleBook {
  /** Prefix of the canonical URLs of R4's own definitions. */
  static final String R4 = "http://hl7.org/fhir/StructureDefinition/";

  private final IWorkerContext context;
  private final Codes codes;
  private final OwnTables tables;
  private final RuleCompiler compiler;
  private final Map<String, Rules> rules = new ConcurrentHashMap<>();
  private final Map<String, Known> extensions = new ConcurrentHashMap<>();

  /**
   * An extension that is defined.
   *
   * @param types of its value; empty when it has parts instead
   */
  record Known(Rules rules, Set<String> places, Set<String> types, boolean modifier) {

    boolean mayStandAt(Walk walk, Base parent) {
      return places.contains("Element")
          || places.contains("Any")
          || places.contains(parent.fhirType())
          || parent instanceof Resource
              && (places.contains("Resource") || places.contains("DomainResource"))
          || places.contains(walk.above(1));
    }
  }

  RuleBook(IWorkerContext context, OwnTables tables) {
    this.context = context;
    this.tables = tables;
    this.codes = new Codes(context);
    this.compiler = new RuleCompiler(context, this);
  }

  Codes codes() {
    return codes;
  }

  OwnTables tables() {
    return tables;
  }

  /** The rules of a profile or type; null when nobody knows it, or it imposes another. */
  @Nullable Rules of(String url) {
    Rules known = rules.get(url);
    if (known == null) {
      StructureDefinition definition = definition(url);
      if (definition == null) {
        return null;
      }
      known = rules.computeIfAbsent(url, u -> new Rules(() -> compiler.compile(definition, 0)));
    }
    return known;
  }

  /** The type that a profile constrains; null when nobody knows it. */
  @Nullable String constrains(String url) {
    StructureDefinition definition = definition(url);
    return definition == null ? null : definition.getType();
  }

  /** What holds for every extension. */
  Rules extension() {
    return required(R4 + "Extension");
  }

  /** An extension by its URL; null when it is not defined. */
  @Nullable Known extension(String url) {
    Known known = extensions.get(url);
    if (known == null) {
      known = known(url);
      if (known != null) { // those that are not defined are for clients to invent
        extensions.put(url, known);
      }
    }
    return known;
  }

  private @Nullable Known known(String url) {
    StructureDefinition definition = definition(url);
    if (definition == null || !definition.getType().equals("Extension")) {
      return null;
    }
    Set<String> places = new HashSet<>();
    for (StructureDefinitionContextComponent place : definition.getContext()) {
      if (place.getType() == ExtensionContextType.ELEMENT
          && !place.hasExtension()
          && !definition.hasContextInvariant()) {
        places.add(place.getExpression());
      }
    }
    Set<String> types = new HashSet<>();
    for (ElementDefinition element : definition.getSnapshot().getElement()) {
      if (element.getPath().startsWith("Extension.value")) {
        if (!"0".equals(element.getMax())) {
          element.getType().forEach(type -> types.add(type.getWorkingCode()));
        }
        break;
      }
    }
    return new Known(
        required(url),
        places,
        types,
        definition.getSnapshot().getElementFirstRep().getIsModifier());
  }

  private Rules required(String url) {
    Rules known = of(url);
    if (known == null) {
      throw new IllegalStateException("Nobody knows " + url);
    }
    return known;
  }

  /** A definition that can be compiled; null when there is none. */
  @Nullable StructureDefinition definition(String url) {
    StructureDefinition definition = context.fetchResource(StructureDefinition.class, url);
    return definition != null
            && definition.hasSnapshot()
            && !definition.hasExtension(ExtensionDefinitions.EXT_SD_IMPOSE_PROFILE)
        ? definition
        : null;
  }

  /** The rules of the inside of one element of a definition. */
  Rules inside(StructureDefinition definition, int index) {
    String key =
        definition.getUrl() + "#" + definition.getSnapshot().getElement().get(index).getId();
    return rules.computeIfAbsent(key, k -> new Rules(() -> compiler.compile(definition, index)));
  }
}
