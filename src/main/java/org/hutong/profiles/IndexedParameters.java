package org.hutong.profiles;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeChildChoiceDefinition;
import ca.uhn.fhir.context.RuntimeChildPrimitiveEnumerationDatatypeDefinition;
import ca.uhn.fhir.util.HapiExtensions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.instance.model.api.IBaseEnumFactory;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.SearchParameter;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.NameIndex;
import org.hutong.store.IndexRules;
import org.jspecify.annotations.Nullable;

/**
 * The SearchParameters that are indexed: those that the CapabilityStatement declares; one hidden
 * parameter for the order of persons' names; and one hidden reference parameter per type ({@value
 * #LINKS}) for the reference elements that no declared parameter reaches. So every reference of
 * every resource is a link: an unknown one is refused, a deletion that would break one too, and
 * {@code $everything} follows it.
 */
public final class IndexedParameters {
  /** Code of the hidden parameter. Clients cannot search by it: it is not declared. */
  public static final String LINKS = IndexRules.LINKS;

  /** What HAPI's enumerations say of an element that has only an extension. */
  private static final String UNSAID = "NULL";

  /** How a path ends that takes a choice as a reference. */
  private static final String REFERENCE = ".ofType(Reference)";

  /** A whole alternative of a search expression that is nothing but an element. */
  private static final Pattern PATH =
      Pattern.compile("\\(?([A-Z][A-Za-z]+(?:\\.[a-z][A-Za-z]*)+)(?: as Reference)?\\)?");

  /** HAPI's model lets an open type be these; FHIR R4 (§2.24.0.4) does not. */
  private static final Set<Class<?>> NO_VALUES = Set.of(ElementDefinition.class, Extension.class);

  private final Map<String, SearchParameter> byId;
  private final Map<String, Map<String, SearchParameter>> declared;
  private final Map<String, Map<String, String>> definitions;
  private final Map<String, Map<String, Set<String>>> codes;

  private IndexedParameters(
      Map<String, SearchParameter> byId,
      Map<String, Map<String, SearchParameter>> declared,
      Map<String, Map<String, String>> definitions,
      Map<String, Map<String, Set<String>>> codes) {
    this.byId = byId;
    this.declared = declared;
    this.definitions = definitions;
    this.codes = codes;
  }

  /** Chooses them among ours and those of the R4 specification. */
  public static IndexedParameters of(
      FhirContext context, Declared declared, FhirPackage fhirPackage) {
    return of(context, declared, definitions(context, fhirPackage));
  }

  static IndexedParameters of(
      FhirContext context, Declared declared, Map<String, SearchParameter> byUrl) {
    Map<String, SearchParameter> indexed = new LinkedHashMap<>();
    Map<String, Map<String, SearchParameter>> byType = new TreeMap<>();
    Map<String, Map<String, String>> texts = new TreeMap<>();
    Map<String, Map<String, Set<String>>> codes = new TreeMap<>();
    for (String typeName : declared.types()) {
      Declared.Type type = declared.type(typeName);
      if (type == null || type.searchParameters().isEmpty() || !declared.stores(typeName)) {
        continue;
      }
      Set<String> reached = new HashSet<>();
      type.searchParameters()
          .forEach(
              (code, url) -> {
                SearchParameter definition = byUrl.get(url);
                if (definition == null || !definition.getCode().equals(code)) {
                  throw new IllegalStateException(
                      "The CapabilityStatement declares "
                          + typeName
                          + "."
                          + code
                          + " by "
                          + url
                          + ", which defines no such parameter");
                }
                if (definition.getType() == SearchParamType.REFERENCE) {
                  reached.addAll(paths(definition.getExpression()));
                }
                SearchParameter own =
                    indexed.computeIfAbsent(definition.getIdPart(), id -> narrowed(definition));
                own.addBase(typeName);
                byType
                    .computeIfAbsent(typeName, name -> new TreeMap<>())
                    .put(code, searchable(own, declared));
                texts
                    .computeIfAbsent(typeName, name -> new TreeMap<>())
                    .put(code, text(definition));
                codes
                    .computeIfAbsent(typeName, name -> new TreeMap<>())
                    .put(code, codes(context, typeName, definition));
              });
      if (NameIndex.has(typeName, NameIndex.NAME)
          && type.searchParameters().containsKey(NameIndex.NAME)) {
        SearchParameter order = order(typeName);
        indexed.put(order.getIdPart(), order);
        texts.computeIfAbsent(typeName, name -> new TreeMap<>()).put(NameIndex.ORDER, text(order));
      }
      SearchParameter links = links(context, typeName, reached);
      indexed.put(links.getIdPart(), links);
      texts
          .computeIfAbsent(typeName, name -> new TreeMap<>())
          .put(LINKS, elements(typeName, reached, links));
    }
    return new IndexedParameters(indexed, byType, texts, codes);
  }

