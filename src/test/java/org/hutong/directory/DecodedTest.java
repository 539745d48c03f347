package org.hutong.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.hutong.fhir.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodedTest {
  private static final Charset GB18030 = Charset.forName("GB18030");

  /** A character of CJK Extension B: four bytes in either encoding. */
  private static final String RARE = "𠮷";

  @Test
  void tellsUtf8FromGb18030() {
    String text = "机构名称,层级\n清河镇卫生院,乡镇级\n" + RARE + "家村卫生室,村级\n";
    assertThat(Decoded.of(text.getBytes(StandardCharsets.UTF_8), null))
        .isEqualTo(new Decoded(text, "UTF-8", false));
    assertThat(Decoded.of(text.getBytes(GB18030), null))
        .isEqualTo(new Decoded(text, "GB18030", false));
  }

  @Test
  void takesOffAByteOrderMark() {
    assertThat(Decoded.of("\ufeffname\n院".getBytes(StandardCharsets.UTF_8), null))
        .isEqualTo(new Decoded("name\n院", "UTF-8", false));
  }

  @Test
  void takesTheReadingThatIsMoreChineseWhereTheBytesAreBoth() {
    byte[] both = "name\n一院\n".getBytes(GB18030);
    assertThat(new String(both, StandardCharsets.UTF_8)).doesNotContain("\ufffd");
    assertThat(Decoded.of(both, null)).isEqualTo(new Decoded("name\n一院\n", "GB18030", true));
    assertThat(Decoded.of(both, "utf-8").encoding()).isEqualTo("UTF-8");
    assertThat(Decoded.of("name\n医院\n".getBytes(StandardCharsets.UTF_8), null).encoding())
        .isEqualTo("UTF-8");
    assertThat(Decoded.of("name\nabc\n".getBytes(StandardCharsets.UTF_8), null).ambiguous())
        .isFalse();
  }

  @Test
  void refusesWhatIsNoCsv() {
    byte[] xlsx = {'P', 'K', 3, 4, 20, 0};
    byte[] xls = {(byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0};
    byte[] zero = {'a', 0, 'b'};
    assertThat(what(xlsx)).contains("XLSX");
    assertThat(what(xls)).contains("XLS");
    assertThat(what("a,b".getBytes(StandardCharsets.UTF_16))).contains("UTF-16");
    assertThat(what(zero)).contains("第 2 字节");
  }

  @Test
  void saysWhereTheTextBreaks() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("name\n院\n".getBytes(GB18030));
    bytes.write(0xff);
    bytes.writeBytes("\n".getBytes(GB18030));
    assertThat(what(bytes.toByteArray())).contains("第 3 行");
    byte[] utf8 = "name\n院\n".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Decoded.of(Arrays.copyOf(utf8, 7), "utf-8"))
        .isInstanceOf(Problem.class);
  }

  private static String what(byte[] bytes) {
    try {
      Decoded.of(bytes, null);
    } catch (Problem problem) {
      var wording = problem.issues().get(0).wording();
      return wording == null ? "" : wording.what().zh();
    }
    throw new AssertionError("it was read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"latin-1", "UTF-16", "x"})
  void refusesOtherEncodings(String named) {
    assertThatThrownBy(() -> Decoded.of(new byte[] {'a'}, named)).isInstanceOf(Problem.class);
  }
}
