package org.hutong.demo;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The demonstration county.
 *
 * @param enabled whether an empty database gets it at the start; absent means with the embedded
 *     PostgreSQL only
 * @param residents how many people live in it
 * @param seed another seed makes another county
 * @param asOf end of the year that is told, Beijing time, such as {@code 2026-11-01T12:00}; absent
 *     means now
 * @param write a folder to which the county is written instead of starting the server
 * @param format of what is written there
 */
@Validated
@ConfigurationProperties("hutong.demo")
record DemoSettings(
    @Nullable Boolean enabled,
    @Min(1) @Max(3_000_000) @DefaultValue("300") int residents,
    @DefaultValue("1") long seed,
    @Nullable LocalDateTime asOf,
    @Nullable String write,
    @DefaultValue("bundle") Format format) {

  /** How a county is written to disk. */
  enum Format {
    /** Transaction Bundles, one a line, in the order in which they can be posted. */
    BUNDLE,
    /** Resources with ids, one a line, a file for each type. */
    NDJSON
  }
}
