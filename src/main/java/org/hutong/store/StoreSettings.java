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
 */
@Validated
@ConfigurationProperties("hutong.store")
record StoreSettings(
    @NotBlank @DefaultValue("./data") String dataDir,
    @Nullable String programDir,
    @Min(4) @Max(500) @DefaultValue("20") int poolSize,
    @DurationMin(millis = 250) @DurationMax(minutes = 5) @DefaultValue("10s")
        Duration connectionTimeout) {

  Path dataFolder() {
    return path("hutong.store.data-dir", dataDir);
  }

  Path programFolder() {
    return programDir == null || programDir.isBlank()
        ? dataFolder().resolve("program")
        : path("hutong.store.program-dir", programDir);
  }

  /** Kept relative when written so: see {@link EmbeddedDatabase}. */
  private static Path path(String property, String text) {
    try {
      return Path.of(text).normalize();
    } catch (InvalidPathException e) {
      throw new StartRefused(
          "The folder in "
              + property
              + " cannot be written in this process's character set ("
              + System.getProperty("sun.jnu.encoding")
              + ").",
          "Set the environment variable LC_ALL=C.UTF-8, or choose a name of plain letters.",
          e);
    }
  }
}
