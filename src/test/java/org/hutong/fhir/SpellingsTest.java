package org.hutong.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpellingsTest {

  @ParameterizedTest
  @CsvSource({
    "11010519491231002X, 11010519491231002X",
    "11010519491231002x, 11010519491231002X",
    "110105491231002, 11010519491231002X",
    "440524800101001, 440524198001010013",
    "440524188001010014, 440524188001010014",
    "159981195803140025, 159981195803140025",
  })
  void writesAnIdentityNumberInOneWay(String spelling, String normal) {
    assertThat(IdentityNumber.normal(spelling)).isEqualTo(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "111111111111111", // what is typed to get past a field
        "110105491131002",
        "110105490230002",
        "110105491331002",
        "110105490031002",
        "110105010101996", // born before 1900, in which century it does not say
        "110105010101999",
        "11010549123100",
        "1101054912310021",
        "11010519491231002Y",
        "1101051949123100 x",
        "１１０１０５４９１２３１００２",
        "X1010519491231002x",
      })
  void leavesToTheValidatorWhatItCannotBeSureOf(String number) {
    assertThat(IdentityNumber.normal(number)).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource({
    "0F3A99:1, 0F3A99",
    "0F3A99:1:20261122093000, 0F3A99",
    "0F3A99:1:2026-11-22 09:30:00, 0F3A99",
    "0F3A99, 0F3A99",
    "0F3A99:, 0F3A99:",
    ":1, :1",
    "urn:uuid:0F3A99, urn",
    "0F3A99 :1, 0F3A99 :1",
  })
  void takesTheIdOutOfTheTextOfAQrCode(String text, String id) {
    assertThat(EhealthCard.id(text)).isEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "Ａ１２, A12",
        "ｘ：！～, x:!~",
        "\"　A12　\", A12",
        "\" A12\t\", A12",
        "\"A　12\", A 12",
        "住院１２号, 住院12号",
        "·・、。, ·・、。",
      })
  void writesNumbersInHalfWidth(String spelling, String normal) {
    assertThat(HalfWidth.of(spelling)).isEqualTo(normal);
  }

  @ParameterizedTest
  @CsvSource({
    "阿依古丽•买买提, 阿依古丽·买买提",
    "阿依古丽・买买提, 阿依古丽·买买提",
    "阿依古丽･买买提, 阿依古丽·买买提",
    "阿依古丽.买买提, 阿依古丽·买买提",
    "阿依古丽．买买提, 阿依古丽·买买提",
    "阿依古丽‧买买提, 阿依古丽·买买提",
    "阿依古丽·买买提, 阿依古丽·买买提",
    "古丽•买买提.艾力, 古丽·买买提·艾力",
    "𠀀•𠀁, 𠀀·𠀁",
    "阿依古丽∙买买提, 阿依古丽·买买提",
    "阿依古丽﹒买买提, 阿依古丽·买买提",
    "阿依古丽 · 买买提, 阿依古丽·买买提",
    "阿依古丽　•　买买提 ·艾力, 阿依古丽·买买提·艾力",
    "𠀀 · 𠀁, 𠀀·𠀁",
  })
  void partsTheNamesOfMinoritiesWithOneDot(String spelling, String normal) {
    assertThat(PersonName.normal(spelling)).isEqualTo(normal);
  }

  @ParameterizedTest
  @CsvSource({
    "李\u200b秀兰, 李秀兰",
    "\ufeff李秀兰, 李秀兰",
    "李秀兰\u2060\u200b, 李秀兰",
    "\u202e阿依古丽\u200b·\u200f买买提, 阿依古丽·买买提",
    "\u200b \u3000李秀兰, 李秀兰",
    "a\u200cb, a\u200cb"
  })
  void dropsWhatCannotBeSeenInAName(String written, String normal) {
    assertThat(PersonName.normal(written)).isEqualTo(normal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"　卓1　", " 卓1", "卓1 ", "\u00a0卓1\t", "卓1"})
  void dropsBlanksAtTheEndsOfAName(String spelling) {
    assertThat(PersonName.normal(spelling)).isEqualTo("卓1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " 　",
        "· 李",
        "李 ·",
        "李 · Smith",
        "John Smith",
        "李秀兰",
        "J. Smith",
        "J.Smith",
        "李.",
        ".李",
        "李..兰",
        "李 . 兰",
        "李.B",
        "李。兰",
        "3.5"
      })
  void leavesADotThatPartsNoSuchName(String name) {
    assertThat(PersonName.normal(name)).isEqualTo(name);
  }

  @Test
  void changesNothingASecondTime() {
    Map<String, UnaryOperator<String>> rules =
        Map.of(
            "identity number", IdentityNumber::normal,
            "electronic health card", EhealthCard::id,
            "half width", HalfWidth::of,
            "name", PersonName::normal);
    Random random = new Random(20261122);
    for (int i = 0; i < 50_000; i++) {
      String text = Spellings.random(random);
      rules.forEach(
          (rule, normal) -> {
            String once = normal.apply(text);
            assertThat(normal.apply(once)).as(rule + " of " + text).isEqualTo(once);
          });
    }
  }
}
