package org.hutong.server;

import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.References;
import org.jspecify.annotations.Nullable;

/**
 * Finds in what was sent the conditions and references that a complaint of the engine quotes: it
 * repeats them, and does not say where they stand.
 */
final class Quoted {
  /** What the engine puts around what it quotes. */
  private static final String BEFORE = "\"[ ";

  private static final String AFTER = "\"] ";

  private Quoted() {}

  /** Places of the references of a resource that a complaint quotes. */
  static List<String> references(String complaint, @Nullable Resource resource, String at) {
    List<String> places = new ArrayList<>();
    if (resource != null) {
      References.of(resource, at)
          .forEach(
              (place, reference) -> {
                if (has(complaint, reference)) {
                  places.add(place);
                }
              });
    }
    return places;
  }

  /** Places in the entries of a Bundle that a complaint quotes. */
  static List<String> entries(String complaint, Bundle bundle) {
    List<String> places = new ArrayList<>();
    for (int i = 0; i < bundle.getEntry().size(); i++) {
      places.addAll(entry(complaint, bundle.getEntry().get(i), "Bundle.entry[" + i + "]"));
    }
    return places;
  }

  /** Places in one entry of a Bundle that a complaint quotes. */
  static List<String> entry(String complaint, Bundle.BundleEntryComponent entry, String at) {
    List<String> places = new ArrayList<>();
    Bundle.BundleEntryRequestComponent request = entry.getRequest();
    if (request.hasIfNoneExist()
        && (has(complaint, request.getIfNoneExist())
            || has(complaint, request.getUrl() + "?" + request.getIfNoneExist()))) {
      places.add(at + ".request.ifNoneExist");
    }
    // The URL of a create is that of its type, which complaints name for other reasons.
    if (request.getMethod() != Bundle.HTTPVerb.POST
        && request.hasUrl()
        && has(complaint, request.getUrl().replaceFirst("^/", ""))) {
      places.add(at + ".request.url");
    }
    places.addAll(references(complaint, entry.getResource(), at + ".resource"));
    return places;
  }

  /** Whether a complaint quotes a text as a whole, not as part of a longer one. */
  static boolean has(String complaint, String text) {
    for (int from = complaint.indexOf(text); from >= 0; from = complaint.indexOf(text, from + 1)) {
      int to = from + text.length();
      if ((from == 0 || BEFORE.indexOf(complaint.charAt(from - 1)) >= 0)
          && (to == complaint.length() || AFTER.indexOf(complaint.charAt(to)) >= 0)) {
        return true;
      }
    }
    return false;
  }
}
