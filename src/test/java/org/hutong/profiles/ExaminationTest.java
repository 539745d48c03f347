package org.hutong.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.hutong.fhir.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which entries of a batch are taken out so that the others can be read. */
class ExaminationTest {
  private static final Examination EXAMINATION =
      new Examination(
          ProfileExamplesTest.R4,
          ProfileExamplesTest.VALIDATION,
          NormalTest.RESOURCES,
          (resource, at, base) -> List.of());

  /** Longer than what a parser reads at once, and of more than one byte a character. */
  private static final String LONG =
      "{\"request\":{\"method\":\"GET\",\"url\":\"Patient?_id=" + "云𠮷".repeat(9000) + "\"}}";

  private static final String GOOD = entry("\"active\" : true , \"multipleBirthInteger\":1");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"active\":\"true\"",
        "\"birthDate\":\"1958-13-99\"",
        "\"gender\":\"男\"",
        "\"name\":{\"text\":\"李秀兰\"}",
        "\"nope\":1"
      })
  void takesOutWhatCannotBeReadAndLeavesTheRestLetterByLetter(String fault) {
    String head = "{ \"entry\" : [ " + LONG + " ,\n" + GOOD + ", ";
    String tail = " , " + GOOD + " ], \"type\" : \"batch\", \"resourceType\":\"Bundle\" }";
    Examination.Batch batch = EXAMINATION.readable(head + entry(fault) + tail, "");
    assertThat(batch.refused()).containsOnlyKeys(2);
    Problem told = Objects.requireNonNull(batch.refused().get(2));
    assertThat(told.getStatusCode()).isEqualTo(422);
    assertThat(told.issues().get(0).location()).startsWith("Bundle.entry[2].resource");
    assertThat(batch.text()).startsWith(head + "{\"request\":").endsWith("}" + tail);
    assertThat(batch.text()).doesNotContain(fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[%s]}",
        "{\"resourceType\":\"Patient\",\"type\":\"batch\",\"entry\":[%s]}",
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[%s,1]}",
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":%s}",
        "[%s]",
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[%s"
      })
  void leavesAllElseAsItIs(String form) {
    String text = form.formatted(entry("\"active\":\"true\""));
    Examination.Batch batch = EXAMINATION.readable(text, "");
    assertThat(batch.refused()).isEmpty();
    assertThat(batch.text()).isEqualTo(text);
  }

  @Test
  void leavesWhatOnlyBreaksARuleToItsEntry() {
    String text = "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[" + GOOD + "]}";
    assertThat(EXAMINATION.readable(text, "").refused()).isEmpty();
  }

  private static String entry(String element) {
    return "{\"resource\":{\"resourceType\":\"Patient\","
        + element
        + "},\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}";
  }
}
