package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private static int endless() {
    while (true) {
      Patience.check();
    }
  }

  private static int deep(int depth) {
    return depth == Integer.MAX_VALUE ? 0 : depth + deep(depth + 1);
  }

  @Test
  void endsWhatTakesTooLong() {
    assertThatThrownBy(() -> Patience.limit(Duration.ofMillis(20), PatienceTest::endless))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.TOO_COSTLY));
  }

  @Test
  void endsWhatGoesTooDeep() {
    assertThatThrownBy(() -> Patience.limit(() -> deep(0)))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.TOO_COSTLY));
  }

  @Test
  void leavesAloneWhatIsDoneInTime() {
    assertThat(Patience.limit(Duration.ofSeconds(5), () -> "done")).isEqualTo("done");
    Patience.check();
  }
}
