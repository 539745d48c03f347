package org.hutong.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hl7.fhir.r4.model.HealthcareService;
import org.hl7.fhir.r4.model.HealthcareService.HealthcareServiceAvailableTimeComponent;
import org.hutong.fhir.Facts;
import org.jspecify.annotations.Nullable;

/**
 * When a service is open, by Beijing time. One that names no times is always open; a time that ends
 * before it begins goes on past midnight.
 *
 * @param open at any of these
 * @param closed at none of these, in milliseconds since 1970; null for without end
 */
record Hours(List<Open> open, List<Long[]> closed) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Hours of some days of the week.
   *
   * @param days such as {@code MONDAY}; empty for all
   * @param from seconds of the day; null for its beginning
   * @param to the same, the first that is closed; null for its end
   */
  record Open(List<String> days, @Nullable Integer from, @Nullable Integer to) {

    boolean holds(OffsetDateTime at) {
      int now = at.toLocalTime().toSecondOfDay();
      DayOfWeek day = at.getDayOfWeek();
      if (from != null && to != null && to <= from) {
        return on(day) && now >= from || on(day.minus(1)) && now < to;
      }
      return on(day) && (from == null || now >= from) && (to == null || now < to);
    }

    private boolean on(DayOfWeek day) {
      return days.isEmpty() || days.contains(day.name());
    }
  }

  static Hours of(HealthcareService service) {
    List<Open> open = new ArrayList<>();
    for (HealthcareServiceAvailableTimeComponent time : service.getAvailableTime()) {
      List<String> days =
          time.getDaysOfWeek().stream().map(day -> day(day.getValue().toCode()).name()).toList();
      open.add(
          time.getAllDay()
              ? new Open(days, null, null)
              : new Open(
                  days,
                  seconds(time.getAvailableStartTime()),
                  seconds(time.getAvailableEndTime())));
    }
    List<Long[]> closed = new ArrayList<>();
    service
        .getNotAvailable()
        .forEach(
            not -> {
              if (not.hasDuring()) {
                Span span = Span.of(not.getDuring());
                closed.add(new Long[] {millis(span.since()), millis(span.until())});
              }
            });
    return new Hours(open, closed);
  }

  private static DayOfWeek day(String code) {
    for (DayOfWeek day : DayOfWeek.values()) {
      if (day.name().toLowerCase(Locale.ROOT).startsWith(code)) {
        return day;
      }
    }
    throw new IllegalStateException("FHIR has no day " + code);
  }

  private static @Nullable Integer seconds(@Nullable String time) {
    return time == null ? null : LocalTime.parse(time).toSecondOfDay();
  }

  private static @Nullable Long millis(@Nullable Instant instant) {
    return instant == null ? null : instant.toEpochMilli();
  }

  boolean holds(Instant at) {
    OffsetDateTime local = at.atOffset(Facts.BEIJING);
    long now = at.toEpochMilli();
    return (open.isEmpty() || open.stream().anyMatch(each -> each.holds(local)))
        && closed.stream()
            .noneMatch(
                span -> (span[0] == null || now >= span[0]) && (span[1] == null || now < span[1]));
  }

  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static Hours of(String json) {
    try {
      return JSON.readValue(json, Hours.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("hutong.service.hours is not what was written", e);
    }
  }
}
