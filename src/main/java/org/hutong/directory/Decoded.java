package org.hutong.directory;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * The text of a file that does not say in what encoding it is.
 *
 * @param encoding as it is told
 * @param ambiguous whether the bytes are UTF-8 as well, and were taken for GB18030 all the same
 */
record Decoded(String text, String encoding, boolean ambiguous) {
  /** GB 18030 holds all of GBK and GB 2312. */
  private static final Charset GB18030 = Charset.forName("GB18030");

  private static final Set<String> CHINESE = Set.of("GB18030", "GBK", "GB2312", "CP936");

  private static final Bilingual AS_CSV =
      new Bilingual(
          "请在表格软件中“另存为” CSV（UTF-8 或 GB18030 均可）再上传。",
          "Save it from the spreadsheet program as CSV (UTF-8 or GB18030) and send that.");

  /**
   * Finds the encoding: what the caller names, a byte order mark, UTF-8 where the bytes are that,
   * else GB18030. Where they are both, the reading with more Chinese characters is taken.
   *
   * @param named by the caller; null when nobody did
   * @throws Problem when it is no text of either, saying what it seems to be
   */
  static Decoded of(byte[] bytes, @Nullable String named) {
    refuseOthers(bytes);
    boolean marked = starts(bytes, 0xef, 0xbb, 0xbf);
    ByteBuffer body = marked ? ByteBuffer.wrap(bytes, 3, bytes.length - 3) : ByteBuffer.wrap(bytes);
    String upper = named == null ? "" : named.toUpperCase(Locale.ROOT).replace("UTF8", "UTF-8");
    if (!upper.isEmpty() && !upper.equals("UTF-8") && !CHINESE.contains(upper)) {
      throw Problem.parameterInvalid("encoding", named, "UTF-8, GB18030");
    }
    if (marked || upper.equals("UTF-8")) {
      return new Decoded(strict(body, StandardCharsets.UTF_8), "UTF-8", false);
    }
    if (!upper.isEmpty()) {
      return new Decoded(strict(body, GB18030), "GB18030", false);
    }
    String utf8 = decoded(body, StandardCharsets.UTF_8);
    String chinese = decoded(body, GB18030);
    if (utf8 != null && chinese != null && !utf8.equals(chinese)) {
      return share(chinese) > share(utf8)
          ? new Decoded(chinese, "GB18030", true)
          : new Decoded(utf8, "UTF-8", false);
    }
    if (utf8 != null) {
      return new Decoded(utf8, "UTF-8", false);
    }
    return new Decoded(chinese != null ? chinese : strict(body, GB18030), "GB18030", false);
  }

  private static void refuseOthers(byte[] bytes) {
    String what =
        starts(bytes, 'P', 'K', 3, 4)
            ? "XLSX"
            : starts(bytes, 0xd0, 0xcf, 0x11, 0xe0)
                ? "XLS"
                : starts(bytes, 0xff, 0xfe) || starts(bytes, 0xfe, 0xff)
                    ? "UTF-16"
                    : starts(bytes, '%', 'P', 'D', 'F') ? "PDF" : null;
    if (what != null) {
      throw unreadable(
          new Bilingual("这是 %s 文件，不是 CSV".formatted(what), "This is %s, not CSV".formatted(what)),
          AS_CSV);
    }
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        throw unreadable(
            new Bilingual(
                "第 %d 字节为零，这不是文本文件".formatted(i + 1), "Byte %d is zero: no text".formatted(i + 1)),
            AS_CSV);
      }
    }
  }

  static Problem unreadable(Bilingual what, Bilingual mend) {
    return Problem.worded(ProblemCode.TABLE_UNREADABLE, null, what, mend);
  }

  private static boolean starts(byte[] bytes, int... with) {
    for (int i = 0; i < with.length; i++) {
      if (bytes.length <= i || (bytes[i] & 0xff) != with[i]) {
        return false;
      }
    }
    return true;
  }

  private static CharsetDecoder decoder(Charset charset) {
    return charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  private static @Nullable String decoded(ByteBuffer body, Charset charset) {
    try {
      return decoder(charset).decode(body.duplicate()).toString();
    } catch (CharacterCodingException no) {
      return null;
    }
  }

  private static String strict(ByteBuffer body, Charset charset) {
    ByteBuffer in = body.duplicate();
    CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
    CoderResult result = decoder(charset).decode(in, out, true);
    if (result.isError()) {
      String text = out.flip().toString();
      long line = text.chars().filter(c -> c == '\n').count() + 1;
      throw unreadable(
          new Bilingual(
              "第 %d 行（第 %d 字节）不是 %s 文本".formatted(line, in.position() + 1, charset.name()),
              "Line %d (byte %d) is not %s".formatted(line, in.position() + 1, charset.name())),
          AS_CSV);
    }
    return out.flip().toString();
  }

  /** How much of what is not ASCII is Chinese: characters, or the punctuation between them. */
  private static double share(String text) {
    long[] count = new long[2];
    text.codePoints()
        .filter(c -> c >= 0x80)
        .forEach(
            c -> {
              count[0]++;
              if (Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN
                  || c >= 0x3000 && c <= 0x303f
                  || c >= 0xff00 && c <= 0xffef
                  || c == 0xb7) {
                count[1]++;
              }
            });
    return count[0] == 0 ? 0 : (double) count[1] / count[0];
  }
}
