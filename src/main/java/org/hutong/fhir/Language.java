package org.hutong.fhir;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The languages in which we answer. Chinese unless the caller prefers English. */
public enum Language {
  ZH("zh-CN"),
  EN("en");

  private final String tag;

  Language(String tag) {
    this.tag = tag;
  }

  /** The BCP 47 tag, as sent in {@code Content-Language}. */
  public String tag() {
    return tag;
  }

  /**
   * Chooses by an {@code Accept-Language} header (RFC 9110 §12.5.4): the first of our languages by
   * descending quality; Chinese when the header is absent, malformed or names neither.
   */
  public static Language preferred(@Nullable String acceptLanguage) {
    if (acceptLanguage == null || acceptLanguage.isBlank()) {
      return ZH;
    }
    List<Locale.LanguageRange> ranges;
    try {
      ranges = Locale.LanguageRange.parse(acceptLanguage);
    } catch (IllegalArgumentException malformed) {
      return ZH;
    }
    for (Locale.LanguageRange range : ranges) {
      if (range.getWeight() == 0) {
        continue;
      }
      if (range.getRange().startsWith("zh")) {
        return ZH;
      }
      if (range.getRange().startsWith("en")) {
        return EN;
      }
    }
    return ZH;
  }
}