  static Map<String, SearchParameter> definitions(FhirContext context, FhirPackage fhirPackage) {
    Map<String, SearchParameter> byUrl = new LinkedHashMap<>();
    fhirPackage.searchParameters().forEach(own -> byUrl.put(own.getUrl(), own));
    List<IBaseResource> all = context.getValidationSupport().fetchAllSearchParameters();
    if (all == null) {
      throw new IllegalStateException("The class path lacks the R4 search parameters");
    }
    for (IBaseResource definition : all) {
      SearchParameter parameter = (SearchParameter) definition;
      byUrl.put(parameter.getUrl(), parameter);
    }
    return byUrl;
  }

  public List<SearchParameter> all() {
    return List.copyOf(byId.values());
  }

  /** A parameter by its logical id; null when it is not indexed. */
  public @Nullable SearchParameter byId(String id) {
    return byId.get(id);
  }

  /** A declared parameter of a type; null when the type declares none of that code. */
  public @Nullable SearchParameter declared(String type, String code) {
    return declared.getOrDefault(type, Map.of()).get(code);
  }

  /**
   * What decides on the index rows of each parameter, by type and code. {@link #LINKS} stands for
   * all elements that are links, whichever parameter reaches them: one that moves from it to a
   * declared parameter was a link before.
   */
  public Map<String, Map<String, String>> definitions() {
    return definitions;
  }

  /**
   * The codes of which a value must be one, where R4 lays them down for the element; empty where it
   * does not.
   */
  public Set<String> codes(String type, String code) {
    return codes.getOrDefault(type, Map.of()).getOrDefault(code, Set.of());
  }

  private static Set<String> codes(FhirContext context, String type, SearchParameter definition) {
    if (definition.getType() != SearchParamType.TOKEN) {
      return Set.of();
    }
    Set<String> codes = new LinkedHashSet<>();
    for (String path : paths(definition.getExpression())) {
      if (path.startsWith(type + ".")) {
        codes.addAll(codes(context, path));
      }
    }
    return codes;
  }

  /** The codes of an element that takes no others. */
  private static Set<String> codes(FhirContext context, String path) {
    String[] names = path.split("\\.");
    @Nullable BaseRuntimeElementDefinition<?> at = context.getResourceDefinition(names[0]);
    @Nullable BaseRuntimeChildDefinition child = null;
    for (int i = 1; i < names.length; i++) {
      child =
          at instanceof BaseRuntimeElementCompositeDefinition<?> composite
              ? composite.getChildByName(names[i])
              : null;
      at = child == null ? null : child.getChildByName(names[i]);
    }
    Set<String> codes = new LinkedHashSet<>();
    if (child instanceof RuntimeChildPrimitiveEnumerationDatatypeDefinition bound) {
      for (Enum<?> value : bound.getBoundEnumType().getEnumConstants()) {
        if (!value.name().equals(UNSAID)) {
          codes.add(code(bound.getInstanceConstructorArguments(), value));
        }
      }
    }
    return codes;
  }

  @SuppressWarnings("unchecked")
  private static <T extends Enum<?>> String code(Object factory, T value) {
    return ((IBaseEnumFactory<T>) factory).toCode(value);
  }

  /** What {@code _include} may name in a search for the type, as {@code type:code}. */
  public Set<String> includes(String type) {
    Set<String> includes = new TreeSet<>();
    declared
        .getOrDefault(type, Map.of())
        .forEach(
            (code, parameter) -> {
              if (parameter.getType() == SearchParamType.REFERENCE
                  && !parameter.getTarget().isEmpty()) {
                includes.add(type + ":" + code);
              }
            });
    return includes;
  }

  /** What {@code _revinclude} may name in a search for the type, as {@code type:code}. */
  public Set<String> revIncludes(String type) {
    Set<String> includes = new TreeSet<>();
    declared.forEach(
        (source, parameters) ->
            parameters.forEach(
                (code, parameter) -> {
                  if (parameter.hasTarget(type)) {
                    includes.add(source + ":" + code);
                  }
                }));
    return includes;
  }

  private static String text(SearchParameter definition) {
    Set<String> targets = new TreeSet<>();
    definition.getTarget().forEach(target -> targets.add(target.getValue()));
    return definition.getType().toCode() + "\n" + definition.getExpression() + "\n" + targets;
  }

  private static String elements(String type, Set<String> reached, SearchParameter links) {
    Set<String> elements = new TreeSet<>();
    for (String path : reached) {
      if (path.startsWith(type + ".")) {
        elements.add(path);
      }
    }
    for (String path : links.getExpression().split(" \\| ")) {
      elements.add(path.endsWith(REFERENCE) ? path.substring(0, path.lastIndexOf('.')) : path);
    }
    return elements.toString();
  }

