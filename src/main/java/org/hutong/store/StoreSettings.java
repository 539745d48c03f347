package org.hutong.store;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where data lies and how many may reach it at once.
 *
 * @param dataDir folder of the embedded PostgreSQL, made when absent; text and not a path, so that
 *     Spring does not look for it on the class path first
 * @param programDir where the embedded PostgreSQL's program is unpacked (75 MB); absent means
 *     {@code program} inside the data folder. Several data folders of one user may share it
 * @param poolSize connections per node; PostgreSQL must allow this number for every node, and a few
 * @param connectionTimeout how long a request waits for a connection before it is turned away
 * @param statementTimeout how long the database may work at one statement of a request
 */
@Validated
@ConfigurationProperties("hutong.store")
record StoreSettings(
    @NotBlank @DefaultValue("./data") String dataDir,
    @Nullable String programDir,
    @Min(4) @Max(500) @DefaultValue("20") int poolSize,
    @DurationMin(millis = 250) @DurationMax(minutes = 5) @DefaultValue("10s")
        Duration connectionTimeout,
    @DurationMin(seconds = 1) @DurationMax(hours = 1) @DefaultValue("60s")
        Duration statementTimeout) {

  /** Absolute. */
  Path dataFolder() {
    return folder("hutong.store.data-dir", dataDir, System.getProperty("user.dir"));
  }

  /** Absolute. */
  Path programFolder() {
    return programDir == null || programDir.isBlank()
        ? dataFolder().resolve("program")
        : folder("hutong.store.program-dir", programDir, System.getProperty("user.dir"));
  }

  /**
   * Refuses names that Java garbles, as it does a Chinese one when the process runs under {@code
   * LANG=C}: it would work in a folder of question marks.
   */
  static Path folder(String property, String text, String workingFolder) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path.normalize();
      }
      if (workingFolder.indexOf('\uFFFD') < 0) {
        return path.toAbsolutePath().normalize();
      }
    } catch (InvalidPathException e) {
      // Told below.
    }
    throw new StartRefused(
        "The folder in "
            + property
            + " has a name, or lies in a folder with a name, that this"
            + " process's character set ("
            + System.getProperty("sun.jnu.encoding")
            + ") cannot express.",
        "Set the environment variable LC_ALL=C.UTF-8.");
  }
}
