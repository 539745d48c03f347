package org.hutong.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PostgreSQL of our own on a free port of the loopback interface, its data in one folder. */
final class EmbeddedDatabase implements Database {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
  private static final Logger POSTGRES = LoggerFactory.getLogger("org.hutong.store.postgres");

  /** Role and database. The superuser cannot log in at all. */
  private static final String NAME = "hutong";

  /** Seconds for crash recovery at the start, and for the last checkpoint at the end. */
  private static final String PATIENCE = "900";

  /** Connections beside the pool's: PostgreSQL keeps three, a migration takes one. */
  private static final int SPARE_CONNECTIONS = 15;

  private final DataFolder folder;
  private final PostgresProgram program;
  private final ConcurrentLinkedDeque<String> lastLines = new ConcurrentLinkedDeque<>();
  private String password = "";
  private int port;
  private boolean closed;

  private EmbeddedDatabase(DataFolder folder, PostgresProgram program) {
    this.folder = folder;
    this.program = program;
  }

  /**
   * Starts the server, after ending what a killed one may have left, and returns when it answers.
   *
   * @param wanted the data folder; made when absent
   * @param programs where the program is, or will be, unpacked
   * @param connections how many the pool may open
   * @throws StartRefused when the folder is in use or cannot be used
   */
  static EmbeddedDatabase start(Path wanted, Path programs, int connections) {
    long begin = System.nanoTime();
    try {
      DataFolder folder = DataFolder.take(wanted);
      EmbeddedDatabase database;
      try {
        database =
            new EmbeddedDatabase(folder, PostgresProgram.unpackedIn(programs, folder.path()));
      } catch (IOException | RuntimeException e) {
        folder.close();
        throw e;
      }
      try {
        database.program.own(folder.path());
        database.prepare();
        database.launch(connections);
      } catch (IOException | RuntimeException e) {
        database.close();
        throw e;
      }
      LOG.info(
          "PostgreSQL runs on 127.0.0.1:{} with its data in {} (started in {} ms)",
          database.port,
          folder.path(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
      return database;
    } catch (IOException e) {
      throw new StartRefused(
          "The embedded PostgreSQL cannot use the data folder " + wanted + ": " + e + ".",
          "Start Hutong as the user who owns the folder, see that the disk is not full, or choose"
              + " another folder with hutong.store.data-dir.",
          e);
    }
  }

  @Override
  public DatabaseAddress address() {
    return new DatabaseAddress("jdbc:postgresql://127.0.0.1:" + port + "/" + NAME, NAME, password);
  }

  /** Stops PostgreSQL, waiting for its last checkpoint, and gives the folder free. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (folder) {
      if (Files.exists(pidFile())) {
        stop();
      }
    } catch (IOException e) {
      LOG.warn("PostgreSQL was not stopped cleanly; it will recover when it starts again", e);
    }
  }

  /** Makes the data directory and the password where either is missing. */
  private void prepare() throws IOException {
    if (!Files.isDirectory(folder.data())) {
      LOG.info("Making a new database in {}", folder.path());
      Path workshop = folder.workshop();
      program.own(workshop);
      require(
          "initdb",
          "",
          "--pgdata=" + workshop,
          "--username=postgres",
          "--auth=reject",
          "--encoding=UTF8",
          // Sorting by code point, letters by Unicode: the same on every machine, for ever.
          "--locale=C",
          "--locale-provider=builtin",
          "--builtin-locale=C.UTF-8");
      alone(
          workshop, "create role " + NAME + " login", "create database " + NAME + " owner " + NAME);
      folder.install(workshop);
    }
    endOrphan();
    if (!Files.exists(folder.secret())) {
      byte[] random = new byte[24];
      new SecureRandom().nextBytes(random);
      String chosen = Base64.getUrlEncoder().encodeToString(random);
      alone(folder.data(), "alter role " + NAME + " password '" + chosen + "'");
      folder.keep(chosen);
      program.own(folder.secret());
    }
    folder.protect();
    password = Files.readString(folder.secret()).strip();
    Files.writeString(
        folder.data().resolve("pg_hba.conf"),
        "# Written by Hutong at each start: one role, one database, this machine, a password.\n"
            + "host %1$s %1$s 127.0.0.1/32 scram-sha-256\n".formatted(NAME));
  }

  /** Starts the server; once more when another program was quicker to take the port. */
  private void launch(int connections) throws IOException {
    for (boolean again = false; ; again = true) {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
        port = free.getLocalPort();
      }
      String options =
          options(connections).entrySet().stream()
              .map(option -> "-c " + option.getKey() + "=" + option.getValue())
              .collect(Collectors.joining(" "));
      String data = folder.data().toString();
      if (run("pg_ctl", "", "start", "-D", data, "-w", "-t", PATIENCE, "-o", options) == 0) {
        return;
      }
      if (again || !lastWords().contains("could not bind")) {
        throw new StartRefused(
            "The embedded PostgreSQL in %s does not start. Its last words: %s."
                .formatted(data, lastWords()),
            "If they do not tell the cause, set logging.level.org.hutong.store=debug and start"
                + " again. Delete nothing in the folder: it holds the records.");
      }
    }
  }

  /** What the server must not start without; anything else has PostgreSQL's default. */
  private Map<String, String> options(int connections) {
    Map<String, String> options = new TreeMap<>();
    options.put("listen_addresses", "127.0.0.1");
    options.put("port", Integer.toString(port));
    options.put("unix_socket_directories", "");
    options.put("max_connections", Integer.toString(connections + SPARE_CONNECTIONS));
    // A write that was answered survives a power failure.
    options.put("fsync", "on");
    options.put("synchronous_commit", "on");
    options.put("full_page_writes", "on");
    // For a machine of a few gigabytes that runs the exchange as well.
    options.put("shared_buffers", "256MB");
    options.put("effective_cache_size", "1GB");
    options.put("max_wal_size", "2GB");
    options.put("random_page_cost", "1.1");
    options.put("jit", "off");
    options.put("timezone", "UTC");
    options.put("log_timezone", "UTC");
    options.put("log_line_prefix", "");
    // Errors, statements and parameters hold personal data: none is ever logged. An error is told
    // to the connection that made it; the log gets what concerns the server.
    options.put("log_min_messages", "log");
    options.put("log_min_error_statement", "panic");
    options.put("log_parameter_max_length", "0");
    options.put("log_parameter_max_length_on_error", "0");
    return options;
  }

  /**
   * Ends a PostgreSQL that outlived its killed Hutong. A process is one only if it works in our
   * data directory: the number in {@code postmaster.pid} may belong to any program by now, as
   * containers start counting anew each time.
   */
  private void endOrphan() throws IOException {
    if (!Files.exists(pidFile())) {
      return;
    }
    if (!orphans().isEmpty()) {
      LOG.warn("A killed server left its PostgreSQL running on {}; ending it", folder.path());
      stop();
      // What is left has lost its master, and ends by itself or when told.
      orphans().forEach(ProcessHandle::destroy);
      for (int tenths = 0; tenths < 600 && !orphans().isEmpty(); tenths++) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
      orphans().forEach(ProcessHandle::destroyForcibly);
    }
    Files.deleteIfExists(pidFile());
  }

  /** Where there is no /proc to tell a process's directory, its name and number must do. */
  private List<ProcessHandle> orphans() throws IOException {
    if (Files.isDirectory(Path.of("/proc/self/cwd"))) {
      return ProcessHandle.allProcesses()
          .filter(process -> worksIn(folder.data(), process))
          .toList();
    }
    String number = Files.exists(pidFile()) ? Files.readAllLines(pidFile()).get(0).strip() : "0";
    return ProcessHandle.of(Long.parseLong(number))
        .filter(process -> process.info().command().orElse("").contains("postgres"))
        .stream()
        .toList();
  }

  private static boolean worksIn(Path directory, ProcessHandle process) {
    try {
      return Files.isSameFile(Path.of("/proc", "" + process.pid(), "cwd"), directory);
    } catch (IOException e) {
      return false; // it has ended, or is not ours
    }
  }

  private void stop() throws IOException {
    String data = folder.data().toString();
    if (run("pg_ctl", "", "stop", "-D", data, "-m", "fast", "-w", "-t", PATIENCE) != 0) {
      LOG.warn("PostgreSQL did not stop when asked: {}", lastWords());
    }
  }

  private Path pidFile() {
    return folder.data().resolve("postmaster.pid");
  }

  /** Executes statements, one of which sets a password, where no server is running. */
  private void alone(Path data, String... statements) throws IOException {
    require(
        "postgres",
        String.join(";\n", statements) + ";\n",
        "--single",
        "-c",
        "exit_on_error=on",
        "-c",
        "log_min_error_statement=panic",
        "-D",
        data.toString(),
        "postgres");
  }

  private void require(String command, String input, String... arguments) throws IOException {
    if (run(command, input, arguments) != 0) {
      throw new IOException("PostgreSQL's " + command + " failed: " + lastWords());
    }
  }

  private int run(String command, String input, String... arguments) throws IOException {
    lastLines.clear();
    return program.run(this::hear, input, command, arguments);
  }

  private void hear(String line) {
    lastLines.add(line);
    if (lastLines.size() > 20) {
      lastLines.poll();
    }
    if (line.contains("FATAL: ") || line.contains("PANIC: ")) {
      POSTGRES.warn(line);
    } else if (line.contains("automatic recovery") || line.contains("redo in progress")) {
      POSTGRES.info(line);
    } else {
      POSTGRES.debug(line);
    }
  }

  private String lastWords() {
    return String.join(" / ", lastLines);
  }
}
