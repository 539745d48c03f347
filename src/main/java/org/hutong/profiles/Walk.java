package org.hutong.profiles;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/** One passage of one resource through the rules of one profile: what was met on the way. */
final class Walk {
  private final Resource resource;
  private final List<String> path = new ArrayList<>();
  private final List<Base> codings = new ArrayList<>();
  private @Nullable Map<String, Base> ids;

  Walk(Resource resource) {
    this.resource = resource;
    path.add(resource.fhirType());
  }

  Resource resource() {
    return resource;
  }

  /** Every Coding met so far; all of them once the rules of the root come to be asked. */
  List<Base> codings() {
    return codings;
  }

  void met(Coding coding) {
    codings.add(coding);
  }

  /** An element's id, which no other element of the resource may bear. */
  void id(Base element, String id) {
    if (ids == null) {
      ids = new HashMap<>();
    }
    Base bearer = ids.putIfAbsent(id, element);
    if (bearer != null && bearer != element) { // its type and its profile both ask
      throw new Undecided("id twice");
    }
  }

  void enter(String name) {
    path.add(name);
  }

  void leave() {
    path.remove(path.size() - 1);
  }

  /** Where the walk was some steps above, such as {@code Patient.name}. */
  String above(int steps) {
    return String.join(".", path.subList(0, path.size() - steps));
  }

  /** Whether the walk is at the resource itself. */
  boolean atRoot() {
    return path.size() == 1;
  }
}
