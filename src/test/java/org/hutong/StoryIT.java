package org.hutong;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The requests that the documents show are sent, and answered as the documents say. */
class StoryIT {

  @TestFactory
  Stream<DynamicTest> answersAsTheStorySays() {
    return Story.told().stream()
        .map(
            told ->
                DynamicTest.dynamicTest(
                    told.file() + ": " + told.title(),
                    () -> assertThat(told.faults()).as("unmet expectations").isEmpty()));
  }

  @Test
  void saysOfEveryRequestHowItIsAnswered() {
    assertThat(Story.files().stream().flatMap(file -> file.requests().stream()))
        .isNotEmpty()
        .allSatisfy(request -> assertThat(request.expectations()).isNotEmpty());
  }
}
