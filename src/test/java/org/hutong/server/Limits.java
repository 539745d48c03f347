package org.hutong.server;

import java.time.Duration;
import org.springframework.util.unit.DataSize;

/** Settings for tests. */
final class Limits {
  /** What runs when nothing is configured. */
  static final IntakeSettings DEFAULT =
      new IntakeSettings(
          DataSize.ofMegabytes(10),
          DataSize.ofMegabytes(64),
          100,
          5000,
          64,
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          DataSize.ofKilobytes(1));

  /** Small and impatient, so that every limit can be met within a second or two. */
  static final IntakeSettings TIGHT =
      new IntakeSettings(
          DataSize.ofMegabytes(1),
          DataSize.ofMegabytes(4),
          40,
          5000,
          64,
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          DataSize.ofKilobytes(1));

  private Limits() {}
}
