package org.hutong.profiles;

import java.util.List;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Problem;

/** What the door says to references that name their target by a condition. */
@FunctionalInterface
public interface Conditions {
  /**
   * What is wrong with those of a resource, whatever is stored.
   *
   * @param at FHIRPath of the resource within the request
   * @param base of this server, as the client calls it; empty when no client asks
   */
  List<Problem.Issue> faults(Resource resource, String at, String base);
}