  /** The same definition, for the types that declare it only. */
  private static SearchParameter narrowed(SearchParameter definition) {
    SearchParameter own = definition.copy();
    own.setBase(new ArrayList<>());
    own.setStatus(PublicationStatus.ACTIVE);
    return own;
  }

  /** The same as a client sees it: referring to declared types only. */
  private static SearchParameter searchable(SearchParameter indexed, Declared declared) {
    SearchParameter searchable = indexed.copy();
    searchable.getTarget().removeIf(target -> !declared.stores(target.getValue()));
    return searchable;
  }

  private static SearchParameter links(FhirContext context, String type, Set<String> reached) {
    Set<String> paths = new TreeSet<>(Comparator.naturalOrder());
    collect(context.getResourceDefinition(type), type, Set.of(), reached, paths);
    paths.add(type + ".extension.value.ofType(Reference)");
    paths.add(type + ".extension.extension.value.ofType(Reference)");

    SearchParameter links = hidden(type, LINKS, SearchParamType.REFERENCE);
    links.setDescription("Every reference that no declared search parameter reaches");
    links.addExtension(
        HapiExtensions.EXT_SEARCHPARAM_ENABLED_FOR_SEARCHING, new BooleanType(false));
    links.setExpression(String.join(" | ", paths));
    return links;
  }

  private static SearchParameter order(String type) {
    SearchParameter order = hidden(type, NameIndex.ORDER, SearchParamType.STRING);
    order.setDescription("The place of a person's name among others");
    order.setExpression(type + ".name");
    return order;
  }

  /** A parameter that no client can name. */
  private static SearchParameter hidden(String type, String code, SearchParamType kind) {
    SearchParameter hidden = new SearchParameter();
    hidden.setId(type + "-" + code);
    hidden.setUrl(Canonical.BASE + "/SearchParameter/" + type + "-" + code);
    hidden.setName(code);
    hidden.setCode(code);
    hidden.setStatus(PublicationStatus.ACTIVE);
    hidden.setType(kind);
    hidden.getBase().add(new CodeType(type));
    return hidden;
  }

  /** Walks a type's definition; an element that holds itself is followed by FHIRPath's repeat(). */
  private static void collect(
      BaseRuntimeElementCompositeDefinition<?> definition,
      String path,
      Set<BaseRuntimeElementDefinition<?>> ancestors,
      Set<String> reached,
      Set<String> found) {
    for (BaseRuntimeChildDefinition child : definition.getChildren()) {
      String name = child.getElementName();
      if (name.contains("xtension") || name.equals("contained")) {
        continue;
      }
      boolean choice = name.endsWith("[x]");
      String childPath = path + "." + (choice ? name.substring(0, name.length() - 3) : name);
      for (String valid : child.getValidChildNames()) {
        BaseRuntimeElementDefinition<?> type = child.getChildByName(valid);
        if (type != null && type.getImplementingClass() == Reference.class) {
          if (!reached.contains(childPath)) {
            found.add(choice ? childPath + ".ofType(Reference)" : childPath);
          }
        } else if (type instanceof BaseRuntimeElementCompositeDefinition<?> composite
            && !ancestors.contains(type)
            && !NO_VALUES.contains(type.getImplementingClass())) {
          Set<BaseRuntimeElementDefinition<?>> deeper = new HashSet<>(ancestors);
          deeper.add(type);
          String typed = choice ? childPath + ".ofType(" + type.getName() + ")" : childPath;
          collect(composite, typed, deeper, reached, found);
          for (String itself : itself(composite)) {
            collect(composite, typed + ".repeat(" + itself + ")", deeper, reached, found);
          }
        }
      }
    }
  }

  /** Names of the children of an element that are of the element's own type. */
  private static Set<String> itself(BaseRuntimeElementCompositeDefinition<?> definition) {
    Set<String> names = new TreeSet<>();
    for (BaseRuntimeChildDefinition child : definition.getChildren()) {
      // A choice, and so every extension, asserts that it is asked for by the name of one type.
      if (!(child instanceof RuntimeChildChoiceDefinition)
          && definition.equals(child.getChildByName(child.getElementName()))) {
        names.add(child.getElementName());
      }
    }
    return names;
  }

  /**
   * The elements that an expression reaches whatever they refer to. An alternative with a filter
   * does not count: {@code subject.where(resolve() is Patient)} leaves a Group unlinked.
   */
  private static Set<String> paths(String expression) {
    Set<String> paths = new HashSet<>();
    for (String alternative : expression.split("\\|")) {
      Matcher matcher = PATH.matcher(alternative.trim());
      if (matcher.matches()) {
        paths.add(matcher.group(1));
      }
    }
    return paths;
  }
}
