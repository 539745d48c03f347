package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.hutong.fhir.Language;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScanTest {
  private final JsonScan scan = new JsonScan(Limits.DEFAULT);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"resourceType\":\"Patient\"}",
        " {\"name\":[{\"text\":\"欧阳·𠮷\"}],\"resourceType\":\"Patient\"}\n",
        "{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"\\ud842\\udfb7 \\u5f20\\t\"}]}",
        "{\"resourceType\":\"Observation\",\"valueQuantity\":{\"value\":-1.50e-3}}",
        "{\"resourceType\":\"Patient\",\"birthDate\":null,\"_birthDate\":{\"id\":\"a\"}}",
      })
  void acceptsCleanResources(String json) {
    assertThatCode(() -> scan(json)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"resourceType":"Patient"                      | BODY_MALFORMED    | Patient.resourceType
          {"resourceType":"Patient"} x                   | BODY_MALFORMED    | Patient
          {"resourceType":"Patient"}{}                   | BODY_MALFORMED    | Patient
          {"resourceType":"Patient","gender":}           | BODY_MALFORMED    | Patient.gender
          {"resourceType":"Patient","active":NaN}        | BODY_MALFORMED    | Patient.active
          {"resourceType":"Patient","a":1e999999999}     | BODY_MALFORMED    | Patient.a
          {"resourceType":"Patient","a":-1E+0000309}     | BODY_MALFORMED    | Patient.a
          {'resourceType':'Patient'}                     | BODY_MALFORMED    | Resource
          []                                             | BODY_MALFORMED    | Resource
          null                                           | BODY_MALFORMED    | Resource
          "Patient"                                      | BODY_MALFORMED    | Resource
          {}                                             | BODY_MALFORMED    | Resource
          {"resourceType":["Patient"]}                   | BODY_MALFORMED    | Resource
          {"gender":"male","gender":"male","resourceType":"Patient"} | DUPLICATE_KEY | Patient.gender
          {"resourceType":"Patient","name":[{"text":"a"},{"text":"a","text":"b"}]} | DUPLICATE_KEY | Patient.name[1].text
          {"resourceType":"Patient","name":[{"text":"张\\ufffd"}]}  | BODY_MOJIBAKE     | Patient.name[0].text
          {"resourceType":"Patient","name":[{"text":"锟斤拷"}]}     | BODY_MOJIBAKE     | Patient.name[0].text
          {"resourceType":"Patient","name":[{"given":["a","\\u0000"]}]} | CONTROL_CHARACTER | Patient.name[0].given[1]
          {"resourceType":"Patient","name":[{"text":"\\ud83d"}]} | CONTROL_CHARACTER | Patient.name[0].text
          {"resourceType":"Patient","name":[{"text":"\\udc00\\ud800"}]} | CONTROL_CHARACTER | Patient.name[0].text
          {"resourceType":"Patient","_birthDate":{"\\u0001":1}} | CONTROL_CHARACTER | Patient.birthDate
          {"resourceType":"Patient","name":[{"text":"\\uffff"}]} | CONTROL_CHARACTER | Patient.name[0].text
          {"resourceType":"Patient","name":[{"text":"张\\ufeff"}]} | CONTROL_CHARACTER | Patient.name[0].text
          {"resourceType":"Patient","gender":"\ufefffemale"} | CONTROL_CHARACTER | Patient.gender
          """)
  void saysWhatIsWrongAndWhere(String json, ProblemCode code, String location) {
    Problem problem = refuse(json.getBytes(StandardCharsets.UTF_8));
    assertThat(problem.code()).isEqualTo(code);
    assertThat(problem.issues().get(0).location()).isEqualTo(location);
  }

  @Test
  void refusesRawControlCharactersAndNamesThem() {
    Problem problem =
        refuse(
            "{\"resourceType\":\"Patient\",\"id\":\"a\u0007\"}".getBytes(StandardCharsets.UTF_8));
    assertThat(problem.code()).isEqualTo(ProblemCode.CONTROL_CHARACTER);
    assertThat(problem.issues().get(0).location()).isEqualTo("Patient.id");
    assertThat(problem.issues().get(0).arguments()).containsExactly("U+0007");
  }

  @Test
  void refusesControlCharactersBetweenTokens() {
    assertThat(
            refuse("{\u0001\"resourceType\":\"Patient\"}".getBytes(StandardCharsets.UTF_8)).code())
        .isIn(ProblemCode.CONTROL_CHARACTER, ProblemCode.BODY_MALFORMED);
  }

  @Test
  void refusesAnUnescapedLineBreakWithinAString() {
    assertThat(refuse("{\"resourceType\":\"Pat\nient\"}".getBytes(StandardCharsets.UTF_8)).code())
        .isEqualTo(ProblemCode.BODY_MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GBK", "GB18030", "UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32"})
  void refusesOtherEncodings(String charset) {
    String json = "{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"张三\"}]}";
    assertThat(refuse(json.getBytes(Charset.forName(charset))).code())
        .isEqualTo(ProblemCode.BODY_NOT_UTF8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n"})
  void callsABlankBodyEmpty(String json) {
    assertThat(refuse(json.getBytes(StandardCharsets.UTF_8)).code())
        .isEqualTo(ProblemCode.BODY_EMPTY);
  }

  @Test
  void refusesDeepNestingWithoutFollowingIt() {
    String json =
        "{\"resourceType\":\"Patient\",\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
    assertThat(refuse(json.getBytes(StandardCharsets.UTF_8)).code())
        .isEqualTo(ProblemCode.BODY_TOO_DEEP);
  }

  @Test
  void acceptsNestingUpToTheLimit() {
    String json = "{\"resourceType\":\"Patient\",\"a\":" + "[".repeat(63) + "]".repeat(63) + "}";
    assertThatCode(() -> scan(json)).doesNotThrowAnyException();
  }

  @Test
  void refusesLongNumbersAndLongNames() {
    assertThat(
            refuse(
                    ("{\"resourceType\":\"Patient\",\"a\":" + "9".repeat(10_000) + "}")
                        .getBytes(StandardCharsets.UTF_8))
                .code())
        .isEqualTo(ProblemCode.BODY_MALFORMED);
    assertThat(
            refuse(
                    ("{\"resourceType\":\"Patient\",\"" + "a".repeat(10_000) + "\":1}")
                        .getBytes(StandardCharsets.UTF_8))
                .code())
        .isEqualTo(ProblemCode.BODY_MALFORMED);
  }

  @Test
  void countsTheEntriesOfABundleAndOfNothingElse() {
    String entries = "\"entry\":[" + "{},".repeat(5000) + "{}]}";
    assertThat(
            refuse(("{\"resourceType\":\"Bundle\"," + entries).getBytes(StandardCharsets.UTF_8))
                .code())
        .isEqualTo(ProblemCode.BUNDLE_TOO_LARGE);
    assertThatCode(() -> scan("{\"resourceType\":\"List\"," + entries)).doesNotThrowAnyException();
    assertThatCode(
            () -> scan("{\"resourceType\":\"Bundle\",\"entry\":[" + "{},".repeat(4999) + "{}]}"))
        .doesNotThrowAnyException();
  }

  @Test
  void takesPatchesAsArraysOnly() {
    byte[] patch =
        "[{\"op\":\"test\",\"path\":\"/a\",\"value\":\"锟斤拷\"}]".getBytes(StandardCharsets.UTF_8);
    Problem problem = catchThrowableOfType(Problem.class, () -> scan.patch(patch, 0, patch.length));
    assertThat(problem.code()).isEqualTo(ProblemCode.BODY_MOJIBAKE);
    assertThat(problem.issues().get(0).location()).isEqualTo("$this[0].value");
    byte[] object = "{\"op\":\"test\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(
            catchThrowableOfType(Problem.class, () -> scan.patch(object, 0, object.length)).code())
        .isEqualTo(ProblemCode.BODY_MALFORMED);
  }

  @Test
  void putsNothingOfTheTextIntoTheException() {
    Problem problem =
        refuse(
            "{\"resourceType\":\"Patient\",\"name\":[{\"text\":张三}]}"
                .getBytes(StandardCharsets.UTF_8));
    assertThat(problem.getMessage()).doesNotContain("张三");
    assertThat(problem.getCause()).isNull();
  }

  @Test
  void explainsInBothLanguages() {
    Problem problem = refuse("{\"resourceType\":\"Patient\",}".getBytes(StandardCharsets.UTF_8));
    assertThat(Outcomes.render(problem, Language.ZH).getIssueFirstRep().getDetails().getText())
        .isEqualTo("请求体不是合格的 FHIR JSON：第 1 行第 27 列");
    assertThat(Outcomes.render(problem, Language.EN).getIssueFirstRep().getDetails().getText())
        .isEqualTo("The body is not well-formed FHIR JSON: line 1, column 27");
  }

  private void scan(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    scan.resource(bytes, 0, bytes.length);
  }

  private Problem refuse(byte[] bytes) {
    Problem problem =
        catchThrowableOfType(Problem.class, () -> scan.resource(bytes, 0, bytes.length));
    assertThat(problem).isNotNull();
    return problem;
  }
}
