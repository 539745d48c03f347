package org.hutong.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SpellingTest {

  @Test
  void writesANumberInEveryWay() {
    String number = "15998119580314002X";
    assertEquals("15998119580314002x", Spelling.number(number, 1));
    assertEquals("１５９９８１１９５８０３１４００２Ｘ", Spelling.number(number, 2));
    assertEquals("159981580314002", Spelling.number(number, 3));
    assertEquals(number, Spelling.number(number, 5));
  }

  @Test
  void doesNotShortenWhatWouldMeanAnother() {
    assertEquals("159981200103140020", Spelling.number("159981200103140020", 3));
    assertEquals("159981195803149970", Spelling.number("159981195803149970", 3));
  }
}
