package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hutong.Running;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole corpus against the whole server: each request is refused as it must be, nothing of it
 * is stored, and the next request works.
 */
class BadInputIT {
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  /** The identifier system that every resource of the corpus carries. */
  private static final String MARK = "urn:hutong:bad-input";

  private static final List<String> TYPES =
      List.of("Patient", "Observation", "Device", "DocumentReference");

  static Stream<BadInput> refused() {
    return BadInput.cases().filter(each -> !each.at().equals("accepted"));
  }

  @ParameterizedTest
  @MethodSource
  void refused(BadInput input) throws IOException {
    Wire.Answer answer;
    try (Wire wire = connect()) {
      answer = input.send(wire, host(), Running.base().getPath());
    }
    assertThat(answer.status()).as(answer.body()).isIn(input.statuses());
    assertThat(answer.header("Content-Language")).isEqualTo("zh-CN");
    assertThat(answer.body()).doesNotContain("Exception", "java.", "root:");
    assertThat(answer.code()).isIn(input.codes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "zh"})
  void refusedInTheLanguageAskedFor(String language) throws IOException {
    try (Wire wire = connect()) {
      wire.send(
          "POST %s/Patient HTTP/1.1\r\nHost: %s\r\nAccept-Language: %s\r\nContent-Length: 0\r\n\r\n"
              .formatted(Running.base().getPath(), host(), language));
      Wire.Answer answer = wire.answer();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.header("Content-Language")).startsWith(language);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH", "POST"})
  void nobodyReadsAFormBeforeItIsRefused(String method) throws IOException {
    try (Wire wire = connect()) {
      wire.send(
          Wire.head(
              method + " " + Running.base().getPath() + "/Device/none HTTP/1.1",
              "Host: " + host(),
              "Content-Length: 1000000000",
              "Content-Type: application/x-www-form-urlencoded"));
      long start = System.nanoTime();
      assertThat(wire.answer().status()).isBetween(400, 499).isNotEqualTo(408);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void oneByteASecondIsGivenUp() throws IOException {
    ExecutorService trickle = Executors.newSingleThreadExecutor();
    try (Wire wire = connect()) {
      wire.send(post(1000) + "{");
      byte[] blank = " ".getBytes(StandardCharsets.US_ASCII);
      trickle.execute(() -> wire.sendUntilCutOff(blank, Duration.ofSeconds(1)));
      theNextRequestWorksAndNothingIsStored();
      Wire.Answer answer = wire.answer();
      assertThat(answer.status()).isEqualTo(408);
      assertThat(answer.code()).isEqualTo("body-too-slow");
    } finally {
      trickle.shutdownNow();
    }
  }

  @Test
  void manyLargeBodiesAtOnceAreRefusedOneByOneOrPutOff() throws Exception {
    String start = "{\"resourceType\":\"Patient\",\"photo\":[{\"data\":\"";
    byte[] body = (start + "QUJD".repeat(2_500_000)).getBytes(StandardCharsets.US_ASCII);
    byte[] head = post(body.length).getBytes(StandardCharsets.US_ASCII);
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      calls.add(
          () -> {
            try (Wire wire = connect()) {
              wire.send(head);
              wire.send(body);
              return wire.answer().status();
            }
          });
    }
    ExecutorService clients = Executors.newFixedThreadPool(calls.size());
    List<Integer> statuses = new ArrayList<>();
    for (Future<Integer> status : clients.invokeAll(calls)) {
      statuses.add(status.get());
    }
    clients.shutdown();
    assertThat(statuses).isSubsetOf(400, 503).contains(400);
  }

  @AfterEach
  void theNextRequestWorksAndNothingIsStored() throws IOException {
    for (String type : TYPES) {
      try (Wire wire = connect()) {
        wire.send(
            "GET %s/%s?identifier=%s%%7C HTTP/1.1\r\nHost: %s\r\n\r\n"
                .formatted(Running.base().getPath(), type, MARK, host()));
        Wire.Answer answer = wire.answer();
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        Bundle found = FHIR.newJsonParser().parseResource(Bundle.class, answer.body());
        assertThat(found.getEntry()).as("stored %s", type).isEmpty();
      }
    }
  }

  private static String post(int length) {
    return Wire.head(
        "POST " + Running.base().getPath() + "/Patient HTTP/1.1",
        "Host: " + host(),
        "Content-Type: application/fhir+json",
        "Content-Length: " + length);
  }

  private static Wire connect() throws IOException {
    URI base = Running.base();
    return new Wire(base.getHost(), base.getPort());
  }

  private static String host() {
    return Running.base().getHost() + ":" + Running.base().getPort();
  }
}
