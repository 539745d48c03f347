package org.hutong.fhir;

import java.util.regex.Pattern;

/**
 * Names of persons as they are kept: without blanks at their ends and without characters that
 * cannot be seen, which come along when a name is copied from a page. Between the parts of a name
 * such as 阿依古丽·买买提 stands U+00B7 (民委发〔2016〕33号); keyboards and old systems offer half a dozen other
 * dots, some with blanks around.
 */
public final class PersonName {
  private static final char SEPARATOR = '\u00b7';

  /** These may also end something, as after an initial; with blanks around they do not part. */
  private static final String STOPS = ".\uff0e\ufe52";

  /**
   * The right one, bullet, bullet operator, katakana middle dot and its half-width form,
   * hyphenation point.
   */
  private static final String DOTS = SEPARATOR + "\u2022\u2219\u30fb\uff65\u2027";

  /**
   * Zero-width space and no-break space, word joiner and invisible operators, soft hyphen, marks of
   * the direction of writing. The zero-width joiner and non-joiner (U+200C, U+200D) stay: some
   * scripts are spelt with them.
   */
  private static final Pattern INVISIBLE =
      Pattern.compile("[\\u00ad\\u180e\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]");

  private PersonName() {}

  /**
   * The same name without blanks at its ends and what cannot be seen, and with U+00B7 for every
   * other dot that stands between two Chinese characters. What is nothing but blanks stays so.
   */
  public static String normal(String written) {
    String name =
        INVISIBLE.matcher(written).find() ? INVISIBLE.matcher(written).replaceAll("") : written;
    int from = skip(name, 0);
    int to = back(name, name.length());
    if (from >= to) {
      return written;
    }
    String trimmed = name.substring(from, to);
    StringBuilder normal = new StringBuilder(trimmed.length());
    for (int i = 0; i < trimmed.length(); i++) {
      char c = trimmed.charAt(i);
      boolean stop = STOPS.indexOf(c) >= 0;
      if (stop || DOTS.indexOf(c) >= 0) {
        int before = stop ? i : back(trimmed, i);
        int after = stop ? i + 1 : skip(trimmed, i + 1);
        if (before > 0
            && after < trimmed.length()
            && Character.isIdeographic(trimmed.codePointBefore(before))
            && Character.isIdeographic(trimmed.codePointAt(after))) {
          normal.setLength(normal.length() - (i - before));
          normal.append(SEPARATOR);
          i = after - 1;
          continue;
        }
      }
      normal.append(c);
    }
    return normal.toString();
  }

  /** The first place from one on that is no blank. */
  private static int skip(String text, int from) {
    int i = from;
    while (i < text.length() && blank(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** The place after the last character before one that is no blank. */
  private static int back(String text, int to) {
    int i = to;
    while (i > 0 && blank(text.charAt(i - 1))) {
      i--;
    }
    return i;
  }

  private static boolean blank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }
}
