package org.hutong.server;

/**
 * What one pass over the bytes of a text tells, without decoding it.
 *
 * @param malformedAt offset of the first byte that is no well-formed UTF-8 (Unicode 16.0, table
 *     3-7: no overlong forms, no surrogates); -1 when there is none
 * @param controlAt offset of the first control character that no format allows (below U+0020, save
 *     tab, line feed and carriage return); -1 when there is none
 * @param suspicious whether decoded strings can hold what {@link TextFlaw} looks for; false for
 *     nearly all texts, so that nearly none need be decoded
 */
record RawText(int malformedAt, int controlAt, boolean suspicious) {
  private static final boolean[] PLAIN = new boolean[256];

  static {
    for (int b = 0; b < 0x80; b++) {
      PLAIN[b] = b >= 0x20 && b != '\\' && b != '&' || b == '\t' || b == '\n' || b == '\r';
    }
  }

  /**
   * Looks at {@code bytes[from..to)}.
   *
   * @param escape the character that begins an escape, and after it all those that, coming second,
   *     can make it stand for a flawed character: <code>&#92;ubf</code> in JSON, {@code &#} in XML
   */
  static RawText of(byte[] bytes, int from, int to, String escape) {
    byte escape0 = (byte) escape.charAt(0);
    int controlAt = -1;
    boolean suspicious = false;
    int at = from;
    while (true) {
      while (at < to && PLAIN[bytes[at] & 0xff]) {
        at++;
      }
      if (at >= to) {
        return new RawText(-1, controlAt, suspicious || controlAt >= 0);
      }
      byte lead = bytes[at];
      if (lead >= 0) {
        if (lead < 0x20) {
          controlAt = controlAt < 0 ? at : controlAt;
        } else if (lead == escape0 && at + 1 < to && escape.indexOf(bytes[at + 1], 1) > 0) {
          suspicious = true;
        }
        at++;
        continue;
      }
      int length = sequence(bytes, at, to);
      if (length == 0) {
        return new RawText(at, controlAt, suspicious);
      }
      suspicious |= length == 3 && flawed(bytes, at, to);
      at += length;
    }
  }

  /** Length of the well-formed multi-byte sequence at an offset; 0 when there is none. */
  private static int sequence(byte[] bytes, int at, int to) {
    int lead = bytes[at] & 0xff;
    int length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length == 0 || at + length > to) {
      return 0;
    }
    int second = bytes[at + 1] & 0xff;
    int lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    int highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (second < lowest || second > highest) {
      return 0;
    }
    for (int i = at + 2; i < at + length; i++) {
      if ((bytes[i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  /** Whether U+FEFF, U+FFFD, U+FFFE, U+FFFF, or 锟 before 斤, stands at an offset. */
  private static boolean flawed(byte[] bytes, int at, int to) {
    if (bytes[at] == (byte) 0xef) {
      return bytes[at + 1] == (byte) 0xbf && (bytes[at + 2] & 0xff) >= 0xbd
          || bytes[at + 1] == (byte) 0xbb && bytes[at + 2] == (byte) 0xbf;
    }
    return bytes[at] == (byte) 0xe9
        && bytes[at + 1] == (byte) 0x94
        && bytes[at + 2] == (byte) 0x9f
        && at + 5 < to
        && bytes[at + 3] == (byte) 0xe6
        && bytes[at + 4] == (byte) 0x96
        && bytes[at + 5] == (byte) 0xa4;
  }
}
