package org.hutong.directory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Period;
import org.hutong.fhir.Facts;
import org.jspecify.annotations.Nullable;

/**
 * From when until when something holds. Days are Beijing days; the last day of a FHIR Period, or
 * its last second, is part of it (R4 §2.24.0.14), here the end is the first instant that is not.
 *
 * @param since null for always
 * @param until null for ever
 */
record Span(@Nullable Instant since, @Nullable Instant until) {
  static final Span ALWAYS = new Span(null, null);

  /** FHIR's times have seconds, also where they are none. */
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");

  private static final DateTimeFormatter PARTS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxxx");

  static Span of(Period period) {
    return new Span(
        period.hasStart() ? time(period.getStartElement(), false) : null,
        period.hasEnd() ? time(period.getEndElement(), true) : null);
  }

  /** The beginning of a day, month or year, or of what follows it; an instant is itself. */
  private static Instant time(BaseDateTimeType time, boolean end) {
    String text = time.getValueAsString();
    LocalDate day =
        switch (text.length()) {
          case 4 -> LocalDate.parse(text + "-01-01").plusYears(end ? 1 : 0);
          case 7 -> LocalDate.parse(text + "-01").plusMonths(end ? 1 : 0);
          case 10 -> LocalDate.parse(text).plusDays(end ? 1 : 0);
          default -> null;
        };
    if (day != null) {
      return start(day);
    }
    Instant instant = time.getValue().toInstant();
    return end ? instant.plus(unit(instant)) : instant;
  }

  /** What an instant that is not a day's first is told in: seconds, or parts of one. */
  private static Duration unit(Instant instant) {
    return instant.getNano() == 0 ? Duration.ofSeconds(1) : Duration.ofMillis(1);
  }

  /** When a day begins. */
  static Instant start(LocalDate day) {
    return day.atStartOfDay().toInstant(Facts.BEIJING);
  }

  /** The last instant of a day that PostgreSQL can tell from the next day. */
  static Instant end(LocalDate day) {
    return start(day.plusDays(1)).minusNanos(1000);
  }

  boolean holds(Instant at) {
    return (since == null || !at.isBefore(since)) && (until == null || at.isBefore(until));
  }

  boolean overlaps(Span other) {
    return before(since, other.until) && before(other.since, until);
  }

  private static boolean before(@Nullable Instant since, @Nullable Instant until) {
    return since == null || until == null || since.isBefore(until);
  }

  /** As a FHIR Period, in days where both ends are those of days. */
  Period period() {
    Period period = new Period();
    if (since != null) {
      period.setStartElement(shown(since, 0));
    }
    if (until != null) {
      period.setEndElement(shown(until, 1));
    }
    return period;
  }

  /** For people, such as {@code 2024-01-01 – 2025-06-30}. */
  String text() {
    return (since == null ? "…" : shown(since, 0).getValueAsString())
        + " – "
        + (until == null ? "…" : shown(until, 1).getValueAsString());
  }

  private static DateTimeType shown(Instant instant, int back) {
    LocalDate day = instant.atOffset(Facts.BEIJING).toLocalDate();
    if (start(day).equals(instant)) {
      return new DateTimeType(day.minusDays(back).toString());
    }
    Instant shown = instant.minus(unit(instant).multipliedBy(back));
    return new DateTimeType(
        (shown.getNano() == 0 ? SECONDS : PARTS).format(shown.atOffset(Facts.BEIJING)));
  }

  /** For a statement that reads null as infinity. */
  static @Nullable OffsetDateTime sql(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  /** Of the columns since and until, in which the infinite were made null. */
  static Span of(ResultSet row, String prefix) throws SQLException {
    return new Span(instant(row, prefix + "since"), instant(row, prefix + "until"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
