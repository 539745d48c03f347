package org.hutong.fhir;

/** The full-width letters, digits and signs that an input method leaves in numbers and codes. */
public final class HalfWidth {
  private static final char FIRST = '\uff01';
  private static final char LAST = '\uff5e';
  private static final char IDEOGRAPHIC_SPACE = '\u3000';
  private static final int DISTANCE = FIRST - '!';

  private HalfWidth() {}

  /** The same in ASCII, without white space at either end. */
  public static String of(String text) {
    char[] half = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == IDEOGRAPHIC_SPACE || c >= FIRST && c <= LAST) {
        half = half == null ? text.toCharArray() : half;
        half[i] = c == IDEOGRAPHIC_SPACE ? ' ' : (char) (c - DISTANCE);
      }
    }
    return (half == null ? text : new String(half)).strip();
  }
}
