package org.hutong.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageTest {

  @ParameterizedTest
  @CsvSource({
    ", ZH",
    "'', ZH",
    "zh, ZH",
    "zh-CN, ZH",
    "zh-Hant-TW, ZH",
    "en, EN",
    "en-GB, EN",
    "'en,zh;q=0.5', EN",
    "'en;q=0.5,zh', ZH",
    "'fr,en;q=0.4', EN",
    "'de,fr', ZH",
    "'*', ZH",
    "'zh;q=0,en;q=0.1', EN",
    "'en;q=0', ZH",
    "'en;q=x', ZH",
    "';;;', ZH",
  })
  void isWhatTheCallerPrefersAndElseChinese(@Nullable String header, Language expected) {
    assertThat(Language.preferred(header)).isEqualTo(expected);
  }
}
