package org.hutong.store;

import ca.uhn.fhir.jpa.migrate.DriverTypeEnum;
import ca.uhn.fhir.jpa.migrate.HapiMigrator;
import ca.uhn.fhir.jpa.migrate.MigrationTaskList;
import ca.uhn.fhir.jpa.migrate.SchemaMigrator;
import ca.uhn.fhir.jpa.migrate.taskdef.BaseTask;
import ca.uhn.fhir.jpa.migrate.tasks.HapiFhirJpaMigrationTasks;
import ca.uhn.fhir.util.VersionEnum;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Brings a database to the shape that this build needs: the FHIR engine's tables (schema {@code
 * public}), then ours (schema {@code hutong}), in one step that several nodes may start at once and
 * that may be killed at any moment.
 */
final class Migration {
  private static final Logger LOG = LoggerFactory.getLogger(Migration.class);

  /** Key of the advisory lock: the letters of "Hutong". */
  private static final long LOCK = 0x4875746f6e67L;

  private final Connection guard;
  private final DataSource dataSource;

  private Migration(Connection guard, DataSource dataSource) {
    this.guard = guard;
    this.dataSource = dataSource;
  }

  /**
   * Migrates, or finds nothing to do.
   *
   * @param guard a connection of its own that holds the lock: if this node dies, PostgreSQL closes
   *     the connection and so gives the lock free. Closed by the caller
   * @throws StartRefused when the database was migrated by a newer build
   */
  static void run(Connection guard, DataSource dataSource) throws SQLException {
    long begin = System.nanoTime();
    new Migration(guard, dataSource).run();
    LOG.info(
        "Database schema is current ({} ms)",
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
  }

  private void run() throws SQLException {
    lock();
    try {
      migrateEngine();
      migrateOurs();
    } finally {
      query("select pg_advisory_unlock(" + LOCK + ")");
    }
  }

  /**
   * Asks again and again instead of waiting inside PostgreSQL: a statement that waits keeps a
   * snapshot, and the CREATE INDEX CONCURRENTLY of the node that migrates would wait for that.
   */
  private void lock() throws SQLException {
    boolean told = false;
    while (!query("select pg_try_advisory_lock(" + LOCK + ")").equals("t")) {
      if (!told) {
        LOG.info("Another node is migrating the database; waiting for it");
        told = true;
      }
      try {
        Thread.sleep(300);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLException("interrupted while waiting for the migration lock", e);
      }
    }
  }

  private void migrateEngine() throws SQLException {
    MigrationTaskList tasks =
        new HapiFhirJpaMigrationTasks(Set.of()).getAllTasks(VersionEnum.values());
    if (query("select to_regclass('public.hfj_resource') is null").equals("t")) {
      createEngine(tasks);
      return;
    }
    if (isCurrent(tasks)) {
      return;
    }
    // Left by a migrator that was killed: nobody migrates now, for we hold the lock.
    update("delete from \"FLY_HFJ_MIGRATION\" where \"installed_rank\" = -100");
    migrate(dataSource, tasks);
  }

  /**
   * Makes the engine's tables in one transaction. The engine's migrator would commit each of its
   * 280 statements; killed among them, it later takes the half-made schema for a whole one.
   */
  private void createEngine(MigrationTaskList tasks) throws SQLException {
    guard.setAutoCommit(false);
    try {
      migrate(only(uncommitting(guard)), tasks);
      guard.commit();
    } finally {
      guard.rollback();
      guard.setAutoCommit(true);
    }
  }

  private static void migrate(DataSource dataSource, MigrationTaskList tasks) {
    HapiMigrator migrator =
        new HapiMigrator(
            SchemaMigrator.HAPI_FHIR_MIGRATION_TABLENAME, dataSource, DriverTypeEnum.POSTGRES_9_4);
    migrator.createMigrationTableIfRequired();
    migrator.addTasks(tasks);
    migrator.migrate();
  }

  private boolean isCurrent(MigrationTaskList tasks) throws SQLException {
    Set<String> applied = new HashSet<>();
    try (Statement statement = guard.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select \"version\" from \"FLY_HFJ_MIGRATION\" where \"success\"")) {
      while (rows.next()) {
        applied.add(rows.getString(1));
      }
    }
    return Arrays.stream(tasks.toTaskArray())
        .filter(task -> !task.isHeavyweightSkippableTask())
        .map(BaseTask::getMigrationVersion)
        .allMatch(applied::contains);
  }

  private void migrateOurs() {
    Flyway flyway =
        Flyway.configure()
            .dataSource(dataSource)
            .schemas("hutong")
            .locations("classpath:db/migration")
            .failOnMissingLocations(true)
            .cleanDisabled(true)
            .load();
    MigrationInfoService info = flyway.info();
    for (MigrationInfo applied : info.applied()) {
      if (applied.getState().isResolved()) {
        continue;
      }
      throw new StartRefused(
          "The database was migrated by a newer Hutong (step " + applied.getVersion() + ").",
          "Start that version or a newer one; this one does not know the tables.");
    }
    flyway.migrate();
  }

  private static DataSource only(Connection connection) {
    return new AbstractDataSource() {
      @Override
      public Connection getConnection() {
        return connection;
      }

      @Override
      public Connection getConnection(String user, String password) {
        return connection;
      }
    };
  }

  /** The connection, deaf to whoever wants to end it or its transaction. */
  private static Connection uncommitting(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            Migration.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "commit", "setAutoCommit", "close":
                  return null;
                default:
                  try {
                    return method.invoke(connection, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
              }
            });
  }

  private String query(String sql) throws SQLException {
    try (Statement statement = guard.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private void update(String sql) throws SQLException {
    try (Statement statement = guard.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
