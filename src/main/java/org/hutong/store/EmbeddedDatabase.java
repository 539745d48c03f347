package org.hutong.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL of our own, on a free port of the loopback interface, with its data in one folder:
 *
 * <pre>
 * data/            may hold other things beside these
 *   hutong.lock    held for as long as a server uses the folder
 *   password       of the one role that can log in, readable by the owner only
 *   postgres/      PostgreSQL's data directory
 *   program/       PostgreSQL itself, unless it is kept elsewhere
 * </pre>
 *
 * <p>The folder's path is handed on as it was written. A relative path stays relative, because Java
 * garbles the absolute one when the process runs in a Chinese folder under {@code LANG=C}.
 */
final class EmbeddedDatabase implements Database {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
  private static final Logger POSTGRES = LoggerFactory.getLogger("org.hutong.store.postgres");

  /** Role and database; the superuser cannot log in at all. */
  private static final String NAME = "hutong";

  /** Seconds for crash recovery on start, and for the last checkpoint on stop. */
  private static final String PATIENCE = "900";

  /**
   * What PostgreSQL keeps for itself, and connections beside the pool: migration, a look by psql.
   */
  private static final int SPARE_CONNECTIONS = 15;

  private final Path folder;
  private final Path data;
  private final PostgresProgram program;
  private final FileChannel lock;
  private final String password;
  private final ConcurrentLinkedDeque<String> lastLines = new ConcurrentLinkedDeque<>();
  private int port;
  private boolean closed;

