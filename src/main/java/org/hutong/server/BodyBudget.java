package org.hutong.server;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.hutong.fhir.Problem;

/** The memory that the bodies in flight may take together. Asking for more fails, never waits. */
final class BodyBudget {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final AtomicLong free;

  /**
   * @param bytes what there is to share out
   */
  BodyBudget(long bytes) {
    this.free = new AtomicLong(bytes);
  }

  /**
   * Takes a share.
   *
   * @throws Problem OVERLOADED when that much is not left
   */
  void take(long bytes) {
    if (free.addAndGet(-bytes) < 0) {
      free.addAndGet(bytes);
      throw Problem.overloaded(RETRY_AFTER);
    }
  }

  void giveBack(long bytes) {
    free.addAndGet(bytes);
  }

  /** Bytes not taken. */
  long free() {
    return free.get();
  }
}
