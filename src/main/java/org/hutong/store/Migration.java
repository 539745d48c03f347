package org.hutong.store;

import ca.uhn.fhir.jpa.migrate.DriverTypeEnum;
import ca.uhn.fhir.jpa.migrate.HapiMigrator;
import ca.uhn.fhir.jpa.migrate.MigrationTaskList;
import ca.uhn.fhir.jpa.migrate.SchemaMigrator;
import ca.uhn.fhir.jpa.migrate.tasks.HapiFhirJpaMigrationTasks;
import ca.uhn.fhir.util.VersionEnum;
import ca.uhn.fhir.util.VersionUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Brings a database to the shape that this build needs: the FHIR engine's tables (schema {@code
 * public}), then ours (schema {@code hutong}), in one step that several nodes may start at once and
 * that may be killed at any moment.
 *
 * <p>A note on our schema says for which build it is complete. It is taken off before anything
 * changes and put on at the end. Comparing it costs milliseconds; loading the two migrators costs
 * most of a second, and several on a busy machine.
 */
final class Migration {
  private static final Logger LOG = LoggerFactory.getLogger(Migration.class);

  /** Key of the advisory lock: the letters of "Hutong". */
  private static final long LOCK = 0x4875746f6e67L;

  private static final String STEPS = "classpath:db/migration";

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
   * @throws StartRefused when the database is not ours or was migrated by a newer build; nothing
   *     was changed then
   */
  static void run(Connection guard, DataSource dataSource) throws SQLException {
    Migration migration = new Migration(guard, dataSource);
    migration.lock();
    try {
      migration.migrate();
    } finally {
      migration.query("select pg_advisory_unlock(" + LOCK + ")");
    }
  }

  /**
   * Asks again and again instead of waiting inside PostgreSQL: a statement that waits keeps a
   * snapshot, and a CREATE INDEX CONCURRENTLY of the node that migrates would wait for that.
   */
  private void lock() throws SQLException {
    boolean told = false;
    while (!isTrue("select pg_try_advisory_lock(" + LOCK + ")")) {
      if (!told) {
        LOG.info("Another node is migrating the database; waiting for it");
        told = true;
      }
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLException("interrupted while waiting for the migration lock", e);
      }
    }
  }

  private void migrate() throws SQLException {
    String build = build();
    if (build.equals(query("select obj_description(to_regnamespace('hutong'), 'pg_namespace')"))) {
      return;
    }
    long begin = System.nanoTime();
    boolean begun = exists("hutong.flyway_schema_history");
    boolean engine = exists("public.hfj_resource");
    MigrationTaskList tasks =
        new HapiFhirJpaMigrationTasks(Set.of()).getAllTasks(VersionEnum.values());
    Flyway ours = ours();
    if (engine && !begun && isTrue("select exists (select from public.hfj_resource)")) {
      throw new StartRefused(
          "The database holds the resources of another FHIR server.",
          "Name an empty database in HUTONG_DB_URL; nothing was changed in this one.");
    }
    if (engine && isNewer(tasks) || begun && isNewer(ours)) {
      throw new StartRefused(
          "The database was migrated by a newer version of Hutong.",
          "Start that version or a later one; nothing was changed.");
    }
    if (begun) {
      update("comment on schema hutong is null");
    }
    if (engine) {
      // Left by a migrator that was killed: nobody migrates now, for we hold the lock.
      update("delete from \"FLY_HFJ_MIGRATION\" where \"installed_rank\" = -100");
      migrate(dataSource, tasks);
    } else {
      createEngine(tasks);
    }
    ours.migrate();
    update("comment on schema hutong is '" + build + "'");
    LOG.info(
        "The database's tables were brought up to date ({}) in {} ms",
        build,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
  }

  /**
   * Makes the engine's tables in one transaction. Its migrator would commit each of 280 statements;
   * killed among them, it later takes the half-made schema for a whole one.
   */
  private void createEngine(MigrationTaskList tasks) throws SQLException {
    guard.setAutoCommit(false);
    try {
      migrate(always(uncommitting(guard)), tasks);
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

  private Flyway ours() {
    return Flyway.configure()
        .dataSource(dataSource)
        .schemas("hutong")
        .locations(STEPS)
        .failOnMissingLocations(true)
        .cleanDisabled(true)
        .load();
  }

  /** Whether the engine has made a step that the engine of this build does not know. */
  private boolean isNewer(MigrationTaskList tasks) throws SQLException {
    MigrationVersion known = MigrationVersion.fromVersion(tasks.getLastVersion());
    try (Statement statement = guard.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select \"version\" from \"FLY_HFJ_MIGRATION\" where \"version\" is not null")) {
      while (rows.next()) {
        if (MigrationVersion.fromVersion(rows.getString(1)).isNewerThan(known)) {
          return true;
        }
      }
      return false;
    }
  }

  private static boolean isNewer(Flyway ours) {
    return Arrays.stream(ours.info().applied())
        .map(MigrationInfo::getState)
        .anyMatch(MigrationState.FUTURE_SUCCESS::equals);
  }

  /** The engine's version, and a digest of our own steps. */
  private static String build() {
    try {
      Resource[] steps = new PathMatchingResourcePatternResolver().getResources(STEPS + "/*.sql");
      Arrays.sort(steps, Comparator.comparing(Resource::getDescription));
      CRC32 digest = new CRC32();
      for (Resource step : steps) {
        digest.update(step.getContentAsByteArray());
      }
      return "FHIR engine %s, own steps %d, digest %08x"
          .formatted(VersionUtil.getVersion(), steps.length, digest.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DataSource always(Connection connection) {
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
    Set<String> unheard = Set.of("commit", "setAutoCommit", "close");
    return (Connection)
        Proxy.newProxyInstance(
            Migration.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (unheard.contains(method.getName())) {
                return null;
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }

  private boolean exists(String table) throws SQLException {
    return isTrue("select to_regclass('" + table + "') is not null");
  }

  private boolean isTrue(String sql) throws SQLException {
    return "t".equals(query(sql));
  }

  private @Nullable String query(String sql) throws SQLException {
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
