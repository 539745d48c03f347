package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawTextTest {
  @Test
  void namesTheFirstByteThatIsNotUtf8() {
    byte[] gbk = "姓名：张三".getBytes(Charset.forName("GBK"));
    assertThat(scan(gbk).malformedAt()).isZero();
    assertThat(scan(concat("{\"a\":\"", gbk)).malformedAt()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "plain", "é", "张三", "𠮷田 𪚥", "\t\r\n", "\uE000", "锟", "曹锟", "\uFEFE", "\uFEBF"
      })
  void findsNothingInCleanText(String text) {
    assertThat(scan(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(new RawText(-1, -1, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x\uFEFF", "x\uFFFD", "\uFFFE", "\uFFFF", "a锟斤拷", "锟斤", "\\u0000", "\u0001"})
  void suspectsWhatCanHideAFlaw(String text) {
    assertThat(scan(text.getBytes(StandardCharsets.UTF_8)).suspicious()).isTrue();
  }

  @Test
  void namesTheFirstControlCharacter() {
    assertThat(scan(new byte[] {'a', 0, 1}).controlAt()).isEqualTo(1);
  }

  @Test
  void agreesWithTheStrictDecoderOfTheJdk() {
    Random random = new Random(7);
    int[] interesting = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2};
    int[] leads = {0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};
    for (int round = 0; round < 200_000; round++) {
      byte[] bytes = new byte[1 + random.nextInt(6)];
      for (int i = 0; i < bytes.length; i++) {
        int[] from = random.nextBoolean() ? interesting : leads;
        bytes[i] = (byte) from[random.nextInt(from.length)];
      }
      assertThat(scan(bytes).malformedAt()).as("%s", ByteBuffer.wrap(bytes)).isEqualTo(jdk(bytes));
    }
  }

  private static int jdk(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CoderResult result = decoder.decode(in, CharBuffer.allocate(16), true);
    return result.isError() ? in.position() : -1;
  }

  private static RawText scan(byte[] bytes) {
    return RawText.of(bytes, 0, bytes.length, "\\ubf");
  }

  private static byte[] concat(String head, byte[] tail) {
    byte[] start = head.getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[start.length + tail.length];
    System.arraycopy(start, 0, all, 0, start.length);
    System.arraycopy(tail, 0, all, start.length, tail.length);
    return all;
  }
}