  /**
   * Starts the server, after ending what a killed one may have left, and returns when it answers.
   *
   * @param programs where the program is, or will be, unpacked
   * @param connections how many the pool may open
   * @throws StartRefused when the folder is in use or cannot be used
   */
  static EmbeddedDatabase start(Path folder, Path programs, int connections) {
    long begin = System.nanoTime();
    try {
      EmbeddedDatabase database = open(folder, programs);
      try {
        database.endOrphan();
        database.initialise();
        database.launch(connections);
      } catch (IOException | RuntimeException e) {
        database.close();
        throw e;
      }
      LOG.info(
          "PostgreSQL runs on 127.0.0.1:{} with its data in {} (started in {} ms)",
          database.port,
          folder,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
      return database;
    } catch (IOException e) {
      throw new StartRefused(
          "The embedded PostgreSQL cannot use the data folder " + folder + ": " + e + ".",
          "Start Hutong as the user who owns the folder, see that the disk is not full, or choose"
              + " another folder with hutong.store.data-dir.",
          e);
    }
  }

  private static EmbeddedDatabase open(Path folder, Path programs) throws IOException {
    Files.createDirectories(folder.toAbsolutePath().getParent());
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(folder, readableByOwner("rwx------"));
    }
    FileChannel lock =
        FileChannel.open(
            folder.resolve("hutong.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isHeld(lock)) {
      lock.close();
      throw new StartRefused(
          "Another Hutong server is using the data folder " + folder + ".",
          "Stop that server, or give this one a folder of its own (hutong.store.data-dir)."
              + " Several servers share one database only through HUTONG_DB_URL.");
    }
    try {
      return new EmbeddedDatabase(folder, PostgresProgram.unpackedIn(programs), lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private EmbeddedDatabase(Path folder, PostgresProgram program, FileChannel lock)
      throws IOException {
    this.folder = folder;
    this.data = folder.resolve("postgres");
    this.program = program;
    this.lock = lock;
    this.password = password(folder.resolve("password"));
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
    try (lock) {
      if (Files.exists(data.resolve("postmaster.pid"))) {
        stop();
      }
    } catch (IOException e) {
      LOG.warn("PostgreSQL was not stopped cleanly; it will recover when it starts again", e);
    }
  }

  private void launch(int connections) throws IOException {
    port = freePort();
    String options =
        options(connections).entrySet().stream()
            .map(option -> "-c " + option.getKey() + "=" + option.getValue())
            .collect(Collectors.joining(" "));
    int exitCode = pg("pg_ctl", "", "start", "-D", "" + data, "-w", "-t", PATIENCE, "-o", options);
    if (exitCode != 0) {
      throw new StartRefused(
          "The embedded PostgreSQL in "
              + folder
              + " does not start. Its last words: "
              + lastWords(),
          "If they do not tell the cause, set logging.level.org.hutong.store=debug and start again."
              + " Delete nothing in the folder: it holds the records.");
    }
  }

  /** Settings that the server cannot start without; what is not here has PostgreSQL's default. */
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
    // Statements, parameters and the details of errors hold personal data: none is ever written.
    // An error is told to the connection that made it; the log gets what concerns the server.
    options.put("log_timezone", "UTC");
    options.put("log_line_prefix", "");
    options.put("log_min_messages", "log");
    options.put("log_min_error_statement", "panic");
    options.put("log_error_verbosity", "terse");
    options.put("log_parameter_max_length", "0");
    options.put("log_parameter_max_length_on_error", "0");
    return options;
  }

  /**
   * Makes the data directory, or does nothing when it exists. It is made under another name and
   * renamed when complete, so that a server killed meanwhile leaves nothing half-made behind.
   */
  private void initialise() throws IOException {
    if (Files.isDirectory(data)) {
      return;
    }
    Path unfinished = folder.resolve("postgres.unfinished");
    FileSystemUtils.deleteRecursively(unfinished);
    require(
        pg(
            "initdb",
            "",
            "--pgdata=" + unfinished,
            "--username=postgres",
            "--auth=reject",
            "--encoding=UTF8",
            // Sorting by code point, letters by Unicode: the same on every machine, for ever.
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8"),
        "initdb");
    String roles =
        "create role %1$s login password '%2$s';\ncreate database %1$s owner %1$s;\n"
            .formatted(NAME, password);
    require(pg("postgres", roles, "--single", "-D", "" + unfinished, "postgres"), "set-up");
    Files.writeString(
        unfinished.resolve("pg_hba.conf"),
        "# Written by Hutong: one role, one database, from this machine, with its password.\n"
            + "host "
            + NAME
            + " "
            + NAME
            + " 127.0.0.1/32 scram-sha-256\n");
    Files.move(unfinished, data);
  }

  /**
   * Ends a PostgreSQL that outlived its killed Hutong. A process is one only if it works in our
   * data directory: the number in {@code postmaster.pid} may belong to any program by now, as
   * containers start counting anew each time.
   */
  private void endOrphan() throws IOException {
    Path pidFile = data.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    if (!orphans().isEmpty()) {
      LOG.warn("A killed server left its PostgreSQL running on {}; ending it", folder);
      stop();
      for (ProcessHandle orphan : orphans()) {
        end(orphan);
      }
    }
    Files.deleteIfExists(pidFile);
  }

  private List<ProcessHandle> orphans() throws IOException {
    Path self = data.toRealPath();
    return ProcessHandle.allProcesses().filter(process -> worksIn(self, process)).toList();
  }

  private static boolean worksIn(Path directory, ProcessHandle process) {
    try {
      return Files.isSameFile(Path.of("/proc", "" + process.pid(), "cwd"), directory);
    } catch (IOException e) {
      return false;
    }
  }

  private static void end(ProcessHandle process) throws IOException {
    process.destroy();
    try {
      process.onExit().get(60, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      process.destroyForcibly();
    } catch (ExecutionException | InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void stop() throws IOException {
    int exitCode = pg("pg_ctl", "", "stop", "-D", "" + data, "-m", "fast", "-w", "-t", PATIENCE);
    if (exitCode != 0) {
      LOG.warn("PostgreSQL did not stop when asked: {}", lastWords());
    }
  }

  private int pg(String command, String input, String... arguments) throws IOException {
    lastLines.clear();
    return program.run(this::hear, input, command, arguments);
  }

  private void require(int exitCode, String step) throws IOException {
    if (exitCode != 0) {
      throw new IOException("PostgreSQL's " + step + " failed: " + lastWords());
    }
  }

  private void hear(String line) {
    lastLines.add(line);
    if (lastLines.size() > 20) {
      lastLines.poll();
    }
    if (line.startsWith("FATAL") || line.startsWith("PANIC")) {
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

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private static boolean isHeld(FileChannel channel) throws IOException {
    try {
      FileLock held = channel.tryLock();
      return held != null;
    } catch (OverlappingFileLockException e) {
      return false; // by this very process
    }
  }

  private static String password(Path file) throws IOException {
    if (!Files.exists(file)) {
      byte[] random = new byte[24];
      new SecureRandom().nextBytes(random);
      Path unfinished = file.resolveSibling("password.unfinished");
      Files.deleteIfExists(unfinished);
      Files.createFile(unfinished, readableByOwner("rw-------"));
      Files.writeString(unfinished, Base64.getUrlEncoder().encodeToString(random));
      Files.move(unfinished, file);
    }
    return Files.readString(file).strip();
  }

  private static FileAttribute<?>[] readableByOwner(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
