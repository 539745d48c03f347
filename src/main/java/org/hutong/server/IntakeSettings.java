package org.hutong.server;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much of a body is taken in, and how patiently. A wrong value stops the start.
 *
 * @param maxBody largest body of one request, in bytes as sent; beyond it 413
 * @param maxBodiesInFlight sum of the bodies held at one time, from the first byte until the answer
 *     is complete; beyond it 503. The engine needs a multiple of a body's size to work on it, so
 *     this bounds more memory than it counts
 * @param maxBodiesArriving how many bodies may be on their way at one time; beyond it 503. Each
 *     holds a thread of the container ({@code server.tomcat.threads.max}, 200 when not set) until
 *     it is whole; the rest are kept for requests that hold none, however many clients are slow
 * @param maxEntries most entries of one Bundle; beyond it 413
 * @param maxDepth deepest nesting: objects and arrays of JSON, elements of XML
 * @param bodyDeadline longest time from the first look at a body to its last byte; beyond it 408
 * @param graceTime how long a body may arrive at any speed, and how long a pause may last
 * @param minRate bytes per second that a body must have reached on average once the grace time is
 *     over; below it 408
 */
@ConfigurationProperties("hutong.intake")
record IntakeSettings(
    @DefaultValue("10MB") DataSize maxBody,
    @DefaultValue("64MB") DataSize maxBodiesInFlight,
    @DefaultValue("100") int maxBodiesArriving,
    @DefaultValue("5000") int maxEntries,
    @DefaultValue("64") int maxDepth,
    @DefaultValue("60s") Duration bodyDeadline,
    @DefaultValue("10s") Duration graceTime,
    @DefaultValue("1KB") DataSize minRate) {

  private static final long LARGEST_BODY = DataSize.ofGigabytes(1).toBytes();

  IntakeSettings {
    require(
        maxBody.toBytes() >= 1024 && maxBody.toBytes() <= LARGEST_BODY,
        "hutong.intake.max-body must lie between 1KB and 1GB");
    require(
        maxBodiesInFlight.compareTo(maxBody) >= 0,
        "hutong.intake.max-bodies-in-flight must be at least hutong.intake.max-body");
    require(maxBodiesArriving >= 1, "hutong.intake.max-bodies-arriving must be at least 1");
    require(maxEntries >= 1, "hutong.intake.max-entries must be at least 1");
    require(
        maxDepth >= 16 && maxDepth <= 500,
        "hutong.intake.max-depth must lie between 16 (the narrowest real resources) and 500");
    require(
        bodyDeadline.toMillis() >= 100 && bodyDeadline.compareTo(Duration.ofHours(1)) <= 0,
        "hutong.intake.body-deadline must lie between 100ms and 1h");
    require(
        graceTime.toMillis() >= 100 && graceTime.compareTo(bodyDeadline) <= 0,
        "hutong.intake.grace-time must lie between 100ms and hutong.intake.body-deadline");
    require(minRate.toBytes() >= 0, "hutong.intake.min-rate must not be negative");
  }

  private static void require(boolean holds, String sentence) {
    if (!holds) {
      throw new IllegalArgumentException(sentence);
    }
  }
}
