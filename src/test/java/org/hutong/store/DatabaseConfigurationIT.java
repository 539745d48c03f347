package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.TimeZone;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

class DatabaseConfigurationIT {
  private static Sandbox sandbox;

  @BeforeAll
  static void open() throws IOException {
    sandbox = new Sandbox(DatabaseConfigurationIT.class);
  }

  @AfterAll
  static void close() throws IOException {
    sandbox.close();
  }

  private static ApplicationContextRunner context(String... properties) {
    return new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
        .withUserConfiguration(DatabaseConfiguration.class)
        .withPropertyValues(
            "hutong.store.program-dir=" + Sandbox.PROGRAM, "hutong.store.pool-size=4")
        .withPropertyValues(properties);
  }

  @Test
  void offersOnePoolOnMigratedTablesAndStopsWhatItStarted() {
    Path folder = sandbox.folder("embedded");
    Path pidFile = folder.resolve("postgres/postmaster.pid");
    context("hutong.store.data-dir=" + folder)
        .run(
            started -> {
              assertThat(started).hasSingleBean(DataSource.class);
              JdbcTemplate jdbc = new JdbcTemplate(started.getBean(DataSource.class));
              assertThat(jdbc.queryForObject("select count(*) from hutong.resource", Integer.class))
                  .isZero();
              assertThat(jdbc.queryForObject("select count(*) from hfj_resource", Integer.class))
                  .isZero();
              assertThat(Files.exists(pidFile)).isTrue();
            });
    assertThat(pidFile).doesNotExist();
  }

  @Test
  void speaksUtcAndTheEnginesSchemaWhereverTheMachineStands() {
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Asia/Shanghai"));
    try {
      context("hutong.store.data-dir=" + sandbox.folder("embedded"))
          .run(
              started -> {
                JdbcTemplate jdbc = new JdbcTemplate(started.getBean(DataSource.class));
                assertThat(jdbc.queryForObject("show timezone", String.class)).isEqualTo("UTC");
                assertThat(jdbc.queryForObject("select current_schema()", String.class))
                    .isEqualTo("public");
              });
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void stopsAStatementThatTakesTooLong() {
    context(
            "hutong.store.data-dir=" + sandbox.folder("embedded"),
            "hutong.store.statement-timeout=1s")
        .run(
            started -> {
              JdbcTemplate jdbc = new JdbcTemplate(started.getBean(DataSource.class));
              assertThatExceptionOfType(DataAccessException.class)
                  .isThrownBy(() -> jdbc.execute("select pg_sleep(30)"))
                  .havingRootCause()
                  .isInstanceOfSatisfying(
                      SQLException.class,
                      stopped -> assertThat(stopped.getSQLState()).isEqualTo("57014"));
            });
  }

  @Test
  void usesTheDatabaseThatTheOperatorNamesAndLeavesItRunning() {
    Path ownFolder = sandbox.folder("never made");
    try (EmbeddedDatabase other = Sandbox.start(sandbox.folder("external"))) {
      DatabaseAddress address = other.address();
      String[] named = {
        "hutong.store.data-dir=" + ownFolder,
        "hutong.db.url=" + address.url(),
        "hutong.db.user=" + address.user(),
      };
      context(named)
          .withPropertyValues("hutong.db.password=" + address.password())
          .run(
              started -> {
                assertThat(started.getBean(HikariDataSource.class).getConnection().isValid(5))
                    .isTrue();
                assertThat(ownFolder).doesNotExist();
              });
      context(named)
          .withPropertyValues("hutong.db.password=" + address.password())
          .run(started -> assertThat(started).hasNotFailed());
      context(named)
          .withPropertyValues("hutong.db.password=guessed")
          .run(
              started ->
                  assertThat(started.getStartupFailure())
                      .hasStackTraceContaining("StartRefused: The database cannot be used")
                      .hasStackTraceContaining("HUTONG_DB_PASSWORD"));
    }
  }

  @Test
  void givesTheFolderFreeWhenTheStartFails() {
    Path folder = sandbox.folder("fails");
    context("hutong.store.data-dir=" + folder)
        .withBean(
            "later",
            String.class,
            () -> {
              throw new IllegalStateException("something else is wrong");
            },
            definition -> definition.setDependsOn("dataSource"))
        .run(started -> assertThat(started).hasFailed());
    assertThat(folder.resolve("postgres/postmaster.pid")).doesNotExist();
    Sandbox.start(folder).close();
  }

  @Test
  void tellsWhatIsWrongWithTheSettings() {
    context("hutong.db.user=hutong")
        .run(
            started ->
                assertThat(started.getStartupFailure())
                    .rootCause()
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("HUTONG_DB_URL"));
  }
}
