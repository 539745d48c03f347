package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hutong.fhir.ProblemCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The part of the corpus that must never reach the engine, and that which must. */
class BadInputWireTest {
  private static BareContainer container;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    container = new BareContainer(Limits.DEFAULT, folder);
  }

  @AfterAll
  static void stop() throws Exception {
    container.stop();
  }

  static Stream<BadInput> refused() {
    return BadInput.cases().filter(each -> Set.of("container", "intake").contains(each.at()));
  }

  static Stream<BadInput> accepted() {
    return BadInput.cases().filter(each -> each.at().equals("accepted"));
  }

  @ParameterizedTest
  @MethodSource
  void refused(BadInput input) throws IOException {
    Wire.Answer answer = send(input);
    assertThat(answer.status()).isIn(input.statuses());
    assertThat(answer.header("Content-Language")).isEqualTo("zh-CN");
    assertThat(answer.body()).doesNotContain("Exception", "java.", "root:");
    assertThat(answer.code()).isIn(input.codes());
  }

  @ParameterizedTest
  @MethodSource
  void accepted(BadInput input) throws IOException {
    assertThat(send(input).status()).isEqualTo(200);
  }

  @Test
  void everyProblemThatTheIntakeKnowsHasACase() {
    Set<String> covered =
        BadInput.cases().flatMap(each -> each.codes().stream()).collect(Collectors.toSet());
    assertThat(covered)
        .contains(
            Stream.of(
                    ProblemCode.BODY_MALFORMED,
                    ProblemCode.BODY_EMPTY,
                    ProblemCode.BODY_NOT_UTF8,
                    ProblemCode.BODY_MOJIBAKE,
                    ProblemCode.BODY_TOO_LARGE,
                    ProblemCode.BODY_TOO_DEEP,
                    ProblemCode.BODY_UNEXPECTED,
                    ProblemCode.DUPLICATE_KEY,
                    ProblemCode.CONTROL_CHARACTER,
                    ProblemCode.XML_DOCTYPE,
                    ProblemCode.BUNDLE_TOO_LARGE,
                    ProblemCode.MEDIA_TYPE_MISSING,
                    ProblemCode.MEDIA_TYPE_UNSUPPORTED,
                    ProblemCode.REQUEST_MALFORMED,
                    ProblemCode.URL_NOT_UTF8)
                .map(ProblemCode::code)
                .toArray(String[]::new));
  }

  private static Wire.Answer send(BadInput input) throws IOException {
    Wire.Answer answer;
    try (Wire wire = container.connect()) {
      answer = input.send(wire, "127.0.0.1:" + container.port(), "/fhir");
    }
    try (Wire next = container.connect()) {
      next.send("GET /fhir/Patient HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(next.answer().status()).as("the next request").isEqualTo(200);
    }
    return answer;
  }
}
