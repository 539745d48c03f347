package org.hutong.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Gathers the rows that a transaction adds beside its resources, and sends them in one message just
 * before it commits. A transaction that another interrupts keeps its own, and each is forgotten
 * with its transaction.
 */
@Component
class AtCommit {
  private final JdbcTemplate jdbc;

  AtCommit(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** The rows of one resource; asked just before the commit. */
  interface Rows {
    void forEach(BiConsumer<BulkInsert, @Nullable Object[]> row);
  }

  /**
   * Has rows added by the present transaction, in place of what the same kind was to add for the
   * resource before.
   *
   * @param resource its row id
   */
  void add(Class<?> kind, long resource, Rows rows) {
    pending().kinds.computeIfAbsent(kind, first -> new LinkedHashMap<>()).put(resource, rows);
  }

  /** What a kind is to add for a resource; null when nothing. */
  AtCommit.@Nullable Rows of(Class<?> kind, long resource) {
    return TransactionSynchronizationManager.getResource(this) instanceof Pending pending
        ? pending.kinds.getOrDefault(kind, Map.of()).get(resource)
        : null;
  }

  /**
   * Has the present transaction make sure, when it commits, that a resource it refers to is not
   * being deleted; for those that were looked up without that.
   */
  void hold(long resource) {
    pending().held.add(resource);
  }

  private Pending pending() {
    Pending pending = (Pending) TransactionSynchronizationManager.getResource(this);
    if (pending == null) {
      pending = new Pending();
      TransactionSynchronizationManager.bindResource(this, pending);
      TransactionSynchronizationManager.registerSynchronization(pending);
    }
    return pending;
  }

  private class Pending implements TransactionSynchronization {
    private final Map<Class<?>, Map<Long, Rows>> kinds = new HashMap<>();
    private final Set<Long> held = new TreeSet<>();

    @Override
    public void beforeCommit(boolean readOnly) {
      holdAll();
      // Sorted, so that the same tables always make the same text, which is prepared already.
      Map<BulkInsert, List<@Nullable Object[]>> tables = new TreeMap<>();
      kinds
          .values()
          .forEach(
              resources ->
                  resources
                      .values()
                      .forEach(
                          rows ->
                              rows.forEach(
                                  (table, row) ->
                                      tables
                                          .computeIfAbsent(table, first -> new ArrayList<>())
                                          .add(row))));
      if (!tables.isEmpty()) {
        String sql =
            tables.keySet().stream().map(BulkInsert::sql).collect(Collectors.joining("; "));
        jdbc.execute(
            sql,
            (PreparedStatementCallback<Boolean>)
                statement -> {
                  int bound = 0;
                  for (Map.Entry<BulkInsert, List<@Nullable Object[]>> table : tables.entrySet()) {
                    bound = table.getKey().bind(statement, bound, table.getValue());
                  }
                  return statement.execute();
                });
      }
    }

    /** What this transaction makes is not there yet; what it deletes was told already. */
    private void holdAll() {
      if (!held.isEmpty()) {
        jdbc.query(
            """
            select res_type, fhir_id, res_deleted_at from public.hfj_resource
            where res_id = any(?) for key share
            """,
            row -> {
              if (row.getTimestamp("res_deleted_at") != null) {
                throw Problem.of(
                    ProblemCode.REFERENCE_UNKNOWN,
                    row.getString("res_type") + "/" + row.getString("fhir_id"));
              }
            },
            (Object) held.toArray(Long[]::new));
      }
    }

    @Override
    public void suspend() {
      TransactionSynchronizationManager.unbindResource(AtCommit.this);
    }

    @Override
    public void resume() {
      TransactionSynchronizationManager.bindResource(AtCommit.this, this);
    }

    @Override
    public void afterCompletion(int status) {
      TransactionSynchronizationManager.unbindResourceIfPossible(AtCommit.this);
    }
  }
}
