package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EmbeddedDatabaseIT {
  private static Sandbox sandbox;

  @BeforeAll
  static void open() throws IOException {
    sandbox = new Sandbox(EmbeddedDatabaseIT.class);
  }

  @AfterAll
  static void close() throws IOException {
    sandbox.close();
  }

  @Test
  void keepsWhatWasWrittenOverARestart() throws SQLException {
    Path folder = sandbox.folder("restart");
    try (EmbeddedDatabase database = Sandbox.start(folder)) {
      assertThat(ask(database, "show fsync")).isEqualTo("on");
      assertThat(ask(database, "show synchronous_commit")).isEqualTo("on");
      assertThat(ask(database, "show full_page_writes")).isEqualTo("on");
      assertThat(ask(database, "show data_checksums")).isEqualTo("on");
      assertThat(ask(database, "show listen_addresses")).isEqualTo("127.0.0.1");
      write(database, "create table note (text text)", "insert into note values ('kept')");
    }
    try (EmbeddedDatabase database = Sandbox.start(folder)) {
      assertThat(ask(database, "select text from note")).isEqualTo("kept");
    }
  }

  @Test
  void sortsByCodePointOnEveryMachine() throws SQLException {
    try (EmbeddedDatabase database = Sandbox.start(sandbox.folder("locale"))) {
      assertThat(
              ask(
                  database,
                  "select string_agg(t, '' order by t)" + " from unnest('{a,张,B,é}'::text[]) t"))
          .isEqualTo("Baé张");
      assertThat(ask(database, "select lower('É')")).isEqualTo("é");
    }
  }

  @Test
  void worksInAFolderWithSpacesAndChineseCharacters() throws SQLException {
    Path folder = sandbox.folder("胡同 数据/二 level");
    for (int start = 0; start < 2; start++) {
      try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, folder.resolve("程 序"), 10)) {
        assertThat(ask(database, "select 1")).isEqualTo("1");
      }
    }
  }

  @Test
  void refusesASecondServerOnTheFolderInThisProcess() throws SQLException {
    Path folder = sandbox.folder("second");
    try (EmbeddedDatabase database = Sandbox.start(folder)) {
      refusesToShare(folder);
      refusesToShare(folder);
      assertThat(ask(database, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void refusesTheFolderOfAnotherProcessAndTakesItOverWhenThatIsKilled() throws Exception {
    Path folder = sandbox.folder("killed");
    Process child =
        sandbox.child(ServerProcess.class, folder.toString(), Sandbox.PROGRAM.toString());
    refusesToShare(folder);
    write(running(folder), "create table note (text text)", "insert into note values ('kept')");
    ProcessHandle orphan = postmaster(folder);

    Sandbox.kill(child);
    assertThat(runs(orphan)).isTrue();
    try (EmbeddedDatabase database = Sandbox.start(folder)) {
      assertThat(runs(orphan)).isFalse();
      assertThat(ask(database, "select text from note")).isEqualTo("kept");
    }
  }

  @Test
  void recoversWhenPostgresqlItselfWasKilled() throws Exception {
    Path folder = sandbox.folder("crash");
    Process child =
        sandbox.child(ServerProcess.class, folder.toString(), Sandbox.PROGRAM.toString());
    write(running(folder), "create table note (text text)", "insert into note values ('kept')");
    ProcessHandle orphan = postmaster(folder);
    Sandbox.kill(child);
    orphan.destroyForcibly();
    try (EmbeddedDatabase database = Sandbox.start(folder)) {
      assertThat(ask(database, "select text from note")).isEqualTo("kept");
    }
  }

  @Test
  void isNotMisledByAPidFileWhoseNumberNowBelongsToAnotherProgram() throws Exception {
    Path folder = sandbox.folder("pid");
    Sandbox.start(folder).close();
    Process other = new ProcessBuilder("sleep", "600").start();
    try {
      Files.writeString(
          folder.resolve("postgres/postmaster.pid"),
          other.pid() + "\n" + folder.resolve("postgres") + "\n1\n5432\n\n127.0.0.1\n");
      try (EmbeddedDatabase database = Sandbox.start(folder)) {
        assertThat(ask(database, "select 1")).isEqualTo("1");
      }
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroy();
    }
  }

  @Test
  void startsAnewWhereMakingTheDataDirectoryWasBrokenOff() throws Exception {
    Path folder = sandbox.folder("partial");
    Path partial = folder.resolve("initdb-1");
    Files.createDirectories(partial.resolve("base"));
    Files.writeString(partial.resolve("PG_VERSION"), "18\n");
    Files.writeString(folder.resolve("password"), "of a data directory that never came to be");
    try (EmbeddedDatabase database = Sandbox.start(folder)) {
      assertThat(ask(database, "select 1")).isEqualTo("1");
    }
    assertThat(partial).doesNotExist();
  }

  @Test
  void choosesANewPasswordWhenTheOldIsLost() throws Exception {
    Path folder = sandbox.folder("lost");
    Sandbox.start(folder).close();
    String lost = Files.readString(folder.resolve("password"));
    Files.delete(folder.resolve("password"));
    try (EmbeddedDatabase database = Sandbox.start(folder)) {
      assertThat(ask(database, "select 1")).isEqualTo("1");
      assertThat(database.address().password()).isNotEqualTo(lost);
    }
  }

  @Test
  void letsNobodyInWithoutThePassword() throws Exception {
    Path folder = sandbox.folder("door");
    Sandbox.start(folder).close();
    // As after a careless copy.
    Files.setPosixFilePermissions(
        folder.resolve("password"), PosixFilePermissions.fromString("rw-r--r--"));
    try (EmbeddedDatabase database = Sandbox.start(folder)) {
      String url = database.address().url();
      String password = database.address().password();
      assertThat(permissions(folder)).isEqualTo("rwx------");
      assertThat(permissions(folder.resolve("postgres"))).isEqualTo("rwx------");
      assertThat(permissions(folder.resolve("password"))).isEqualTo("rw-------");
      assertThat(database.toString()).doesNotContain(password);
      refusesToLogIn(url, "hutong", "");
      refusesToLogIn(url, "hutong", "guessed");
      refusesToLogIn(url, "postgres", password);
      refusesToLogIn(url.replace("/hutong", "/postgres"), "hutong", password);
      assertThat(ask(database, "select rolsuper from pg_roles where rolname = current_user"))
          .isEqualTo("f");
    }
  }

  @Test
  void logsNoStatementAndNoValue() throws SQLException {
    ListAppender<ILoggingEvent> heard = new ListAppender<>();
    heard.start();
    Logger logger = (Logger) LoggerFactory.getLogger("org.hutong.store.postgres");
    logger.setLevel(Level.DEBUG);
    logger.addAppender(heard);
    try (EmbeddedDatabase database = Sandbox.start(sandbox.folder("silent"))) {
      write(database, "create table person (name text primary key)");
      write(database, "insert into person values ('王秀英')");
      for (String bad :
          List.of("insert into person values ('王秀英')", "select '王秀英'::int", "select 王秀英")) {
        assertThatExceptionOfType(SQLException.class).isThrownBy(() -> write(database, bad));
      }
    } finally {
      logger.detachAppender(heard);
      logger.setLevel(null);
    }
    assertThat(heard.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.contains("ready to accept connections"))
        .noneMatch(line -> line.contains("王秀英"));
  }

  @Test
  void tellsWhyPostgresqlDoesNotStart() throws Exception {
    Path folder = sandbox.folder("broken");
    Sandbox.start(folder).close();
    Files.writeString(folder.resolve("postgres/PG_VERSION"), "12\n");
    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(() -> Sandbox.start(folder))
        .withMessageContaining("initialized by PostgreSQL version 12");
    Files.writeString(folder.resolve("postgres/PG_VERSION"), "18\n");
    Sandbox.start(folder).close();
  }

  private static void refusesToShare(Path folder) {
    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(() -> Sandbox.start(folder))
        .withMessageContaining("Another Hutong server is using the data folder " + folder)
        .withMessageContaining("hutong.store.data-dir");
  }

  private static void refusesToLogIn(String url, String user, String password) {
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> DriverManager.getConnection(url, user, password).close());
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static ProcessHandle postmaster(Path folder) throws IOException {
    String pid = Files.readAllLines(folder.resolve("postgres/postmaster.pid")).get(0);
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /** A process that has ended may stay in the table of processes until its parent looks. */
  private static boolean runs(ProcessHandle process) {
    return Files.exists(Path.of("/proc", "" + process.pid(), "exe"));
  }

  /** The database that another process has started. */
  private static DatabaseAddress running(Path folder) throws IOException {
    String port = Files.readAllLines(folder.resolve("postgres/postmaster.pid")).get(3);
    return new DatabaseAddress(
        "jdbc:postgresql://127.0.0.1:" + port + "/hutong",
        "hutong",
        Files.readString(folder.resolve("password")));
  }

  private static String ask(Database database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void write(Database database, String... statements) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static Connection connect(Database database) throws SQLException {
    DatabaseAddress address = database.address();
    return DriverManager.getConnection(address.url(), address.user(), address.password());
  }
}
