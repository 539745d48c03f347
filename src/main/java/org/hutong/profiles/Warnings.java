package org.hutong.profiles;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Problem;
import org.jspecify.annotations.Nullable;

/** What was found while a request wrote and did not keep it from writing. */
public final class Warnings {
  private static final String KEY = Warnings.class.getName();

  private final IdentityHashMap<Resource, List<Problem.Issue>> found = new IdentityHashMap<>();

  private Warnings() {}

  /** Those of a request. Entries of a Bundle share their request's. */
  public static Warnings of(RequestDetails request) {
    return (Warnings) request.getUserData().computeIfAbsent(KEY, key -> new Warnings());
  }

  void note(Resource resource, List<Problem.Issue> warnings) {
    if (!warnings.isEmpty()) {
      found.put(resource, List.copyOf(warnings));
    }
  }

  /** All of them. */
  public List<Problem.Issue> all() {
    return found.values().stream().flatMap(List::stream).toList();
  }

  /**
   * Those of one resource of a Bundle; an entry of a batch that was carried out again has found
   * them again.
   *
   * @param location where it was stored, such as {@code Patient/1/_history/2}
   */
  public List<Problem.Issue> at(@Nullable String location) {
    IdType stored = new IdType(location);
    List<Problem.Issue> warnings = new ArrayList<>();
    found.forEach(
        (resource, issues) -> {
          if (stored.hasIdPart()
              && stored.getIdPart().equals(resource.getIdElement().getIdPart())
              && resource.fhirType().equals(stored.getResourceType())) {
            warnings.addAll(issues);
          }
        });
    return warnings.stream().distinct().toList();
  }
}
