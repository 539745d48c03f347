package org.hutong.fhir;

/**
 * Names of persons as they are kept. Between the parts of a name such as 阿依古丽·买买提 stands U+00B7
 * (民委发〔2016〕33号); keyboards and old systems offer half a dozen other dots.
 */
public final class PersonName {
  private static final char SEPARATOR = '\u00b7';

  /**
   * Bullet, katakana middle dot and its half-width form, full stop in both widths, hyphenation
   * point.
   */
  private static final String OTHER_DOTS = "\u2022\u30fb\uff65.\uff0e\u2027";

  private PersonName() {}

  /** The same name, with U+00B7 for every other dot that stands between two Chinese characters. */
  public static String normal(String name) {
    StringBuilder normal = null;
    for (int i = 1; i < name.length() - 1; i++) {
      if (OTHER_DOTS.indexOf(name.charAt(i)) >= 0
          && Character.isIdeographic(name.codePointBefore(i))
          && Character.isIdeographic(name.codePointAt(i + 1))) {
        normal = normal == null ? new StringBuilder(name) : normal;
        normal.setCharAt(i, SEPARATOR);
      }
    }
    return normal == null ? name : normal.toString();
  }
}
