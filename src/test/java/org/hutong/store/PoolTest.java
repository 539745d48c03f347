package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolTest {
  @ParameterizedTest
  @ValueSource(ints = {15, 16, 17, 18, 19})
  void runsOnTheServersThatWeKnowAndOnNewerOnes(int major) {
    assertThatCode(() -> Pool.checkServer(major, "UTF8")).doesNotThrowAnyException();
  }

  @Test
  void refusesAnOlderServer() {
    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(() -> Pool.checkServer(14, "UTF8"))
        .withMessageContaining("PostgreSQL 14")
        .withMessageContaining("15 to 18");
  }

  @Test
  void refusesAServerThatCannotHoldEveryName() {
    assertThatExceptionOfType(StartRefused.class)
        .isThrownBy(() -> Pool.checkServer(18, "SQL_ASCII"))
        .withMessageContaining("SQL_ASCII");
  }
}
