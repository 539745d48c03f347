package org.hutong.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class CpuTimeTest {

  private static final OptionalLong SELF = OptionalLong.of(ProcessHandle.current().pid());

  @Test
  @EnabledOnOs(OS.LINUX)
  void countsTheProcessButNotWhatIsExcepted() {
    assertTrue(CpuTime.seconds(SELF, OptionalLong.empty()) > 0);
    assertEquals(0, CpuTime.seconds(SELF, SELF));
  }

  @Test
  void saysWhenItDoesNotKnow() {
    assertTrue(Double.isNaN(CpuTime.seconds(OptionalLong.empty(), OptionalLong.empty())));
  }
}
