package org.hutong.profiles;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ResourceType;
import org.hl7.fhir.r5.context.IWorkerContext;
import org.hl7.fhir.r5.extensions.ExtensionDefinitions;
import org.hl7.fhir.r5.fhirpath.FHIRPathEngine;
import org.hl7.fhir.r5.model.CanonicalType;
import org.hl7.fhir.r5.model.ElementDefinition;
import org.hl7.fhir.r5.model.ElementDefinition.ElementDefinitionBindingComponent;
import org.hl7.fhir.r5.model.ElementDefinition.ElementDefinitionConstraintComponent;
import org.hl7.fhir.r5.model.ElementDefinition.ElementDefinitionSlicingComponent;
import org.hl7.fhir.r5.model.ElementDefinition.ElementDefinitionSlicingDiscriminatorComponent;
import org.hl7.fhir.r5.model.ElementDefinition.SlicingRules;
import org.hl7.fhir.r5.model.ElementDefinition.TypeRefComponent;
import org.hl7.fhir.r5.model.Enumerations.BindingStrength;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hl7.fhir.r5.model.StructureDefinition.ExtensionContextType;
import org.hl7.fhir.r5.model.StructureDefinition.StructureDefinitionContextComponent;
import org.hl7.fhir.r5.model.ValueSet;
import org.jspecify.annotations.Nullable;

/**
 * The profiles, extensions and types in compiled form, from the same snapshots that the full
 * validator reads. Each is compiled when first met.
 */
final class RuleBook {
  /** Prefix of the canonical URLs of R4's own definitions. */
  static final String R4 = "http://hl7.org/fhir/StructureDefinition/";

  /** Invariants that hold by construction, or are checked by hand in {@link Rules}. */
  private static final Set<String> ELSEWHERE =
      Set.of("ele-1", "ext-1", "txt-1", "txt-2", "ref-1", "dom-2", "dom-3", "dom-4", "dom-5");

  private static final Set<String> TYPES =
      Arrays.stream(ResourceType.values()).map(Enum::name).collect(Collectors.toSet());

  private final IWorkerContext context;
  private final Codes codes;
  private volatile @Nullable FHIRPathEngine parser;
  private final Map<String, Rules> rules = new ConcurrentHashMap<>();
  private final Map<String, Optional<Known>> extensions = new ConcurrentHashMap<>();

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

  RuleBook(IWorkerContext context) {
    this.context = context;
    this.codes = new Codes(context);
  }

  Codes codes() {
    return codes;
  }

  /** The type of resource that a literal reference names; null when it does not say. */
  static @Nullable String typeOf(String reference) {
    String[] parts = reference.split("/");
    if (parts.length < 2 || !Formats.isId(parts[parts.length - 1])) {
      return null;
    }
    String type = parts[parts.length - 2];
    boolean plain = parts.length == 2 || Formats.isAbsolute(reference);
    return plain && TYPES.contains(type) && reference.indexOf('?') < 0 && isVisible(reference)
        ? type
        : null;
  }

