package org.hutong.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Children;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.References;
import org.hutong.profiles.Conditions;
import org.hutong.profiles.Declared;

/**
 * Looks at references that name their target by a condition: it is a search like any other, and the
 * engine would take parameters that are not declared.
 */
final class ReferenceDoor implements Conditions {
  private final SearchDoor searches;
  private final Declared declared;
  private final Children children;

  ReferenceDoor(SearchDoor searches, Declared declared, Children children) {
    this.searches = searches;
    this.declared = declared;
    this.children = children;
  }

  @Override
  public List<Problem.Issue> faults(Resource resource, String at, String base) {
    List<Problem.Issue> faults = new ArrayList<>();
    if (!hasCondition(resource)) {
      return faults; // nearly all: their places need not be named
    }
    References.of(resource, at)
        .forEach(
            (place, reference) -> {
              List<Problem.Issue> wrong = faults(reference, base);
              if (!wrong.isEmpty()) {
                faults.addAll(new Problem(wrong).within(place).issues());
              }
            });
    return faults;
  }

  private boolean hasCondition(Resource resource) {
    boolean[] found = {false};
    children.visit(
        resource,
        element ->
            found[0] |=
                element instanceof Reference reference
                    && reference.hasReference()
                    && reference.getReference().indexOf('?') >= 0);
    return found[0];
  }

  private List<Problem.Issue> faults(String reference, String base) {
    String[] url = relative(base, reference).replaceFirst("^/", "").split("\\?", 2);
    if (url.length < 2 || url[0].contains(":")) {
      return List.of();
    }
    String type = url[0].replaceFirst("/$", "");
    if (declared.type(type) == null) {
      return Problem.of(ProblemCode.REFERENCE_UNKNOWN, Problem.printable(reference)).issues();
    }
    String bytes = new String(url[1].getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    try {
      return searches.condition(type, UrlText.parameters(bytes, ProblemCode.URL_NOT_UTF8));
    } catch (Problem unreadable) {
      return unreadable.issues();
    }
  }

  /** A path without the base of this server. */
  static String relative(String base, String path) {
    return !base.isEmpty() && path.regionMatches(true, 0, base + "/", 0, base.length() + 1)
        ? path.substring(base.length() + 1)
        : path;
  }
}
