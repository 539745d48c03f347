package org.hutong.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the pool of connections to a database, once that answers and its tables are current. */
final class Pool {
  private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

  /** How long an external server may take to accept connections, as when all start together. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * Every session speaks UTC, whatever zone the machine is in (the driver would send that one), and
   * looks for unqualified names in {@code public} only: the default begins with the schema named
   * like the role, which is ours and not the engine's.
   */
  private static final String SESSION = "set time zone 'UTC'; set search_path to public";

  private Pool() {}

  /**
   * Connects, migrates, and returns the pool.
   *
   * @throws StartRefused when the server is not reachable or not one that we run on
   */
  static HikariDataSource migrated(DatabaseAddress address, StoreSettings settings) {
    try {
      DataSource server = server(address);
      try (Connection guard = connect(server)) {
        checkServer(guard);
        // A migration takes as long as it takes; a request does not.
        try (HikariDataSource migrating = open(server, settings, SESSION)) {
          Migration.run(guard, migrating);
        }
        return open(
            server,
            settings,
            SESSION + "; set statement_timeout to " + settings.statementTimeout().toMillis());
      }
    } catch (SQLException e) {
      throw new StartRefused(
          "The database cannot be used (" + e.getMessage() + ").",
          "Check HUTONG_DB_URL, HUTONG_DB_USER and HUTONG_DB_PASSWORD, and that the role owns the"
              + " database.",
          e);
    }
  }

  private static DataSource server(DatabaseAddress address) throws SQLException {
    PGSimpleDataSource server = new PGSimpleDataSource();
    server.setApplicationName("hutong");
    server.setTcpKeepAlive(true);
    // Many rows of one table go as one statement: the engine's index rows mostly.
    server.setReWriteBatchedInserts(true);
    // The values of a row that breaks a constraint are personal data: not into exception texts.
    server.setLogServerErrorDetail(false);
    server.setUrl(address.url());
    server.setUser(address.user());
    server.setPassword(address.password());
    return server;
  }

  private static HikariDataSource open(DataSource server, StoreSettings settings, String session) {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("hutong");
    pool.setDataSource(server);
    pool.setMaximumPoolSize(settings.poolSize());
    pool.setConnectionTimeout(settings.connectionTimeout().toMillis());
    pool.setConnectionInitSql(session);
    return new HikariDataSource(pool);
  }

  /** Tries again while the server is unreachable or still starting, not when it says no. */
  private static Connection connect(DataSource server) throws SQLException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        Connection connection = server.getConnection();
        try (Statement statement = connection.createStatement()) {
          statement.execute(SESSION);
        }
        return connection;
      } catch (SQLException e) {
        String state = e.getSQLState();
        boolean passing = state != null && (state.startsWith("08") || state.equals("57P03"));
        if (!passing || System.nanoTime() > deadline) {
          throw e;
        }
        LOG.info("The database does not answer yet ({}); trying again", e.getMessage());
      }
      try {
        Thread.sleep(1000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLException("interrupted while waiting for the database", e);
      }
    }
  }

  private static void checkServer(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select current_setting('server_version_num')::int / 10000,"
                    + " current_setting('server_encoding'),"
                    + " has_database_privilege(current_database(), 'create')"
                    + " and has_schema_privilege('public', 'create')")) {
      row.next();
      checkServer(row.getInt(1), row.getString(2));
      if (!row.getBoolean(3)) {
        throw new StartRefused(
            "The database role may not create tables.",
            "Make it the owner: alter database ... owner to ...");
      }
    }
  }

  /** PostgreSQL 15 is the oldest, 18 the newest that our tests know. */
  static void checkServer(int major, String encoding) {
    if (major < 15) {
      throw new StartRefused(
          "The database server is PostgreSQL " + major + "; Hutong runs on 15 to 18.",
          "Upgrade the server, or use the embedded PostgreSQL by removing HUTONG_DB_URL.");
    }
    if (major > 18) {
      LOG.warn("PostgreSQL {} is newer than this build was tested with (15 to 18)", major);
    }
    if (!encoding.equals("UTF8")) {
      throw new StartRefused(
          "The database is encoded in " + encoding + ", which cannot hold every name.",
          "Create it anew with: create database ... encoding 'UTF8' template template0");
    }
  }
}
