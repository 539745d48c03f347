package org.hutong.store;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * The data folder, held against every other server until it is closed:
 *
 * <pre>
 * data/            may hold other things beside these
 *   hutong.lock    locked for as long as a server uses the folder
 *   password       of the one role that can log in, readable by the owner only
 *   postgres/      PostgreSQL's data directory; what is set in its postgresql.conf counts
 *   program/       PostgreSQL itself, unless it is kept elsewhere
 * </pre>
 */
final class DataFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

  /** The file lock excludes other processes; this excludes the one in which we are. */
  private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel lock;

  private DataFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Makes the folder when absent, readable by its owner only, and takes it.
   *
   * <p>The lock file is opened once per process: closing it anywhere in a process ends all its
   * locks.
   *
   * @throws StartRefused when another server has it
   */
  static DataFolder take(Path wanted) throws IOException {
    Path parent = wanted.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (!Files.isDirectory(wanted)) {
      Files.createDirectory(wanted, forOwner("rwx------"));
    }
    Path folder = wanted.toRealPath();
    if (IN_USE.add(folder)) {
      FileChannel lock = null;
      try {
        lock = FileChannel.open(folder.resolve("hutong.lock"), CREATE, WRITE);
        if (lock.tryLock() != null) {
          return new DataFolder(folder, lock);
        }
        lock.close();
        IN_USE.remove(folder);
      } catch (IOException e) {
        IN_USE.remove(folder);
        throw e;
      }
    }
    throw new StartRefused(
        "Another Hutong server is using the data folder " + folder + ".",
        "Stop that server, or give this one a folder of its own (hutong.store.data-dir)."
            + " Several servers share one database only through HUTONG_DB_URL.");
  }

  Path path() {
    return folder;
  }

  /** PostgreSQL's data directory. */
  Path data() {
    return folder.resolve("postgres");
  }

  /** The file with the password. */
  Path secret() {
    return folder.resolve("password");
  }

  /**
   * An empty folder for making the data directory in. A new one each time, because the initdb of a
   * start that was killed may still be at work in the last; what is left of such is removed.
   */
  Path workshop() throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "initdb-*")) {
      for (Path abandoned : left) {
        FileSystemUtils.deleteRecursively(abandoned);
      }
    } catch (IOException e) {
      LOG.warn("What a killed start has left in {} cannot be removed: {}", folder, e.toString());
    }
    return Files.createTempDirectory(folder, "initdb-");
  }

  /** Puts a finished data directory in its place: all of it appears at once. */
  void install(Path finished) throws IOException {
    Files.deleteIfExists(secret());
    Files.move(finished, data(), ATOMIC_MOVE);
  }

  /** Keeps the password, all of it at once, never readable by others. */
  void keep(String password) throws IOException {
    Path unfinished = folder.resolve("password.unfinished");
    Files.deleteIfExists(unfinished);
    Files.createFile(unfinished, forOwner("rw-------"));
    Files.writeString(unfinished, password);
    Files.move(unfinished, secret(), ATOMIC_MOVE);
  }

  /** Restores what a folder that was copied may have lost; PostgreSQL insists on the first. */
  void protect() throws IOException {
    if (hasPermissions()) {
      Files.setPosixFilePermissions(data(), PosixFilePermissions.fromString("rwx------"));
      Files.setPosixFilePermissions(secret(), PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
    IN_USE.remove(folder);
  }

  private static FileAttribute<?>[] forOwner(String permissions) {
    return hasPermissions()
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** Windows has none of this kind. */
  private static boolean hasPermissions() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }
}
