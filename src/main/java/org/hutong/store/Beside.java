package org.hutong.store;

import java.util.Map;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * What a module keeps in tables of its own beside the resources of a type, in the transactions that
 * write them. What was stored before the module, or before its rule of today, is brought up to it
 * while the server serves.
 */
public interface Beside {
  /** Type of the resources. */
  String type();

  /** Name of the rule; no search parameter has it. */
  String rule();

  /** Differs whenever the same resource would be kept otherwise. */
  String definition();

  /**
   * Waits for the writes of the type that go on, and holds back others until the transaction ends.
   */
  void holdBack();

  /**
   * Makes anew what is kept, in the caller's transaction.
   *
   * @param resources by row id; null for what is deleted
   */
  void renew(Map<Long, @Nullable Resource> resources);
}
