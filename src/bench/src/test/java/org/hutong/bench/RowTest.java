package org.hutong.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowTest {

  @Test
  void comparesRoundByRound() {
    List<Slice> fast = List.of(slice(100, 0), slice(30, 0), slice(400, 0));
    List<Slice> last = List.of(slice(50, 0), slice(10, 0), slice(400, 0));

    Row row = Row.of(Workload.READ, 4, "fast", fast, last);

    assertEquals(100, row.perSecond());
    assertEquals(2, row.ratio());
    assertEquals(1, row.ratioLeast());
    assertEquals(3, row.ratioMost());
  }

  @Test
  void addsUpTheErrorsOfAllRoundsAndKeepsTheFirst() {
    List<Slice> slices = List.of(slice(1, 0), slice(1, 2), slice(1, 3));

    Row row = Row.of(Workload.READ, 4, "any", slices, slices);

    assertEquals(5, row.errors());
    assertEquals("error 2", row.firstError());
  }

  private static Slice slice(double perSecond, int errors) {
    String firstError = errors == 0 ? null : "error " + errors;
    return new Slice(1, 1, perSecond, 1, 1, 1, 1, 1, 1, 1, 1, errors, firstError);
  }
}
