package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.ConceptMap;
import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.ElementDefinition.ElementDefinitionConstraintComponent;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.NamingSystem;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.ValueSet;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Canonical;
import org.hutong.store.StartRefused;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * Our FHIR package as it lies on the class path: profiles, extensions, terminology and search
 * parameters, and the texts of the constraints in two languages. A file that cannot be read stops
 * the start and is named.
 */
public final class FhirPackage {
  private static final String ROOT = "classpath:fhir-profiles/";

  /** The story: valid resources of every profile. */
  private static final String EXAMPLES = ROOT + "examples/story/*.json";

  private static final String TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation";

  private final PrePopulatedValidationSupport support;
  private final Map<String, StructureDefinition> definitions = new LinkedHashMap<>();
  private final List<SearchParameter> searchParameters = new ArrayList<>();
  private final Set<String> openTables = new HashSet<>();
  private final Map<String, Set<String>> tables = new HashMap<>();
  private final Map<String, Rule> rules = new LinkedHashMap<>();
  private final List<NamingSystem> namingSystems = new ArrayList<>();
  private final List<CodeSystem> codeSystems = new ArrayList<>();
  private final List<ConceptMap> conceptMaps = new ArrayList<>();

  /** An invariant of ours: what it says and how to comply. */
  record Rule(Bilingual what, Bilingual mend) {}

  private FhirPackage(FhirContext context) {
    this.support = new PrePopulatedValidationSupport(context);
  }

  static FhirPackage fromClassPath(FhirContext context) {
    return from(context, ROOT);
  }

  /**
   * Reads a package.
   *
   * @param root URL of its folder, with a slash at the end
   * @throws StartRefused when something is wrong with it
   */
  static FhirPackage from(FhirContext context, String root) {
    FhirPackage read = new FhirPackage(context);
    PackageCheck check = new PackageCheck(context);
    PathMatchingResourcePatternResolver resolver = new PathMatchingResourcePatternResolver();
    try {
      for (String folder : PackageCheck.FOLDERS.keySet()) {
        for (Resource file : resolver.getResources(root + folder + "/*.json")) {
          String name = folder + "/" + file.getFilename();
          IBaseResource resource =
              check.read(name, file.getContentAsString(StandardCharsets.UTF_8));
          try {
            read.add(resource);
          } catch (RuntimeException broken) {
            throw PackageCheck.broken(name, String.valueOf(broken.getMessage()), broken);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the FHIR package", e);
    }
    check.whole();
    try {
      read.systems();
      read.maps();
      read.choice();
    } catch (RuntimeException broken) {
      throw PackageCheck.broken(root, String.valueOf(broken.getMessage()), broken);
    }
    return read;
  }

  /** The examples of the package, in JSON, read anew. */
  static List<String> examples() {
    List<String> examples = new ArrayList<>();
    try {
      for (Resource file : new PathMatchingResourcePatternResolver().getResources(EXAMPLES)) {
        examples.add(file.getContentAsString(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the examples of the FHIR package", e);
    }
    return examples;
  }

  /**
   * The chain of definitions that everything uses, first asked first: R4 itself, this package, and
   * what tells codes. It is read from the class path alone.
   */
  @SuppressWarnings("deprecation") // its successor works on requests, not on a chain
  public List<IValidationSupport> chain(
      FhirContext context,
      IValidationSupport r4,
      IValidationSupport snapshots,
      IValidationSupport terminology) {
    UnknownCodeSystemWarningValidationSupport unknownCodeSystems =
        new UnknownCodeSystemWarningValidationSupport(context);
    unknownCodeSystems.setNonExistentCodeSystemSeverity(IValidationSupport.IssueSeverity.WARNING);
    return List.of(
        r4,
        support,
        snapshots,
        terminology,
        new CommonCodeSystemsTerminologyService(context),
        unknownCodeSystems);
  }

  /** The identifier and code systems of the package. */
  NamedSystems systems() {
    return new NamedSystems(namingSystems, codeSystems);
  }

  /** The maps between tables. */
  ConceptMaps maps() {
    return new ConceptMaps(conceptMaps);
  }

  /** Our profiles and extensions. */
  Collection<StructureDefinition> definitions() {
    return Collections.unmodifiableCollection(definitions.values());
  }

  /** The rule by which a resource is held to one of our profiles. */
  ProfileChoice choice() {
    return new ProfileChoice(definitions.values());
  }

  /** Keys of our invariants. */
  Set<String> keys() {
    return Collections.unmodifiableSet(rules.keySet());
  }

  /** The texts of an invariant by its key; null when it is not ours. */
  @Nullable Rule rule(String key) {
    return rules.get(key);
  }

  /**
   * The code systems of one of our value sets that are published in part or not at all, so that
   * nobody can tell from the package whether a code is theirs.
   */
  Set<String> openTables(String valueSet) {
    Set<String> open = new HashSet<>(tables.getOrDefault(valueSet, Set.of()));
    open.retainAll(openTables);
    return open;
  }

  /** The search parameters that R4 lacks. */
  public List<SearchParameter> searchParameters() {
    return Collections.unmodifiableList(searchParameters);
  }

  private void add(IBaseResource resource) {
    if (resource instanceof SearchParameter parameter) {
      searchParameters.add(parameter);
      return;
    }
    if (resource instanceof ConceptMap map) {
      conceptMaps.add(map);
      return;
    }
    support.addResource(resource);
    if (resource instanceof NamingSystem system) {
      namingSystems.add(system);
    } else if (resource instanceof CodeSystem system) {
      codeSystems.add(system);
    }
    if (resource instanceof CodeSystem table
        && table.getContent() != CodeSystem.CodeSystemContentMode.COMPLETE) {
      openTables.add(table.getUrl());
    }
    if (resource instanceof ValueSet valueSet) {
      tables.put(
          valueSet.getUrl(),
          valueSet.getCompose().getInclude().stream()
              .map(ValueSet.ConceptSetComponent::getSystem)
              .collect(Collectors.toSet()));
    }
    if (resource instanceof StructureDefinition definition) {
      definitions.put(definition.getUrl(), definition);
      for (ElementDefinition element : definition.getDifferential().getElement()) {
        for (ElementDefinitionConstraintComponent constraint : element.getConstraint()) {
          Extension mend = constraint.getExtensionByUrl(Canonical.CONSTRAINT_MEND);
          if (mend == null) {
            throw new IllegalStateException(constraint.getKey() + " does not say how to mend it");
          }
          rules.put(
              constraint.getKey(),
              new Rule(
                  bilingual(constraint.getHumanElement()),
                  bilingual((StringType) mend.getValue())));
        }
      }
    }
  }

  static Bilingual bilingual(StringType text) {
    for (Extension translation : text.getExtensionsByUrl(TRANSLATION)) {
      if (translation.getExtensionString("lang").startsWith("zh")) {
        return new Bilingual(translation.getExtensionString("content"), text.getValue());
      }
    }
    throw new IllegalStateException("\"" + text.getValue() + "\" has no Chinese translation");
  }
}
