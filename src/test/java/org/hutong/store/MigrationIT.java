package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ca.uhn.fhir.jpa.migrate.DriverTypeEnum;
import ca.uhn.fhir.jpa.migrate.HapiMigrator;
import ca.uhn.fhir.jpa.migrate.SchemaMigrator;
import ca.uhn.fhir.jpa.migrate.tasks.HapiFhirJpaMigrationTasks;
import ca.uhn.fhir.util.VersionEnum;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MigrationIT {
  private static Sandbox sandbox;
  private static EmbeddedDatabase database;
  private static List<String> whole;

  @BeforeAll
  static void start() throws Exception {
    sandbox = new Sandbox(MigrationIT.class);
    database = Sandbox.start(sandbox.folder("data"));
    migrate();
    whole = tables("public", "hutong");
    assertThat(whole).hasSizeGreaterThan(500);
  }

  @AfterAll
  static void stop() throws IOException {
    database.close();
    sandbox.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    Sandbox.execute(
        database,
        "drop schema if exists hutong cascade",
        "drop schema public cascade",
        "create schema public");
  }

  @Test
  void makesTheTablesThatTheEnginesOwnMigratorMakesButForWhatNothingAsks() throws SQLException {
    migrateEngine();
    List<String> plain = tables("public");
    List<String> steps = steps();
    empty();
    migrate();
    List<String> ours = tables("public");
    assertThat(ours.stream().filter(line -> !plain.contains(line)))
        .singleElement()
        .asString()
        .startsWith("CREATE INDEX idx_rl_srcpath_tgturl ")
        .endsWith("WHERE (target_resource_url IS NOT NULL)");
    assertThat(plain.stream().filter(line -> !ours.contains(line)))
        .map(line -> line.replaceFirst("CREATE INDEX (\\w+) .*", "$1"))
        .map(line -> line.replaceFirst(" FOREIGN KEY .* REFERENCES hfj_resource.*", ""))
        .containsExactlyInAnyOrder(
            "hfj_res_link fk_reslink_source",
            "hfj_spidx_date fk_sp_date_res",
            "hfj_spidx_number fk_sp_number_res",
            "hfj_spidx_quantity fk_sp_quantity_res",
            "hfj_spidx_string fk_spidxstr_resource",
            "hfj_spidx_token fk_sp_token_res",
            "hfj_spidx_uri fkgxsreutymmfjuwdswv3y887do",
            "idx_res_date",
            "idx_resver_date",
            "idx_resver_id_src_uri",
            "idx_resver_type_date",
            "idx_rl_srcpath_tgturl",
            "idx_sp_token_hash_v2",
            // Their lines among the relations.
            "idx_res_date",
            "idx_resver_date",
            "idx_resver_id_src_uri",
            "idx_resver_type_date",
            "idx_sp_token_hash_v2");
    assertThat(steps()).isEqualTo(steps);
  }

  @Test
  void bringsTheDatabaseOfTheFirstBuildUpToDate() throws SQLException {
    migrateEngine();
    Flyway.configure()
        .dataSource(
            database.address().url(), database.address().user(), database.address().password())
        .schemas("hutong")
        .locations("classpath:db/migration")
        .target("1")
        .load()
        .migrate();
    Sandbox.execute(
        database,
        "comment on schema hutong is 'the first build'",
        "insert into hutong.institution (code) values ('qinghe')",
        "begin; insert into hutong.resource (res_id, type, owner) values (1, 'Patient', 1);"
            + RESOURCE.formatted(1)
            + "; commit");
    migrate();
    assertThat(tables("public", "hutong")).isEqualTo(whole);
    assertThat(ask("select type from hutong.resource")).isEqualTo("Patient");
  }

  @Test
  void letsSeveralNodesStartAtOnce() throws Exception {
    ExecutorService nodes = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> starts = new ArrayList<>();
      for (int node = 0; node < 3; node++) {
        starts.add(nodes.submit(MigrationIT::migrate));
      }
      for (Future<?> start : starts) {
        start.get();
      }
    } finally {
      nodes.shutdownNow();
    }
    assertThat(tables("public", "hutong")).isEqualTo(whole);
  }

  @Test
  void isCompletedByTheNextNodeWhenOneIsKilledHalfWay() throws Exception {
    DatabaseAddress address = database.address();
    Process node =
        sandbox.child(MigrationProcess.class, address.url(), address.user(), address.password());
    String halfWay =
        "select exists (select from pg_stat_activity where application_name = 'hutong'"
            + " and state <> 'idle' and query like 'create index%')";
    while (!ask(halfWay).equals("t")) {
      assertThat(node.isAlive()).isTrue();
      Thread.sleep(1);
    }
    Sandbox.kill(node);
    migrate();
    assertThat(tables("public", "hutong")).isEqualTo(whole);
  }

  @Test
  void isCompletedWhenKilledBetweenTheEnginesTablesAndOurs() throws SQLException {
    migrate();
    Sandbox.execute(database, "drop schema hutong cascade");
    migrate();
    assertThat(tables("public", "hutong")).isEqualTo(whole);
  }

  @Test
  void passesOverTheLockRowOfAnEngineMigratorThatWasKilled() throws SQLException {
    migrate();
    Sandbox.execute(
        database,
        "comment on schema hutong is null",
        "insert into \"FLY_HFJ_MIGRATION\" (installed_rank, description, type, script,"
            + " installed_by, installed_on, execution_time, success)"
            + " values (-100, 'killed', 'hapi-fhir-lock', '', '', now(), 0, true)");
    long begin = System.nanoTime();
    migrate();
    assertThat(System.nanoTime() - begin)
        .as("does not wait 50 s for it")
        .isLessThan(40_000_000_000L);
    assertThat(ask("select count(*) from \"FLY_HFJ_MIGRATION\" where installed_rank = -100"))
        .isEqualTo("0");
    assertThat(tables("public", "hutong")).isEqualTo(whole);
  }

  @Test
  void changesNothingWhenTheDatabaseIsCurrent() throws SQLException {
    migrate();
    String history =
        "select count(*) || ':' || max(installed_on) from hutong.flyway_schema_history";
    String before = ask(history);
    // A second run that looked further than the note would repair this.
    Sandbox.execute(database, "drop index hutong.resource_owner");
    migrate();
    assertThat(ask(history)).isEqualTo(before);
  }

  @Test
  void refusesADatabaseOfANewerBuild() throws SQLException {
    migrate();
    Sandbox.execute(
        database,
        "comment on schema hutong is 'FHIR engine 8.8.0, own steps 2'",
        "insert into hutong.flyway_schema_history (installed_rank, version, description, type,"
            + " script, checksum, installed_by, execution_time, success)"
            + " values (999, '999', 'future', 'SQL', 'V999__future.sql', 1, 'hutong', 1, true)");
    refusesNewer();
    assertThat(ask("select obj_description('hutong'::regnamespace, 'pg_namespace')"))
        .isEqualTo("FHIR engine 8.8.0, own steps 2");
  }

  @Test
  void refusesADatabaseOfANewerEngine() throws SQLException {
    migrate();
    Sandbox.execute(
        database,
        "comment on schema hutong is 'FHIR engine 9.0.0, own steps 1'",
        "insert into \"FLY_HFJ_MIGRATION\" select 99999, '9.0.0.20300101.1', description, type,"
            + " script, checksum, installed_by, installed_on, execution_time, success, result"
            + " from \"FLY_HFJ_MIGRATION\" where version is not null limit 1");
    refusesNewer();
  }

  @Test
  void refusesTheDatabaseOfAnotherFhirServer() throws SQLException {
    migrate();
    Sandbox.execute(database, "drop schema hutong cascade", RESOURCE.formatted(1));
    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(MigrationIT::migrate)
        .withMessageContaining("another FHIR server");
    assertThat(ask("select to_regnamespace('hutong')")).isNull();
  }

  @Test
  void refusesARoleThatMayNotCreateTables() throws SQLException {
    Sandbox.execute(database, "revoke create on schema public from hutong");
    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(MigrationIT::migrate)
        .withMessageContaining("may not create tables");
  }

  @Test
  void takesTheNarrowRowBeforeTheResourceAndDropsItAfter() throws SQLException {
    migrate();
    Sandbox.execute(
        database,
        "insert into hutong.institution (code) values ('qinghe')",
        "begin; insert into hutong.resource (res_id, type, owner) values (1, 'Patient', 1);"
            + RESOURCE.formatted(1)
            + "; commit");
    assertThat(ask("select labels || '{R}'::text[] from hutong.resource")).isEqualTo("{R}");
    Sandbox.execute(database, "delete from hfj_resource");
    assertThat(ask("select count(*) from hutong.resource")).isEqualTo("0");
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(
            () ->
                Sandbox.execute(
                    database,
                    "insert into hutong.resource (res_id, type, owner) values (2, 'P', 1)"));
  }

  @Test
  void answersWhatAccessAndTheRecordAskByAnIndex() throws SQLException {
    migrate();
    assertThat(plan("patient = 1 and type = 'Observation' order by clinical_time desc, res_id"))
        .contains("resource_patient")
        .doesNotContain("Sort");
    assertThat(plan("owner = 1 and type = 'Encounter' order by clinical_time desc, res_id"))
        .contains("resource_owner")
        .doesNotContain("Sort");
  }

  private static String plan(String condition) throws SQLException {
    try (Connection connection = Sandbox.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("set enable_seqscan = off; set enable_bitmapscan = off");
      StringBuilder plan = new StringBuilder();
      try (ResultSet lines =
          statement.executeQuery("explain select res_id from hutong.resource where " + condition)) {
        while (lines.next()) {
          plan.append(lines.getString(1)).append('\n');
        }
      }
      return plan.toString();
    }
  }

  static final String RESOURCE =
      "insert into hfj_resource (res_id, has_tags, res_published, res_updated, sp_has_links,"
          + " sp_coords_present, sp_date_present, sp_number_present, sp_quantity_nrml_present,"
          + " sp_quantity_present, sp_string_present, sp_token_present, sp_uri_present, res_type,"
          + " res_ver) select %d, f, now(), now(), f, f, f, f, f, f, f, f, f, 'Patient', 1"
          + " from (select false) as t(f)";

  private static void migrateEngine() {
    try (HikariDataSource plain = new HikariDataSource()) {
      plain.setJdbcUrl(database.address().url());
      plain.setUsername(database.address().user());
      plain.setPassword(database.address().password());
      HapiMigrator migrator =
          new HapiMigrator(
              SchemaMigrator.HAPI_FHIR_MIGRATION_TABLENAME, plain, DriverTypeEnum.POSTGRES_9_4);
      migrator.createMigrationTableIfRequired();
      migrator.addTasks(new HapiFhirJpaMigrationTasks(Set.of()).getAllTasks(VersionEnum.values()));
      migrator.migrate();
    }
  }

  private static void refusesNewer() {
    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(MigrationIT::migrate)
        .withMessageContaining("newer version of Hutong");
  }

  private static void migrate() {
    Pool.migrated(database.address(), Sandbox.settings(sandbox.folder("unused"))).close();
  }

  /** Every column, constraint, index and sequence, described so that two databases compare. */
  private static List<String> tables(String... schemas) throws SQLException {
    String where = " in ('" + String.join("', '", schemas) + "')";
    return column(
        """
        select concat_ws(' ', table_schema, table_name, column_name, data_type,
            character_maximum_length, is_nullable, column_default)
          from information_schema.columns where table_schema%1$s
        union all
        select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
          from pg_constraint where connamespace::regnamespace::text%1$s
        union all
        select indexdef from pg_indexes where schemaname%1$s
        union all
        select concat_ws(' ', schemaname, sequencename, start_value, increment_by)
          from pg_sequences where schemaname%1$s
        union all
        select concat_ws(' ', relname, reloptions) from pg_class
          where relnamespace::regnamespace::text%1$s
        order by 1
        """
            .formatted(where));
  }

  private static List<String> steps() throws SQLException {
    return column("select version || ' ' || success from \"FLY_HFJ_MIGRATION\" order by 1");
  }

  private static String ask(String sql) throws SQLException {
    return column(sql).get(0);
  }

  private static List<String> column(String sql) throws SQLException {
    try (Connection connection = Sandbox.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
