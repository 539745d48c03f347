package org.hutong.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.References;
import org.jspecify.annotations.Nullable;

/**
 * References that nobody here can follow, whatever is stored: to another server, to one version
 * where the present one is meant, by a {@code urn:} that no entry of the same transaction bears, or
 * by any other scheme. A write refuses them, and {@code $validate} tells them.
 */
public final class DeadReferences {
  private static final Pattern WHOLE_URL = Pattern.compile("[A-Za-z][A-Za-z0-9+.\\-]*://.*");
  private static final Pattern WITH_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.\\-]*:.*");

  private DeadReferences() {}

  /**
   * Finds them.
   *
   * @param at FHIRPath of the resource within the request; empty when it is the body itself
   * @param entries {@code fullUrl} of every entry of the same transaction; empty outside of one
   * @param kept the form in which a reference is kept
   */
  public static List<Problem.Issue> of(
      Resource resource, String at, Set<String> entries, UnaryOperator<String> kept) {
    String root = at.isEmpty() ? resource.fhirType() : at;
    List<Problem.Issue> issues = new ArrayList<>();
    References.of(resource, root)
        .forEach(
            (place, reference) -> {
              String path =
                  resource.fhirType() + place.substring(root.length()).replaceAll("\\[\\d+]", "");
              ProblemCode code =
                  verdict(kept.apply(reference), VersionedReferences.PATHS.contains(path), entries);
              if (code != null) {
                issues.addAll(Problem.at(place, code, Problem.printable(reference)).issues());
              }
            });
    return issues;
  }

  /**
   * Why a reference cannot be followed; null when that depends on what is stored or contained.
   *
   * @param mayNameVersion whether FHIR speaks of a version at its place
   */
  static @Nullable ProblemCode verdict(
      @Nullable String reference, boolean mayNameVersion, Set<String> entries) {
    if (reference == null || reference.startsWith("#")) {
      return null;
    }
    if (WHOLE_URL.matcher(reference).matches()) {
      return ProblemCode.REFERENCE_FOREIGN; // one to our own server has lost its base before
    }
    if (WITH_SCHEME.matcher(reference).matches()) {
      return entries.contains(reference) ? null : ProblemCode.REFERENCE_UNRESOLVABLE;
    }
    return !mayNameVersion && reference.indexOf('?') < 0 && reference.contains("/_history/")
        ? ProblemCode.REFERENCE_VERSIONED
        : null;
  }
}
