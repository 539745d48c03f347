package org.hutong.server;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.ThreadLocalRandom;
import org.hutong.store.Collisions;
import org.hutong.store.WritesInTurn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What another write got in the way of begins again, from the bytes that the client has sent: a few
 * times, after pauses that grow and differ, lest the same two meet again. Then the client is told
 * to come later.
 */
final class Again {
  private static final Logger log = LoggerFactory.getLogger(Again.class);

  /** How often a write is begun. */
  static final int ATTEMPTS = 8;

  /** In milliseconds; the longest pause is drawn between this and twice as much. */
  private static final int LONGEST = 400;

  private static final int SHORTEST = 5;

  private static final String MAY = Again.class.getName() + ".may";
  private static final String DUE = Again.class.getName() + ".due";

  private Again() {}

  /** Begins an attempt at a request. */
  static void begin(HttpServletRequest request, int attempt) {
    request.removeAttribute(DUE);
    request.setAttribute(MAY, attempt < ATTEMPTS);
  }

  /** Notes, where a failure is a collision, that the request is due again. */
  static void note(HttpServletRequest request, RequestDetails details, Throwable thrown) {
    if (Boolean.TRUE.equals(request.getAttribute(MAY))
        && Collisions.isBehind(thrown)
        && !WritesInTurn.hasWritten(details)) {
      request.setAttribute(DUE, true);
    }
  }

  static boolean isDue(HttpServletRequest request) {
    return request.getAttribute(DUE) != null;
  }

  /** Waits before the next attempt. */
  static void pause(int attempt) {
    log.info("Another write got in the way of attempt {}", attempt);
    int least = Math.min(LONGEST, SHORTEST << attempt);
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(least, 2 * least));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
