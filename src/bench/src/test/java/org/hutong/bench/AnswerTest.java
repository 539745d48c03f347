package org.hutong.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerTest {

  @Test
  void findsTheNextPageBeforeOrAfterTheEntries() {
    String links =
        """
        "link": [
          {"relation": "self", "url": "http://x/self"},
          {"relation": "next", "url": "http://x/next?a=1&b=2"}
        ]\
        """;
    String entries = "\"entry\": [{\"resource\": {\"resourceType\": \"Patient\"}}]";
    String head = "{\"resourceType\": \"Bundle\", ";

    assertEquals("http://x/next?a=1&b=2", answer(head + links + "," + entries + "}").next());
    assertEquals("http://x/next?a=1&b=2", answer(head + entries + "," + links + "}").next());
    assertNull(answer(head + entries + "}").next());
  }

  @Test
  void countsResources() {
    Answer answer = answer("{\"resourceType\":\"Bundle\",\"entry\":[{\"resourceType\":\"A\"}]}");

    assertEquals(2, answer.resources());
  }

  @Test
  void readsWhatATransactionCreated() {
    Answer answer =
        answer(
            """
            {"resourceType": "Bundle", "entry": [
              {"response": {"status": "201 Created", "location": "Patient/7/_history/1"}},
              {"response": {"status": "201 Created", "location": "http://x/fhir/Task/a-b"}}
            ]}
            """);

    assertEquals(List.of("Patient/7", "Task/a-b"), answer.created());
  }

  @Test
  void takesAnAnswerThatBringsNothingForAnError() {
    String empty = "{\"resourceType\":\"Bundle\",\"total\":0}";

    assertEquals(empty, Exchange.of(answer(empty), Answer::total).error());
    assertNull(Exchange.of(answer("{\"total\":3}"), Answer::total).error());
  }

  private static Answer answer(String body) {
    return new Answer(true, body.getBytes(StandardCharsets.UTF_8), 1);
  }
}
