package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r4.fhirpath.FHIRPathEngine;
import org.hl7.fhir.r4.hapi.ctx.HapiWorkerContext;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Places;

/**
 * Finds the elements to mend where a rule is broken that judges several together: a validator names
 * only the element at which the rule stands, which is most often the resource as a whole.
 */
final class Culprits {
  /** Names and dots: what may be missing. */
  private static final Pattern PATH = Pattern.compile("[a-z][A-Za-z]*(\\.[a-z][A-Za-z]*)*");

  private final FHIRPathEngine paths;

  Culprits(FhirContext context) {
    // Knows no types: these expressions name them themselves.
    this.paths =
        new FHIRPathEngine(
            new HapiWorkerContext(context, new PrePopulatedValidationSupport(context)));
  }

  /**
   * Where something is to be mended.
   *
   * @param expressions of the rule, see {@link Canonical#CONSTRAINT_PLACE}
   * @param at where the rule stands
   * @return at least one place; that of the rule when nothing more exact is found
   */
  List<String> places(List<String> expressions, String at, Resource resource, Sent sent) {
    List<String> places = new ArrayList<>();
    for (String expression : expressions) {
      if (PATH.matcher(expression).matches()) {
        places.add(sent.named(at + "." + expression));
      } else {
        places.addAll(found(expression, at, resource));
      }
    }
    return places.isEmpty() ? List.of(at) : places;
  }

  private List<String> found(String expression, String at, Resource resource) {
    Map<Base, String> places = new IdentityHashMap<>();
    Map<String, Base> elements = new HashMap<>();
    elements.put(resource.fhirType(), resource);
    Places.visitAll(
        resource,
        resource.fhirType(),
        (place, element) -> {
          places.put(element, place);
          elements.put(place, element);
          return true;
        });
    List<String> found = new ArrayList<>();
    Base from = elements.get(at);
    if (from != null) {
      try {
        for (Base culprit :
            paths.evaluate(null, resource, resource, from, paths.parse(expression))) {
          String place = places.get(culprit);
          if (place != null && !found.contains(place)) {
            found.add(place);
          }
        }
      } catch (FHIRException unusual) {
        // A value that could not be read: another fault tells of it.
      }
    }
    return found;
  }
}
