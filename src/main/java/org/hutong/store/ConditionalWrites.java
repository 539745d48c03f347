package org.hutong.store;

import ca.uhn.fhir.jpa.util.JpaHapiTransactionService;
import java.sql.SQLException;
import java.time.Duration;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.hutong.fhir.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The engine's transactions, with one step before all others where something is to be created
 * unless it is there: an advisory lock of PostgreSQL on each condition, held until the end. Of many
 * who send the same at once the first creates, and the others find what it has created, on
 * whichever node. Without it the engine notices too late, and answers 409 to those who came second.
 */
public class ConditionalWrites extends JpaHapiTransactionService {
  /**
   * Conditions of one transaction that are locked one by one. PostgreSQL has room for 64 locks a
   * connection, all together; who asks more shuts all others out for the while.
   */
  static final int MOST = 60;

  /** All conditions together: shared by those that lock some, for itself by one that locks all. */
  private static final long ALL = 0x636f6e646974L;

  /**
   * How long one waits for another; a client waits no longer for its answer than a few of these.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  /** PostgreSQL's SQLSTATE. */
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final JdbcTemplate jdbc;

  public ConditionalWrites(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  protected <T> @Nullable T doExecuteCallback(
      ExecutionBuilder execution, TransactionCallback<T> work) {
    SortedSet<Long> conditions = Conditions.of(execution.getRequestDetailsForTesting());
    if (conditions.isEmpty() || TransactionSynchronizationManager.isActualTransactionActive()) {
      return super.doExecuteCallback(execution, work);
    }
    return super.doExecuteCallback(
        execution,
        status -> {
          if (!status.isReadOnly()) {
            lock(conditions);
          }
          return work.doInTransaction(status);
        });
  }

  /** One journey to the database; an array is gone through in its order. */
  private void lock(SortedSet<Long> conditions) {
    String locks =
        conditions.size() > MOST
            ? "select pg_advisory_xact_lock(%d)".formatted(ALL)
            : "select pg_advisory_xact_lock_shared(%d); select pg_advisory_xact_lock(n) from unnest(array[%s]::bigint[]) n"
                .formatted(
                    ALL, conditions.stream().map(String::valueOf).collect(Collectors.joining(",")));
    try {
      jdbc.execute(
          "set local lock_timeout = %d; %s; set local lock_timeout = default"
              .formatted(PATIENCE.toMillis(), locks));
    } catch (DataAccessException failed) {
      throw failed.getMostSpecificCause() instanceof SQLException told
              && LOCK_NOT_AVAILABLE.equals(told.getSQLState())
          ? Problem.overloaded(RETRY_AFTER)
          : failed;
    }
  }
}
