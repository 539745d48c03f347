package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.fhirpath.FHIRPathEngine;
import org.hl7.fhir.r4.hapi.ctx.HapiWorkerContext;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.ConceptMap;
import org.hl7.fhir.r4.model.ConceptMap.ConceptMapGroupComponent;
import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.ElementDefinition.ElementDefinitionConstraintComponent;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.UriType;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r4.model.ValueSet.ConceptSetComponent;
import org.hutong.fhir.Canonical;
import org.hutong.store.StartRefused;
import org.jspecify.annotations.Nullable;

/**
 * Whether the FHIR package is whole: a server that started with half of its rules would let in what
 * the other half forbids. The first fault stops the start and is named with its file.
 */
final class PackageCheck {
  /** What lies where. */
  static final Map<String, Set<String>> FOLDERS = folders();

  private static final String R4 = "http://hl7.org/fhir/StructureDefinition/";

  private static final Set<String> ABSTRACT = Set.of("Resource", "DomainResource", "Element");

  private final FhirContext context;
  private final IParser parser;
  private final FHIRPathEngine paths;
  private final Map<String, Resource> files = new LinkedHashMap<>();
  private final Map<String, String> canonicals = new LinkedHashMap<>();

  PackageCheck(FhirContext context) {
    this.context = context;
    this.parser = context.newJsonParser();
    parser.setParserErrorHandler(new StrictErrorHandler());
    // Knows no types, which reading an expression does not need, and is made in no time.
    this.paths =
        new FHIRPathEngine(
            new HapiWorkerContext(context, new PrePopulatedValidationSupport(context)));
  }

  private static Map<String, Set<String>> folders() {
    Map<String, Set<String>> folders = new LinkedHashMap<>();
    folders.put("profiles", Set.of("StructureDefinition"));
    folders.put("extensions", Set.of("StructureDefinition"));
    folders.put("search", Set.of("SearchParameter"));
    folders.put("operations", Set.of("OperationDefinition"));
    folders.put("terminology", Set.of("CodeSystem", "ValueSet", "ConceptMap", "NamingSystem"));
    return folders;
  }

  static StartRefused broken(String file, String what, @Nullable Throwable cause) {
    return new StartRefused(
        "The FHIR package is broken: " + file + ": " + what.replaceFirst("[.]$", "") + ".",
        "Mend the file below fhir-profiles and build again; ./mvnw verify checks all of them.",
        cause);
  }

  /** Reads a file, and looks at whatever needs no other. */
  Resource read(String file, String text) {
    Resource resource = parse(file, text);
    String type = resource.fhirType();
    Set<String> expected = FOLDERS.getOrDefault(file.substring(0, file.indexOf('/')), Set.of());
    if (!expected.contains(type)) {
      throw broken(
          file, "it holds a " + type + ", but here belongs " + String.join(", ", expected));
    }
    String name = type + "-" + resource.getIdElement().getIdPart() + ".json";
    if (!file.endsWith("/" + name)) {
      throw broken(file, "type and id of the resource in it call for the name " + name);
    }
    if (resource instanceof MetadataResource published && !type.equals("NamingSystem")) {
      canonical(file, published.getUrl());
    }
    if (resource instanceof StructureDefinition definition) {
      for (ElementDefinition element : definition.getDifferential().getElement()) {
        for (ElementDefinitionConstraintComponent constraint : element.getConstraint()) {
          expression(file, constraint.getKey(), constraint.getExpression());
          for (Extension place : constraint.getExtensionsByUrl(Canonical.CONSTRAINT_PLACE)) {
            expression(
                file,
                constraint.getKey() + " (constraint-place)",
                place.hasValue() ? place.getValue().primitiveValue() : null);
          }
        }
      }
    } else if (resource instanceof SearchParameter parameter) {
      expression(file, parameter.getCode(), parameter.getExpression());
    } else if (resource instanceof CodeSystem system) {
      once(file, system.getConcept(), new HashSet<>());
    } else if (resource instanceof ValueSet set) {
      for (ConceptSetComponent include : set.getCompose().getInclude()) {
        Set<String> codes = new HashSet<>();
        include.getConcept().forEach(concept -> once(file, concept.getCode(), codes));
      }
    } else if (resource instanceof ConceptMap map) {
      for (ConceptMapGroupComponent group : map.getGroup()) {
        Set<String> codes = new HashSet<>();
        group.getElement().forEach(element -> once(file, element.getCode(), codes));
      }
    }
    files.put(file, resource);
    return resource;
  }

  private Resource parse(String file, String text) {
    try {
      IBaseResource resource = parser.parseResource(text);
      return (Resource) resource;
    } catch (DataFormatException notFhir) {
      String what = String.valueOf(notFhir.getMessage()).replaceAll("HAPI-\\d+: ", "");
      throw broken(file, "it is no FHIR R4 resource in JSON: " + what, notFhir);
    }
  }

  private void canonical(String file, @Nullable String url) {
    if (url == null) {
      throw broken(file, "it has no url");
    }
    String other = canonicals.put(url, file);
    if (other != null) {
      throw broken(file, "its url " + url + " is that of " + other + " already");
    }
  }

  private static void once(
      String file, List<ConceptDefinitionComponent> concepts, Set<String> codes) {
    for (ConceptDefinitionComponent concept : concepts) {
      once(file, concept.getCode(), codes);
      once(file, concept.getConcept(), codes);
    }
  }

  /** Of a code that stands twice nobody can tell what it means, and another may have been meant. */
  private static void once(String file, @Nullable String code, Set<String> codes) {
    if (code == null) {
      throw broken(file, "a concept in it has no code");
    }
    if (!codes.add(code)) {
      throw broken(file, "the code " + code + " stands in it twice");
    }
  }

  private void expression(String file, String name, @Nullable String expression) {
    if (expression == null || expression.isBlank()) {
      throw broken(file, name + " has no FHIRPath expression");
    }
    try {
      paths.parse(expression);
    } catch (FHIRException malformed) {
      throw broken(
          file,
          "the expression of %s is not FHIRPath: %s (%s)"
              .formatted(name, expression, malformed.getMessage()),
          malformed);
    }
  }

  /** Looks at what the files say of each other, and of FHIR R4. */
  void whole() {
    files.forEach(
        (file, resource) -> {
          for (UriType uri :
              context.newTerser().getAllPopulatedChildElementsOfType(resource, UriType.class)) {
            if (leadsNowhere(uri)) {
              throw broken(file, "it refers to " + uri.getValue() + ", which does not exist");
            }
          }
        });
  }

  private boolean leadsNowhere(UriType uri) {
    String url = String.valueOf(uri.getValue()).replaceFirst("[|#].*$", "");
    if (url.matches(
        Canonical.BASE
            + "/(StructureDefinition|ValueSet|CodeSystem|ConceptMap|OperationDefinition)/.*")) {
      return !canonicals.containsKey(url);
    }
    return uri instanceof CanonicalType && url.matches(R4 + "[A-Z][A-Za-z]*") && !isType(url);
  }

  /** Asked of the types, for the definitions of FHIR R4 take seconds to read. */
  private boolean isType(String url) {
    String name = url.substring(R4.length());
    return ABSTRACT.contains(name)
        || context.getResourceTypes().contains(name)
        || context.getElementDefinition(name) != null;
  }

  private static StartRefused broken(String file, String what) {
    return broken(file, what, null);
  }
}
