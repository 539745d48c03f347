package org.hutong.server;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Map;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;

/** The entry of a transaction that the engine carries out, of which it says nothing on failing. */
record Step(Map<Object, Object> request, int entry) {
  private static final String STEP = Step.class.getName();

  /** Marks the entries of a transaction, so that each tells when its turn comes. */
  static void mark(Bundle bundle, RequestDetails request) {
    for (int i = 0; i < bundle.getEntry().size(); i++) {
      bundle.getEntry().get(i).setUserData(STEP, new Step(request.getUserData(), i));
    }
  }

  /** Notes that the engine turns to an entry. */
  static void begin(Bundle.BundleEntryComponent entry) {
    if (entry.getUserData(STEP) instanceof Step step) {
      step.request.put(STEP, step.entry);
    }
  }

  /** Notes which entry changes a resource, of which the engine makes versions after all entries. */
  static void remember(RequestDetails request, Resource changed) {
    if (!at(request).isEmpty()) {
      request.getUserData().put(STEP + name(changed), request.getUserData().get(STEP));
    }
  }

  /** Turns back to the entry that changes a resource; to none when nobody noted it. */
  static void back(RequestDetails request, Resource changed) {
    Object entry = request.getUserData().get(STEP + name(changed));
    if (entry == null) {
      request.getUserData().remove(STEP);
    } else {
      request.getUserData().put(STEP, entry);
    }
  }

  private static String name(Resource resource) {
    return ":" + resource.fhirType() + "/" + resource.getIdElement().getIdPart();
  }

  /** The entry that was begun last, such as {@code Bundle.entry[2]}; empty where there is none. */
  static String at(RequestDetails request) {
    return request.getUserData().get(STEP) instanceof Integer entry
        ? "Bundle.entry[" + entry + "]"
        : "";
  }
}
