package org.hutong.store;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.util.FileSystemUtils;

/** Folders for one test class, and servers in other processes; all of it is gone after close. */
final class Sandbox implements AutoCloseable {
  /** Unpacked once for all tests. */
  static final Path PROGRAM = Path.of("target", "postgres-program").toAbsolutePath();

  private final Path root;
  private final List<Process> children = new ArrayList<>();

  Sandbox(Class<?> test) throws IOException {
    root = Path.of("target", "sandbox", test.getSimpleName()).toAbsolutePath();
    FileSystemUtils.deleteRecursively(root);
    Files.createDirectories(root);
  }

  Path folder(String name) {
    return root.resolve(name);
  }

  static StoreSettings settings(Path folder) {
    return new StoreSettings(
        folder.toString(), PROGRAM.toString(), 4, Duration.ofSeconds(10), Duration.ofSeconds(60));
  }

  static EmbeddedDatabase start(Path folder) {
    return EmbeddedDatabase.start(folder, PROGRAM, 10);
  }

  static Connection connect(EmbeddedDatabase database) throws SQLException {
    DatabaseAddress address = database.address();
    return DriverManager.getConnection(
        address.url() + "?currentSchema=public&ApplicationName=test",
        address.user(),
        address.password());
  }

  static void execute(EmbeddedDatabase database, String... statements) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Starts another JVM on the same class path; returns when it has written a line. */
  Process child(Class<?> main, String... arguments) throws IOException {
    Process child = start(ProcessBuilder.Redirect.PIPE, main, arguments);
    BufferedReader output = child.inputReader();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("ready")) {
        return child;
      }
    }
    throw new IOException("the child ended without being ready: see " + root + "/child.log");
  }

  /** Starts another JVM on the same class path; what it says goes to a file. */
  Process launch(Class<?> main, String... arguments) throws IOException {
    File log = root.resolve("child-" + children.size() + ".out").toFile();
    return start(ProcessBuilder.Redirect.to(log), main, arguments);
  }

  private Process start(ProcessBuilder.Redirect output, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    String own = System.getProperty("java.class.path");
    command.add(System.getProperty("surefire.test.class.path", own));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Process child =
        new ProcessBuilder(command)
            .redirectOutput(output)
            .redirectError(new File(root.toFile(), "child.log"))
            .start();
    children.add(child);
    return child;
  }

  /** Kills as {@code kill -9} does. */
  static void kill(Process child) {
    child.destroyForcibly();
    try {
      child.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    children.forEach(Sandbox::kill);
    FileSystemUtils.deleteRecursively(root);
  }
}
