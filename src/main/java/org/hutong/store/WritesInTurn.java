package org.hutong.store;

import ca.uhn.fhir.jpa.util.JpaHapiTransactionService;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;
import org.hutong.fhir.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The engine's transactions, with one step before all others: they wait for what they {@linkplain
 * Claims claim}. First come PostgreSQL's advisory locks on what conditions ask for, then the rows
 * of the resources that are to be changed, and all of it is held until the end. Of many who send
 * the same at once the first creates or changes, and the others see what it has done, on whichever
 * node. Without it the engine notices too late, and answers 409 to those who came second.
 */
public class WritesInTurn extends JpaHapiTransactionService {
  /**
   * Advisory locks of one transaction. PostgreSQL has room for 64 locks a connection, all together;
   * who asks more shuts all others out for the while.
   */
  static final int MOST = 60;

  /** Everything together: shared by those that lock some, for itself by one that locks all. */
  static final long ALL = 0x636f6e646974L;

  /** Rows of one condition that are waited for; it is refused when it matches more than one. */
  private static final int MOST_MATCHES = 20;

  /**
   * How long one waits for another; a client waits no longer for its answer than a few of these.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private static final String LOCK_ONE_BY_ONE =
      """
      select pg_advisory_xact_lock_shared(%d);
      select case when shared then pg_advisory_xact_lock_shared(number)::text
        else pg_advisory_xact_lock(number)::text end
      from unnest(array[%s]::bigint[], array[%s]::boolean[]) u(number, shared);
      """;

  /** Nobody's row is looked up by what it is found by before those who change that are done. */
  private static final String LOCK_ROWS =
      """
      select res_id from public.hfj_resource where res_id in (
        select res_id from public.hfj_resource where fhir_id = any(?)
        union all
        (select res_id from public.hfj_spidx_token where hash_sys_and_value = any(?) limit %1$d)
        union all
        (select res_id from public.hfj_spidx_token where hash_value = any(?) limit %1$d))
      order by res_id for no key update;
      """;

  private static final String WRITTEN = WritesInTurn.class.getName();

  private final JdbcTemplate jdbc;

  public WritesInTurn(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Whether a transaction of a request was carried out: it cannot begin again as if new. */
  public static boolean hasWritten(RequestDetails request) {
    return request.getUserData().containsKey(WRITTEN);
  }

  @Override
  protected <T> @Nullable T doExecuteCallback(
      ExecutionBuilder execution, TransactionCallback<T> work) {
    RequestDetails request = execution.getRequestDetailsForTesting();
    if (request == null || TransactionSynchronizationManager.isActualTransactionActive()) {
      return super.doExecuteCallback(execution, work);
    }
    Claims claims = Conditions.of(request);
    boolean[] writes = {false};
    T done =
        super.doExecuteCallback(
            execution,
            status -> {
              writes[0] = !status.isReadOnly();
              if (writes[0] && !claims.isEmpty()) {
                lock(claims);
              }
              return work.doInTransaction(status);
            });
    if (writes[0]) {
      request.getUserData().put(WRITTEN, true);
    }
    return done;
  }

  /** One journey to the database; an array is gone through in its order. */
  void lock(Claims claims) {
    int matches = claims.systemsAndValues().size() + claims.values().size();
    boolean rows = matches > 0 || !claims.ids().isEmpty();
    String sql =
        "set local lock_timeout = %d; ".formatted(PATIENCE.toMillis())
            + (claims.locks().isEmpty() ? "" : advisory(claims))
            + (rows ? LOCK_ROWS.formatted(MOST_MATCHES * Math.max(1, matches)) : "")
            + "set local lock_timeout = default";
    try {
      jdbc.execute(
          sql,
          (PreparedStatementCallback<Boolean>)
              statement -> {
                if (rows) {
                  bind(statement, 1, "text", claims.ids());
                  bind(statement, 2, "int8", claims.systemsAndValues());
                  bind(statement, 3, "int8", claims.values());
                }
                return statement.execute();
              });
    } catch (DataAccessException failed) {
      throw Collisions.hasWaitedTooLong(failed) ? Problem.overloaded(RETRY_AFTER) : failed;
    }
  }

  private static String advisory(Claims claims) {
    return claims.locks().size() > MOST
        ? "select pg_advisory_xact_lock(%d); ".formatted(ALL)
        : LOCK_ONE_BY_ONE.formatted(
            ALL, joined(claims.locks().keySet()), joined(claims.locks().values()));
  }

  private static String joined(Collection<?> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static void bind(
      PreparedStatement statement, int index, String type, Collection<?> values)
      throws SQLException {
    Connection connection = statement.getConnection();
    statement.setArray(index, connection.createArrayOf(type, values.toArray()));
  }
}
