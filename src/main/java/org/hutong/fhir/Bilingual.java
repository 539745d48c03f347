package org.hutong.fhir;

/** One sentence in the two languages that we speak. */
public record Bilingual(String zh, String en) {
  public String in(Language language) {
    return switch (language) {
      case ZH -> zh;
      case EN -> en;
    };
  }
}
