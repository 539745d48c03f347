package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;
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
import org.hutong.fhir.Language;
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

  /** Letters by which two URLs of the same extension may differ. */
  private static final int MOST_DIFFERENCES = 3;

  private final PrePopulatedValidationSupport support;
  private final Map<String, StructureDefinition> definitions = new LinkedHashMap<>();
  private final List<SearchParameter> searchParameters = new ArrayList<>();
  private final Set<String> openTables = new HashSet<>();
  private final Map<String, Set<String>> tables = new HashMap<>();
  private final Map<String, Rule> rules = new LinkedHashMap<>();
  private final List<NamingSystem> namingSystems = new ArrayList<>();
  private final List<CodeSystem> codeSystems = new ArrayList<>();
  private final List<ConceptMap> conceptMaps = new ArrayList<>();

  /**
   * An invariant of ours.
   *
   * @param what what it says
   * @param mend how to comply
   * @param basis what it rests on, a national standard or a decision of ours
   * @param expression its FHIRPath
   * @param places what is to be mended, see {@link Canonical#CONSTRAINT_PLACE}; empty for the
   *     element at which it stands
   */
  record Rule(
      Bilingual what,
      Bilingual mend,
      @Nullable Bilingual basis,
      String expression,
      List<String> places) {}

  private FhirPackage(FhirContext context) {
    this.support = new PrePopulatedValidationSupport(context);
  }

  public static FhirPackage fromClassPath(FhirContext context) {
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
    return new NamedSystems(namingSystems, codeSystems, choice().systems());
  }

  /** Its code tables, and how codings may speak of them. */
  OwnTables ownTables() {
    NamedSystems systems = systems();
    Set<String> known = Set.copyOf(systems.spellings().values());
    return new OwnTables(codeSystems, system -> known.contains(systems.primary(system)));
  }

  /** The maps between tables. */
  ConceptMaps maps() {
    return new ConceptMaps(conceptMaps);
  }

  /** Our profiles and extensions. */
  Collection<StructureDefinition> definitions() {
    return Collections.unmodifiableCollection(definitions.values());
  }

  /** The extension of ours whose URL is the least different; null when none is like it. */
  @Nullable String extensionLike(String named) {
    String url = named.toLowerCase(Locale.ROOT);
    LevenshteinDistance differences = LevenshteinDistance.getDefaultInstance();
    return definitions.values().stream()
        .filter(definition -> definition.getType().equals("Extension"))
        .map(StructureDefinition::getUrl)
        .filter(known -> differences.apply(known, url) <= MOST_DIFFERENCES)
        .min(Comparator.comparing(known -> differences.apply(known, url)))
        .orElse(null);
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
                  bilingual((StringType) mend.getValue()),
                  constraint.hasRequirements()
                      ? bilingual(constraint.getRequirementsElement())
                      : null,
                  constraint.getExpression(),
                  constraint.getExtensionsByUrl(Canonical.CONSTRAINT_PLACE).stream()
                      .map(place -> place.getValue().primitiveValue())
                      .toList()));
        }
      }
    }
  }

  static Bilingual bilingual(StringType text) {
    String zh = translation(text, Language.ZH);
    if (zh == null) {
      throw new IllegalStateException("\"" + text.getValue() + "\" has no Chinese translation");
    }
    return new Bilingual(zh, text.getValue());
  }

  /** A text in another language than its own; null when it has no translation into that. */
  static @Nullable String translation(StringType text, Language language) {
    for (Extension translation : text.getExtensionsByUrl(TRANSLATION)) {
      if (Concepts.isIn(translation.getExtensionString("lang"), language)) {
        return translation.getExtensionString("content");
      }
    }
    return null;
  }

  /**
   * What an element is called by one of our profiles, or by one that it builds on; null when they
   * do not say.
   *
   * @param profile canonical URL
   * @param id of the ElementDefinition, such as {@code Patient.identifier:idCard}
   */
  @Nullable Bilingual label(String profile, String id) {
    for (StructureDefinition definition = definitions.get(profile);
        definition != null;
        definition = definitions.get(definition.getBaseDefinition())) {
      for (ElementDefinition element : definition.getDifferential().getElement()) {
        if (id.equals(element.getId()) && element.hasShort()) {
          return bilingual(element.getShortElement());
        }
      }
    }
    return null;
  }

  /** What one of our profiles or extensions is called; null when it is none of ours. */
  @Nullable Bilingual title(String url) {
    StructureDefinition definition = definitions.get(url);
    return definition == null ? null : bilingual(definition.getTitleElement());
  }
}
