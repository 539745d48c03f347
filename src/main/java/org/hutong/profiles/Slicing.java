package org.hutong.profiles;

import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r5.model.ElementDefinition;
import org.hl7.fhir.r5.model.ElementDefinition.ElementDefinitionSlicingComponent;
import org.hl7.fhir.r5.model.ElementDefinition.ElementDefinitionSlicingDiscriminatorComponent;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.jspecify.annotations.Nullable;

/** How a profile tells the slices of an element apart. */
final class Slicing {
  private Slicing() {}

  /** How to tell a slice; null when that is not among what is compiled. */
  static @Nullable List<Rules.Test> tests(
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

  private static Rules.@Nullable Test test(
      StructureDefinition definition,
      int index,
      ElementDefinitionSlicingDiscriminatorComponent by) {
    List<ElementDefinition> elements = definition.getSnapshot().getElement();
    ElementDefinition slice = elements.get(index);
    boolean itself = by.getPath().equals("$this");
    List<String> path = itself ? List.of() : List.of(by.getPath().split("\\."));
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
}
