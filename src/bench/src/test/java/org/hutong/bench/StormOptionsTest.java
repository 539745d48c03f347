package org.hutong.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class StormOptionsTest {

  @Test
  void isTheIssuesProofUnlessSaidOtherwise() {
    StormOptions options = StormOptions.parse("http://a/fhir/", "http://b/fhir");
    assertEquals(List.of("http://a/fhir", "http://b/fhir"), options.nodes());
    assertEquals(1000, options.residents());
    assertEquals(10_000, options.writes());
    assertEquals(64, options.writers());
  }

  @Test
  void takesAProcessToKill() {
    StormOptions options = StormOptions.parse("--kill", "12", "--writers", "8", "http://a/fhir");
    assertEquals(12, options.kill());
    assertEquals(8, options.writers());
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThrows(
        IllegalArgumentException.class, () -> StormOptions.parse("--nope", "1", "http://a"));
    assertThrows(IllegalArgumentException.class, () -> StormOptions.parse("--kill", "1"));
  }
}
