package org.hutong.store;

import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;
import org.hutong.fhir.Problem;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.OptimisticLockingFailureException;

/**
 * Failures for which nobody is to blame: another transaction was faster. Nothing was written, and
 * the same request will find a state that it can be carried out upon.
 */
public final class Collisions {
  /** Serialization failure, deadlock, unique violation: no client chooses a key of ours. */
  private static final Set<String> STATES = Set.of("40001", "40P01", "23505");

  /**
   * HAPI 8.8 drops the cause where a version was written by somebody else (823, 826, 827), and
   * where a condition was (2745).
   */
  private static final Pattern OF_THE_ENGINE = Pattern.compile("HAPI-(0823|0826|0827|2745)\\b");

  /** PostgreSQL's SQLSTATE. */
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private Collisions() {}

  /** Whether such a failure is behind what was thrown. */
  public static boolean isBehind(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem) {
        return false;
      }
      if (cause instanceof OptimisticLockingFailureException
          || cause instanceof SQLException sql && STATES.contains(String.valueOf(sql.getSQLState()))
          || cause instanceof ResourceVersionConflictException
              && OF_THE_ENGINE.matcher(String.valueOf(cause.getMessage())).find()) {
        return true;
      }
    }
    return false;
  }

  /** Whether a lock was not to be had in the time that was allowed for it. */
  public static boolean hasWaitedTooLong(DataAccessException failed) {
    return failed.getMostSpecificCause() instanceof SQLException told
        && LOCK_NOT_AVAILABLE.equals(told.getSQLState());
  }
}
