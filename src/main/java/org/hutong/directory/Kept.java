package org.hutong.directory;

import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.store.Beside;
import org.jspecify.annotations.Nullable;

/** What the directory keeps of one type of resources. */
interface Kept extends Beside {
  /**
   * Keeps what resources say now.
   *
   * @param resources by row id; null for what is deleted
   * @return those that say something else than before
   */
  Set<Long> keep(Map<Long, @Nullable Resource> resources);

  /**
   * Refuses what contradicts the rest; nobody else changes the directory meanwhile.
   *
   * @param changed what {@link #keep} has returned
   * @param places where in the request each stands
   * @throws org.hutong.fhir.Problem naming what is wrong
   */
  default void check(Set<Long> changed, Map<Long, String> places) {}

  @Override
  default void renew(Map<Long, @Nullable Resource> resources) {
    keep(resources);
  }

  /** Whether active = false says that a record was never right, not that it has ended. */
  static boolean isVoid(boolean saysActive, boolean active, Span span) {
    return saysActive && !active && span.until() == null;
  }
}
