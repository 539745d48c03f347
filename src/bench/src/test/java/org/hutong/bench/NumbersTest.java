package org.hutong.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NumbersTest {

  private final County county = new County(1, LocalDate.of(2026, 6, 30));

  @Test
  void computesTheCheckDigitsOfPublishedIdentityNumbers() {
    assertEquals('X', IdentityNumber.checkDigit("11010519491231002"));
    assertEquals('4', IdentityNumber.checkDigit("44052418800101001"));
  }

  @Test
  void computesTheCheckCharactersOfPublishedCreditCodes() {
    assertEquals('3', CreditCode.checkCharacter("91350100M000100Y4"));
    assertEquals('F', CreditCode.checkCharacter("12330000470051726"));
  }

  @Test
  void givesEveryResidentAnIdentityNumberOfTheFictitiousDivision() {
    int residents = 60_000;
    assertEquals(
        residents,
        IntStream.range(0, residents)
            .mapToObj(county::identityNumber)
            .filter(number -> number.matches("159981(19|20)\\d{9}[0-9X]"))
            .distinct()
            .count());
  }

  @Test
  void givesOtherSeedsOtherIdentityNumbers() {
    County other = new County(2, county.today());
    assertTrue(
        IntStream.range(0, 1000)
            .noneMatch(i -> county.identityNumber(i).equals(other.identityNumber(i))));
  }
}
