package org.hutong.profiles;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r5.context.IWorkerContext;
import org.hl7.fhir.r5.extensions.ExtensionDefinitions;
import org.hl7.fhir.r5.fhirpath.FHIRPathEngine;
import org.hl7.fhir.r5.model.CanonicalType;
import org.hl7.fhir.r5.model.ElementDefinition;
import org.hl7.fhir.r5.model.ElementDefinition.ElementDefinitionBindingComponent;
import org.hl7.fhir.r5.model.ElementDefinition.ElementDefinitionConstraintComponent;
import org.hl7.fhir.r5.model.ElementDefinition.ElementDefinitionSlicingComponent;
import org.hl7.fhir.r5.model.ElementDefinition.SlicingRules;
import org.hl7.fhir.r5.model.ElementDefinition.TypeRefComponent;
import org.hl7.fhir.r5.model.Enumerations.BindingStrength;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hl7.fhir.r5.model.ValueSet;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the snapshot of a definition, as the full validator reads it, into {@link Rules}. What
 * it cannot compile becomes an obstacle, which leaves the element to the full validator.
 */
final class RuleCompiler {
  /**
   * Invariants that hold by construction, or are checked by hand in {@link Rules} and {@link
   * SpecialTypes}.
   */
  private static final Set<String> ELSEWHERE =
      Set.of("ele-1", "ext-1", "txt-1", "txt-2", "ref-1", "dom-2", "dom-3", "dom-4", "dom-5");

  private final IWorkerContext context;
  private final RuleBook book;
  private volatile @Nullable FHIRPathEngine parser;

  RuleCompiler(IWorkerContext context, RuleBook book) {
    this.context = context;
    this.book = book;
  }

  /** What a definition says of the inside of one of its elements. */
  Rules.Content compile(StructureDefinition definition, int index) {
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
      List<Rules.Test> tests = Slicing.tests(definition, index, slicing);
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

  private Rules.Item item(
      StructureDefinition definition, int index, @Nullable String givenObstacle) {
    List<ElementDefinition> elements = definition.getSnapshot().getElement();
    ElementDefinition element = elements.get(index);
    String obstacle = givenObstacle == null ? obstacle(element) : givenObstacle;
    Map<String, Rules> types = new LinkedHashMap<>();
    Set<String> targets = new LinkedHashSet<>();
    boolean backbone = false;
    Rules inside = hasChildren(elements, index) ? book.inside(definition, index) : null;
    List<Rules.Invariant> invariants = new ArrayList<>(invariants(element));
    if (element.hasContentReference()) {
      backbone = true;
      int referred = referred(elements, element.getContentReference());
      if (referred < 0) {
        obstacle = "reference to other content";
      } else {
        inside = book.inside(definition, referred);
        invariants.addAll(invariants(elements.get(referred)));
      }
    }
    for (TypeRefComponent type : element.getType()) {
      String code = type.getWorkingCode();
      if (code.equals("BackboneElement") || code.equals("Element")) {
        backbone = true;
        continue;
      }
      String url = RuleBook.R4 + code;
      if (type.getProfile().size() > 1) {
        obstacle = "several profiles of a type";
      } else if (type.hasProfile() && !code.equals("Extension")) {
        url = type.getProfile().get(0).getValue();
      }
      Rules ofType = book.of(url);
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
    if (targets.contains(RuleBook.R4 + "Resource")) {
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
    StructureDefinition definition = book.definition(target.getValue());
    return definition == null ? target.getValue() : RuleBook.R4 + definition.getType();
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
