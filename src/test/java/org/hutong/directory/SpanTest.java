package org.hutong.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Period;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Periods as they come, and as they are shown again. */
class SpanTest {

  @ParameterizedTest
  @CsvSource({
    "2025-04-01, 2025-04-30, 2025-04-01, 2025-04-30",
    "2025-04, 2025-04, 2025-04-01, 2025-04-30",
    "2025, 2025, 2025-01-01, 2025-12-31",
    "2025-04-01T08:00:00+08:00, 2025-04-30T12:00:00+08:00,"
        + " 2025-04-01T08:00:00+08:00, 2025-04-30T12:00:00+08:00",
    "2025-04-01T00:00:01Z, 2025-04-30T04:00:00.250Z,"
        + " 2025-04-01T08:00:01+08:00, 2025-04-30T12:00:00.250+08:00",
    "2025-04-01T00:00:00+08:00, 2025-04-30T23:59:59+08:00, 2025-04-01, 2025-04-30",
  })
  void isShownAsItWasMeant(String start, String end, String shownStart, String shownEnd) {
    Span span = span(start, end);

    assertThat(span.period().getStartElement().getValueAsString()).isEqualTo(shownStart);
    assertThat(span.period().getEndElement().getValueAsString()).isEqualTo(shownEnd);
    assertThat(span.text()).isEqualTo(shownStart + " – " + shownEnd);
    assertThat(Span.of(span.period())).isEqualTo(span);
  }

  @Test
  void lastsToTheEndOfItsLastDayOrSecond() {
    Instant evening = Span.end(LocalDate.parse("2025-04-30"));

    assertThat(span("2025-04-01", "2025-04-30").holds(evening)).isTrue();
    assertThat(span("2025-04-01", "2025-04-30T23:59:59+08:00").holds(evening)).isTrue();
    assertThat(span("2025-04-01", "2025-04-30T23:59:58+08:00").holds(evening)).isFalse();
  }

  private static Span span(String start, String end) {
    return Span.of(
        new Period().setStartElement(new DateTimeType(start)).setEndElement(new DateTimeType(end)));
  }
}
