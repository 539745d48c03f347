package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XmlScanTest {
  private static final String OPEN = "<Patient xmlns=\"http://hl7.org/fhir\">";
  private static final String CLOSE = "</Patient>";

  private final XmlScan scan = new XmlScan(Limits.DEFAULT);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<name><text value=\"欧阳·𠮷 &amp; &#x5F20;&#9;\"/></name>",
        "<text><status value=\"generated\"/><div xmlns=\"http://www.w3.org/1999/xhtml\">a &lt;"
            + " b</div></text>",
        "<!-- comment --><?process this?><birthDate/>",
      })
  void acceptsCleanResources(String content) {
    assertThatCode(() -> scan(OPEN + content + CLOSE)).doesNotThrowAnyException();
    assertThatCode(
            () -> scan("<?xml version=\"1.0\" encoding=\"utf-8\"?>" + OPEN + content + CLOSE))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          <Patient xmlns="http://hl7.org/fhir">                        | BODY_MALFORMED | Patient
          <Patient xmlns="http://hl7.org/fhir"/><a/>                   | BODY_MALFORMED | -
          <Patient/>                                                   | BODY_MALFORMED | Patient
          <Patient xmlns="urn:hl7-org:v3"/>                            | BODY_MALFORMED | Patient
          {"resourceType":"Patient"}                                   | BODY_MALFORMED | -
          <?xml version="1.1"?><Patient xmlns="http://hl7.org/fhir"/>  | BODY_MALFORMED | -
          <?xml version="1.0" encoding="GBK"?><Patient xmlns="http://hl7.org/fhir"/> | BODY_MALFORMED | -
          <Patient xmlns="http://hl7.org/fhir"><a/><b value="&unknown;"/></Patient>  | BODY_MALFORMED | Patient
          <Patient xmlns="http://hl7.org/fhir"><a value="1" value="2"/></Patient>    | BODY_MALFORMED | Patient
          <Patient xmlns="http://hl7.org/fhir"><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/></Patient> | BODY_MALFORMED | Patient.include
          <!DOCTYPE Patient><Patient xmlns="http://hl7.org/fhir"/>     | XML_DOCTYPE    | -
          <!DOCTYPE p SYSTEM "http://127.0.0.1:1/x"><p/>               | XML_DOCTYPE    | -
          <!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>&x;</p> | XML_DOCTYPE | -
          <Patient xmlns="http://hl7.org/fhir"><name/><name><text value="锟斤拷"/></name></Patient> | BODY_MOJIBAKE | Patient.name[1].text
          <Patient xmlns="http://hl7.org/fhir"><name><text value="&#xFFFD;"/></name></Patient>    | BODY_MOJIBAKE | Patient.name.text
          """)
  void saysWhatIsWrongAndWhere(String xml, ProblemCode code, String location) {
    Problem problem = refuse(xml.getBytes(StandardCharsets.UTF_8));
    assertThat(problem.code()).isEqualTo(code);
    assertThat(problem.issues().get(0).location()).isEqualTo(location);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\u0000", "\u0008", "&#0;", "&#8;", "&#xFEFF;", "\uFEFF", "&#xFFFE;", "&#xD800;"})
  void refusesControlCharactersHoweverWritten(String character) {
    Problem problem =
        refuse(
            (OPEN + "<id value=\"" + character + "\"/>" + CLOSE).getBytes(StandardCharsets.UTF_8));
    assertThat(problem.code()).isEqualTo(ProblemCode.CONTROL_CHARACTER);
    assertThat(problem.issues().get(0).location()).startsWith("Patient");
  }

  @Test
  void refusesTheBillionLaughsAtTheDoctype() {
    StringBuilder xml = new StringBuilder("<!DOCTYPE p [<!ENTITY a0 \"ha\">");
    for (int i = 1; i < 30; i++) {
      xml.append("<!ENTITY a%d \"&a%d;&a%d;\">".formatted(i, i - 1, i - 1));
    }
    xml.append("]><p>&a29;</p>");
    assertThat(refuse(xml.toString().getBytes(StandardCharsets.UTF_8)).code())
        .isEqualTo(ProblemCode.XML_DOCTYPE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GBK", "GB18030", "UTF-16LE", "UTF-16BE", "UTF-16"})
  void refusesOtherEncodings(String charset) {
    String xml = OPEN + "<name><text value=\"张三\"/></name>" + CLOSE;
    assertThat(refuse(xml.getBytes(Charset.forName(charset))).code())
        .isEqualTo(ProblemCode.BODY_NOT_UTF8);
  }

  @Test
  void refusesDeepNestingWithoutFollowingIt() {
    String xml = OPEN + "<a>".repeat(10_000) + "</a>".repeat(10_000) + CLOSE;
    assertThat(refuse(xml.getBytes(StandardCharsets.UTF_8)).code())
        .isEqualTo(ProblemCode.BODY_TOO_DEEP);
    assertThatCode(() -> scan(OPEN + "<a>".repeat(63) + "</a>".repeat(63) + CLOSE))
        .doesNotThrowAnyException();
  }

  @Test
  void countsTheEntriesOfABundle() {
    String xml = "<Bundle xmlns=\"http://hl7.org/fhir\">" + "<entry/>".repeat(5001) + "</Bundle>";
    assertThat(refuse(xml.getBytes(StandardCharsets.UTF_8)).code())
        .isEqualTo(ProblemCode.BUNDLE_TOO_LARGE);
    assertThatCode(() -> scan(xml.replaceFirst("<entry/>", ""))).doesNotThrowAnyException();
  }

  @Test
  void acceptsALargeAttachment() {
    assertThatCode(
            () ->
                scan(
                    OPEN
                        + "<photo><data value=\""
                        + "QUJD".repeat(1_000_000)
                        + "\"/></photo>"
                        + CLOSE))
        .doesNotThrowAnyException();
  }

  @Test
  void takesPatchesInTheirOwnTerms() {
    byte[] patch =
        "<diff><replace sel=\"Patient/a\">x</replace></diff>".getBytes(StandardCharsets.UTF_8);
    assertThatCode(() -> scan.patch(patch, 0, patch.length)).doesNotThrowAnyException();
  }

  @Test
  void putsNothingOfTheTextIntoTheException() {
    Problem problem = refuse((OPEN + "<a value=\"张三\">").getBytes(StandardCharsets.UTF_8));
    assertThat(problem.getMessage()).doesNotContain("张三");
    assertThat(problem.getCause()).isNull();
  }

  private void scan(String xml) {
    byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
    scan.resource(bytes, 0, bytes.length);
  }

  private Problem refuse(byte[] bytes) {
    Problem problem =
        catchThrowableOfType(Problem.class, () -> scan.resource(bytes, 0, bytes.length));
    assertThat(problem).isNotNull();
    return problem;
  }
}
