package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WholePeriodsTest {
  @ParameterizedTest
  @CsvSource({
    "ge2026-10, ge2026-10-01",
    "le2026-10, le2026-10-31",
    "ge2026, ge2026-01-01",
    "le2024-02, le2024-02-29",
    "le2026, le2026-12-31",
    "gt2026, gt2026",
    "2026-10, 2026-10",
    "ge2026-10-12, ge2026-10-12",
    "ge2026-13, ge2026-13",
  })
  void boundsByTheDaysAtTheEdgesOfAYearOrMonth(String asked, String searched) {
    assertThat(WholePeriods.wholePeriod(asked)).isEqualTo(searched);
  }

  @ParameterizedTest
  @CsvSource({
    "ge2026-10-12, ge2026-10-12T00:00:00.000+08:00",
    "lt2026-10-12, lt2026-10-12T00:00:00.000+08:00",
    "eb2026-10, eb2026-10-01T00:00:00.000+08:00",
    "gt2026-10-12, gt2026-10-12T23:59:59.999+08:00",
    "le2024-02, le2024-02-29T23:59:59.999+08:00",
    "sa2026, sa2026-12-31T23:59:59.999+08:00",
    "ge2026-02-30, ge2026-02-30",
    "2026-10-12, 2026-10-12",
    "ge2026-10-12T09:00:00Z, ge2026-10-12T09:00:00Z",
  })
  void comparesInstantsWithTheEdgesOfBeijingDays(String asked, String searched) {
    assertThat(WholePeriods.instant(asked, "")).isEqualTo(searched);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-10-12, ge, 2026-10-12T00:00:00.000+08:00",
    "eq2026-10-12, le, eq2026-10-12T23:59:59.999+08:00",
    "ne2026-10-12, le, ne2026-10-12T23:59:59.999+08:00",
  })
  void takesTheSideThatIsAskedForOfAPeriodWithTwo(String asked, String side, String searched) {
    assertThat(WholePeriods.instant(asked, side)).isEqualTo(searched);
  }
}
