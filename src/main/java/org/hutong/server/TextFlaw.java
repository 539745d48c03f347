package org.hutong.server;

import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * A character that must not stand in a text, with the problem it makes.
 *
 * <p>FHIR R4 §2.24.0.1 allows below U+0020 only tab, line feed and carriage return. U+FFFD is what
 * a decoder leaves where it met bytes of another encoding; "锟斤拷" are the bytes of two of them read
 * as GBK. Either way the original is lost, and storing the rest would hide that. U+FEFF is a byte
 * order mark, which means something at the very start of a body only, and is taken off there;
 * within a value nobody sees it, the validator passes over it, and the value is another one.
 *
 * @param codePoint the first offending code point
 */
record TextFlaw(ProblemCode code, int codePoint) {
  private static final char BYTE_ORDER_MARK = 0xfeff;

  private static final String GBK_TRACE = "锟斤拷";

  /** The first flaw of a text; null when it is clean. */
  static @Nullable TextFlaw find(char[] text, int from, int length) {
    int to = from + length;
    for (int i = from; i < to; i++) {
      char c = text[i];
      if (c >= 0x20 && c < 0xd800 && c != GBK_TRACE.charAt(0)) {
        continue;
      }
      if (c < 0x20) {
        if (c != '\t' && c != '\n' && c != '\r') {
          return new TextFlaw(ProblemCode.CONTROL_CHARACTER, c);
        }
      } else if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c) || i + 1 == to || !Character.isLowSurrogate(text[i + 1])) {
          return new TextFlaw(ProblemCode.CONTROL_CHARACTER, c);
        }
        i++;
      } else if (c >= 0xfffe || c == BYTE_ORDER_MARK) {
        return new TextFlaw(ProblemCode.CONTROL_CHARACTER, c);
      } else if (c == 0xfffd || traceAt(text, i, to)) {
        return new TextFlaw(ProblemCode.BODY_MOJIBAKE, c);
      }
    }
    return null;
  }

  static @Nullable TextFlaw find(String text) {
    char[] characters = text.toCharArray();
    return find(characters, 0, characters.length);
  }

  private static boolean traceAt(char[] text, int at, int to) {
    return text[at] == GBK_TRACE.charAt(0)
        && at + 2 < to
        && text[at + 1] == GBK_TRACE.charAt(1)
        && text[at + 2] == GBK_TRACE.charAt(2);
  }

  /** The code point in Unicode's notation, such as {@code U+0000}. */
  String notation() {
    return "U+%04X".formatted(codePoint);
  }
}
