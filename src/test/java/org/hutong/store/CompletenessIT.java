package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** What a build knows of an index that another build may have written. */
class CompletenessIT {
  private static Sandbox sandbox;
  private static EmbeddedDatabase database;
  private static HikariDataSource pool;
  private static JdbcTemplate jdbc;

  @BeforeAll
  static void start() throws IOException {
    sandbox = new Sandbox(CompletenessIT.class);
    database = Sandbox.start(sandbox.folder("data"));
    pool = Pool.migrated(database.address(), Sandbox.settings(sandbox.folder("unused")));
    jdbc = new JdbcTemplate(pool);
  }

  @AfterAll
  static void stop() throws IOException {
    pool.close();
    database.close();
    sandbox.close();
  }

  @BeforeEach
  void empty() {
    jdbc.execute("delete from hutong.index_rule");
    jdbc.execute("delete from hfj_resource");
  }

  @Test
  void isWholeWhereNothingIsStored() {
    assertThat(build(Map.of("name", "x")).pending()).isEmpty();
    assertThat(jdbc.queryForObject("select count(*) from hutong.index_rule", Integer.class))
        .isEqualTo(4);
  }

  @Test
  void trustsNoRuleWhereNobodyHasNotedAny() {
    jdbc.execute(MigrationIT.RESOURCE.formatted(1));
    assertThat(build(Map.of("name", "x")).pending())
        .isEqualTo(Map.of("Patient", Set.of("name", "hutong-all", "hutong-forms", "hutong-row")));
  }

  @Test
  void needsWhatIsNewOrOtherAndNothingElse() {
    build(Map.of("name", "x", "gender", "x"));
    jdbc.execute(MigrationIT.RESOURCE.formatted(1));
    Completeness now = build(Map.of("name", "x", "gender", "y", "division", "z"));
    assertThat(now.pending())
        .isEqualTo(Map.of("Patient", Set.of("gender", "division", "hutong-all")));
    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> now.require("Patient", "gender"))
        .satisfies(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.INDEX_INCOMPLETE));
    assertThatCode(() -> now.require("Patient", "name")).doesNotThrowAnyException();
    assertThatCode(() -> now.require("Group", "gender")).doesNotThrowAnyException();
    now.complete("Patient");
    assertThat(now.refresh()).isEmpty();
  }

  @Test
  void neverHasARuleForColumns() {
    jdbc.execute(MigrationIT.RESOURCE.formatted(1));
    assertThat(build(Map.of("_id", "x", "_lastUpdated", "y")).pending())
        .isEqualTo(Map.of("Patient", Set.of("hutong-all", "hutong-forms", "hutong-row")));
  }

  @Test
  void forgetsARuleThatHasGoneSinceNothingIsWrittenByIt() {
    build(Map.of("name", "x", "gender", "x"));
    jdbc.execute(MigrationIT.RESOURCE.formatted(1));
    Completeness without = build(Map.of("name", "x"));
    assertThat(without.pending()).isEqualTo(Map.of("Patient", Set.of("hutong-all")));
    without.complete("Patient");
    assertThat(build(Map.of("name", "x", "gender", "x")).pending())
        .isEqualTo(Map.of("Patient", Set.of("gender", "hutong-all")));
  }

  @Test
  void trustsNothingAfterAnotherBuildHasBegunByOtherRules() {
    build(Map.of("name", "old"));
    jdbc.execute(MigrationIT.RESOURCE.formatted(1));
    Completeness next = build(Map.of("name", "new"));
    next.reached("Patient", 7);
    Completeness old = build(Map.of("name", "old"));
    assertThat(old.pending()).isEqualTo(Map.of("Patient", Set.of("name", "hutong-all")));
    assertThat(old.position("Patient")).isZero();
    next.complete("Patient");
    assertThat(old.refresh()).as("the other's end is not ours").hasSize(1);
  }

  @Test
  void goesOnWhereItHasStopped() {
    jdbc.execute(MigrationIT.RESOURCE.formatted(1));
    build(Map.of("name", "x")).reached("Patient", 7);
    Completeness again = build(Map.of("name", "x"));
    assertThat(again.position("Patient")).isEqualTo(7);
    again.reached("Patient", 5);
    assertThat(again.position("Patient")).as("never goes back").isEqualTo(7);
  }

  @Test
  void refusesWhatIsComparedInAFormThatIsNotComplete() {
    build(rules(Map.of("name", "x", "birthdate", "x"), "old"));
    jdbc.execute(MigrationIT.RESOURCE.formatted(1));
    Completeness now = build(rules(Map.of("name", "x", "birthdate", "x"), "new"));
    assertThatExceptionOfType(Problem.class).isThrownBy(() -> now.require("Patient", "name"));
    assertThatCode(() -> now.require("Patient", "birthdate")).doesNotThrowAnyException();
  }

  @Test
  void asksOnceWhenNothingHasChanged() {
    build(Map.of("name", "x"));
    AtomicInteger connections = new AtomicInteger();
    new Completeness(
        new DelegatingDataSource(pool) {
          @Override
          public Connection getConnection() throws SQLException {
            connections.incrementAndGet();
            return super.getConnection();
          }
        },
        rules(Map.of("name", "x"), "forms"));
    assertThat(connections).hasValue(1);
  }

  private static Completeness build(Map<String, String> parameters) {
    return build(rules(parameters, "forms"));
  }

  private static Completeness build(IndexRules rules) {
    return new Completeness(pool, rules);
  }

  private static IndexRules rules(Map<String, String> parameters, String forms) {
    return new IndexRules(
        Map.of("Patient", parameters),
        forms,
        Map.of("Patient", Set.of("name")),
        resource -> {},
        List.of());
  }
}