  private static boolean isVisible(String reference) {
    return reference.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  /** The rules of a profile or type; null when nobody knows it, or it imposes another. */
  @Nullable Rules of(String url) {
    Rules known = rules.get(url);
    if (known == null) {
      StructureDefinition definition = definition(url);
      if (definition == null) {
        return null;
      }
      known = rules.computeIfAbsent(url, u -> new Rules(() -> compile(definition, 0)));
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
    Optional<Known> known = extensions.get(url);
    if (known == null) {
      known = Optional.ofNullable(known(url));
      if (known.isPresent()) { // those that are not are for clients to invent
        extensions.put(url, known);
      }
    }
    return known.orElse(null);
  }

  private @Nullable Known known(String url) {
    StructureDefinition definition = definition(url);
    if (definition == null) {
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

  private @Nullable StructureDefinition definition(String url) {
    StructureDefinition definition = context.fetchResource(StructureDefinition.class, url);
    return definition != null
            && definition.hasSnapshot()
            && !definition.hasExtension(ExtensionDefinitions.EXT_SD_IMPOSE_PROFILE)
        ? definition
        : null;
  }

  private Rules inside(StructureDefinition definition, int index) {
    String key =
        definition.getUrl() + "#" + definition.getSnapshot().getElement().get(index).getId();
    return rules.computeIfAbsent(key, k -> new Rules(() -> compile(definition, index)));
  }

  private Rules.Content compile(StructureDefinition definition, int index) {
    List<ElementDefinition> elements = definition.getSnapshot().getElement();
    ElementDefinition parent = elements.get(index);
    Map<String, List<Integer>> children = new LinkedHashMap<>();
    String prefix = parent.getPath() + ".";
    for (int i = index + 1; i < elements.size(); i++) {
      String path = elements.get(i).getPath();
      if (!path.startsWith(prefix)) {
        break;
      }
      String name = path.substring(prefix.length());
      if (name.indexOf('.') < 0 && !isValueOfPrimitive(elements.get(i), name)) {
        children.computeIfAbsent(name, n -> new ArrayList<>()).add(i);
      }
    }
    List<Rules.Slot> slots = new ArrayList<>();
    children.forEach((name, indexes) -> slots.add(slot(definition, name, indexes)));
    // What is said at the definition of a child is asked where the child stands.
    List<Rules.Invariant> invariants =
        parent.getPath().indexOf('.') < 0 ? invariants(parent) : List.of();
    return new Rules.Content(List.copyOf(slots), invariants);
  }

  private static boolean isValueOfPrimitive(ElementDefinition element, String name) {
    return name.equals("value")
        && element.hasType()
        && element.getTypeFirstRep().getCode().startsWith("http://hl7.org/fhirpath/");
  }

  private Rules.Slot slot(StructureDefinition definition, String choice, List<Integer> indexes) {
    List<ElementDefinition> elements = definition.getSnapshot().getElement();
    ElementDefinition first = elements.get(indexes.get(0));
    String name = choice.replace("[x]", "");
    ElementDefinitionSlicingComponent slicing =
        first.hasSlicing() ? first.getSlicing() : new ElementDefinitionSlicingComponent();
    String obstacle = first.hasSliceName() ? "slice without slicing" : null;
    List<Rules.Slice> slices = new ArrayList<>();
    for (int index : indexes.subList(1, indexes.size())) {
      ElementDefinition slice = elements.get(index);
      List<Rules.Test> tests = tests(definition, index, slicing);
      if (tests == null || !slice.hasSliceName() || slice.getSliceName().indexOf('/') >= 0) {
        obstacle = "slicing of " + slice.getId();
      } else {
        slices.add(
            new Rules.Slice(
                slice.getSliceName(),
                slice.getMin(),
                max(slice),
                tests,
                item(definition, index, null)));
      }
    }
    if (first.hasSlicing()
        && (slicing.getOrdered() || slicing.getRules() == SlicingRules.OPENATEND)) {
      obstacle = "ordered slices";
    }
    return new Rules.Slot(
        name,
        name.hashCode(),
        first.getMin(),
        max(first),
        item(definition, indexes.get(0), obstacle),
        List.copyOf(slices),
        first.hasSlicing() && slicing.getRules() == SlicingRules.CLOSED);
  }

  private static int max(ElementDefinition element) {
    return "*".equals(element.getMax()) ? Integer.MAX_VALUE : Integer.parseInt(element.getMax());
  }

  /** How to tell a slice; null when that is not among what is compiled. */
  private @Nullable List<Rules.Test> tests(
      StructureDefinition definition, int index, ElementDefinitionSlicingComponent slicing) {
    List<Rules.Test> tests = new ArrayList<>();
    for (ElementDefinitionSlicingDiscriminatorComponent by : slicing.getDiscriminator()) {
      Rules.Test test = test(definition, index, by);
      if (test == null) {
        return null;
      }
      tests.add(test);
    }
    return tests.isEmpty() ? null : tests;
  }

  private Rules.@Nullable Test test(
      StructureDefinition definition,
      int index,
      ElementDefinitionSlicingDiscriminatorComponent by) {
    List<ElementDefinition> elements = definition.getSnapshot().getElement();
    ElementDefinition slice = elements.get(index);
    boolean itself = by.getPath().equals("$this");
    List<String> path = itself ? List.of() : Rules.path(by.getPath());
    if (path.stream().anyMatch(step -> !step.matches("[a-z][A-Za-z]*"))) {
      return null;
    }
    ElementDefinition criterion = slice;
    if (!itself) {
      String id = slice.getId() + "." + by.getPath();
      criterion =
          elements.stream().filter(element -> id.equals(element.getId())).findFirst().orElse(null);
    }
    if (by.getPath().equals("url") && isExtension(slice)) {
      String url = slice.getTypeFirstRep().getProfile().get(0).getValue();
      return new Rules.Test(path, new Likeness(url, List.of(), true), null, null);
    }
    if (criterion == null) {
      return null;
    }
    return switch (by.getType()) {
      case VALUE, PATTERN -> {
        if (criterion.hasFixed() && criterion.getFixed().isPrimitive()) {
          yield new Rules.Test(path, Likeness.of(criterion.getFixed(), true), null, null);
        }
        yield criterion.hasPattern()
            ? new Rules.Test(path, Likeness.of(criterion.getPattern(), false), null, null)
            : null;
      }
      case TYPE ->
          criterion.getType().size() == 1
              ? new Rules.Test(path, null, criterion.getTypeFirstRep().getWorkingCode(), null)
              : null;
      case EXISTS ->
          criterion.getMin() > 0 || "0".equals(criterion.getMax())
              ? new Rules.Test(path, null, null, criterion.getMin() > 0)
              : null;
      default -> null;
    };
  }

  private static boolean isExtension(ElementDefinition element) {
    return element.getType().size() == 1
        && element.getTypeFirstRep().getWorkingCode().equals("Extension")
        && element.getTypeFirstRep().getProfile().size() == 1;
  }

  private Rules.Item item(
      StructureDefinition definition, int index, @Nullable String givenObstacle) {
    List<ElementDefinition> elements = definition.getSnapshot().getElement();
    ElementDefinition element = elements.get(index);
    String obstacle = givenObstacle == null ? obstacle(element) : givenObstacle;
    Map<String, Rules> types = new LinkedHashMap<>();
    Set<String> targets = new LinkedHashSet<>();
    boolean backbone = false;
    Rules inside = hasChildren(elements, index) ? inside(definition, index) : null;
    List<Rules.Invariant> invariants = new ArrayList<>(invariants(element));
    if (element.hasContentReference()) {
      backbone = true;
      int referred = referred(elements, element.getContentReference());
      if (referred < 0) {
        obstacle = "reference to other content";
      } else {
        inside = inside(definition, referred);
        invariants.addAll(invariants(elements.get(referred)));
      }
    }
    for (TypeRefComponent type : element.getType()) {
      String code = type.getWorkingCode();
      if (code.equals("BackboneElement") || code.equals("Element")) {
        backbone = true;
        continue;
      }
      String url = R4 + code;
      if (type.getProfile().size() > 1) {
        obstacle = "several profiles of a type";
      } else if (type.hasProfile() && !code.equals("Extension")) {
        url = type.getProfile().get(0).getValue();
      }
      Rules ofType = of(url);
      if (ofType == null) {
        obstacle = "unknown type";
      } else {
        types.put(code, ofType);
      }
      if (code.equals("Reference")) {
        type.getTargetProfile().forEach(target -> targets.add(target(target)));
        if (type.hasAggregation()) {
          obstacle = "aggregation";
        }
      }
    }
    if (targets.contains(R4 + "Resource")) {
      targets.clear();
    }
    List<Likeness> likenesses = new ArrayList<>();
    if (element.hasFixed()) {
      likenesses.add(Likeness.of(element.getFixed(), true));
    }
    if (element.hasPattern()) {
      likenesses.add(Likeness.of(element.getPattern(), false));
    }
    return new Rules.Item(
        Map.copyOf(types),
        backbone,
        inside,
        List.copyOf(likenesses),
        binding(definition, element),
        element.hasMaxLength() && element.getMaxLength() > 0
            ? element.getMaxLength()
            : Integer.MAX_VALUE,
        Set.copyOf(targets),
        List.copyOf(invariants),
        obstacle);
  }

  private static boolean hasChildren(List<ElementDefinition> elements, int index) {
    return index + 1 < elements.size()
        && elements.get(index + 1).getPath().startsWith(elements.get(index).getPath() + ".");
  }

  private static int referred(List<ElementDefinition> elements, String reference) {
    String id = reference.substring(reference.indexOf('#') + 1);
    for (int i = 0; i < elements.size(); i++) {
      if (id.equals(elements.get(i).getId())) {
        return i;
      }
    }
    return -1;
  }

  /** The type behind a target profile, for a Reference names types, not profiles. */
  private String target(CanonicalType target) {
    StructureDefinition definition = definition(target.getValue());
    return definition == null ? target.getValue() : R4 + definition.getType();
  }

  /** What an element demands beyond what is compiled; null when nothing. */
  private static @Nullable String obstacle(ElementDefinition element) {
    boolean demanding =
        element.hasMinValue()
            || element.hasMaxValue()
            || element.getMustHaveValue()
            || element.hasValueAlternatives()
            || element.hasBinding() && element.getBinding().hasAdditional()
            || element.hasExtension(ExtensionDefinitions.EXT_REGEX)
            || element.hasExtension(ExtensionDefinitions.EXT_MIN_LENGTH)
            || element.hasExtension(ExtensionDefinitions.EXT_MAX_DECIMALS)
            || element.hasExtension(ExtensionDefinitions.EXT_MAX_SIZE)
            || element.hasExtension(ExtensionDefinitions.EXT_DATE_RULES)
            || element.getPath().endsWith(".modifierExtension");
    return demanding ? "demand of " + element.getId() : null;
  }

  private Codes.@Nullable Binding binding(
      StructureDefinition definition, ElementDefinition element) {
    if (!element.hasBinding()) {
      return null;
    }
    ElementDefinitionBindingComponent binding = element.getBinding();
    if (!binding.hasValueSet() || binding.getStrength() == BindingStrength.EXAMPLE) {
      return null;
    }
    String url = binding.getValueSet();
    return new Codes.Binding(
        url,
        binding.getStrength(),
        binding.hasExtension(ExtensionDefinitions.EXT_MAX_VALUESET),
        context.findTxResource(ValueSet.class, url, null, definition));
  }

  private List<Rules.Invariant> invariants(ElementDefinition element) {
    List<Rules.Invariant> invariants = new ArrayList<>();
    for (ElementDefinitionConstraintComponent constraint : element.getConstraint()) {
      if (constraint.hasExpression() && !isElsewhere(constraint)) {
        invariants.add(
            new Rules.Invariant(
                constraint.getKey(),
                PathExpression.compile(parser(), constraint.getKey(), constraint.getExpression())));
      }
    }
    return List.copyOf(invariants);
  }

  /** Whether an invariant is seen to elsewhere, or only advises. */
  static boolean isElsewhere(ElementDefinitionConstraintComponent constraint) {
    return ELSEWHERE.contains(constraint.getKey())
        || constraint.hasExtension(ExtensionDefinitions.EXT_BEST_PRACTICE);
  }

  /** Reads all definitions when it is made, which is not to be waited for at the start. */
  private FHIRPathEngine parser() {
    FHIRPathEngine made = parser;
    if (made == null) {
      made = new FHIRPathEngine(context);
      parser = made;
    }
    return made;
  }
}
