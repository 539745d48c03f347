package org.hutong.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hutong.fhir.Handling;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EverythingRequestTest {

  @ParameterizedTest
  @CsvSource({
    "2026, 2025-12-31T16:00:00Z, 2026-12-31T16:00:00Z",
    "2026-10, 2026-09-30T16:00:00Z, 2026-10-31T16:00:00Z",
    "2024-02, 2024-01-31T16:00:00Z, 2024-02-29T16:00:00Z",
    "2026-10-12, 2026-10-11T16:00:00Z, 2026-10-12T16:00:00Z"
  })
  void takesDaysAsBeijingDaysAndTheLastOneWhole(String date, String start, String before) {
    EverythingRequest request = of(Map.of("start", List.of(date), "end", List.of(date)));
    assertThat(request.part().start()).hasToString(start);
    assertThat(request.part().before()).hasToString(before);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-10-12T09:00:00+08:00, 2026-10-12T01:00:00Z",
    "2026-10-12T01:00:00.5Z, 2026-10-12T01:00:00.500Z",
    "2026-10-12, 2026-10-11T16:00:00Z"
  })
  void takesAnInstantOrADay(String since, String instant) {
    assertThat(of(Map.of("_since", List.of(since))).part().since()).hasToString(instant);
  }

  @ParameterizedTest
  @CsvSource({"'', true, 20", "7, true, 7", "0, true, 0", "501, text, 500", "7, count, 0"})
  void limitsThePage(String count, String summary, int size) {
    assertThat(of(Map.of("_count", List.of(count), "_summary", List.of(summary))).size())
        .isEqualTo(size);
  }

  @Test
  void saysWhichPageItGivesInsteadOfOneThatIsTooLarge() {
    Map<String, List<String>> tooLarge = Map.of("_count", List.of("501"));
    assertThat(of(tooLarge).given()).containsEntry("_count", List.of("500"));
    assertThatThrownBy(() -> EverythingRequest.of(tooLarge, Handling.STRICT))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> assertThat(problem.code()).isEqualTo(ProblemCode.PARAMETER_INVALID));
    assertThat(EverythingRequest.of(Map.of("_count", List.of("500")), Handling.STRICT).size())
        .isEqualTo(500);
  }

  @ParameterizedTest
  @CsvSource({"2026-02, 2026-01", "2026-10-13, 2026-10-12", "2027, 2026-12-31"})
  void refusesAStartAfterTheEnd(String start, String end) {
    assertThatThrownBy(() -> of(Map.of("start", List.of(start), "end", List.of(end))))
        .isInstanceOfSatisfying(
            Problem.class,
            problem ->
                assertThat(problem.issues())
                    .allMatch(issue -> issue.code() == ProblemCode.PARAMETER_INVALID)
                    .extracting(Problem.Issue::location)
                    .containsExactly("http.start", "http.end"));
  }

  @ParameterizedTest
  @CsvSource({"2026-02, 2026-02-01", "2026, 2026-01", "2026-10-12, 2026-10-12"})
  void takesAStartThatIsNoLaterThanTheEnd(String start, String end) {
    assertThat(of(Map.of("start", List.of(start), "end", List.of(end))).part().start()).isNotNull();
  }

  @Test
  void gathersTypes() {
    assertThat(of(Map.of("_type", List.of("Encounter,Goal", "Flag"))).part().types())
        .isEqualTo(Set.of("Encounter", "Goal", "Flag"));
  }

  @Test
  void namesEveryFaultAtOnce() {
    assertThatThrownBy(
            () ->
                of(Map.of("_type", List.of("Bogus"), "start", List.of("x"), "nope", List.of("1"))))
        .isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem.issues()).hasSize(3));
  }

  private static EverythingRequest of(Map<String, List<String>> given) {
    return EverythingRequest.of(new LinkedHashMap<>(given), Handling.UNSAID);
  }
}
