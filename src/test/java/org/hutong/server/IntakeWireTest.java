package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The intake as a client sees it: a real container, a real socket, nothing behind but an echo. */
@Timeout(60)
class IntakeWireTest {
  private static final String PATIENT = "{\"resourceType\":\"Patient\"}";
  private static final int MEGABYTE = 1024 * 1024;

  private static BareContainer container;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    container = new BareContainer(Limits.TIGHT, folder);
  }

  @AfterAll
  static void stop() throws Exception {
    container.stop();
  }

  @AfterEach
  void theNextRequestWorks() throws IOException {
    try (Wire client = container.connect()) {
      client.send(post("/fhir/Patient", PATIENT.length()) + PATIENT);
      echoed(client.answer());
    }
  }

  @Test
  void carriesSeveralRequestsOverOneConnection() throws IOException {
    try (Wire client = container.connect()) {
      for (int i = 0; i < 3; i++) {
        client.send(post("/fhir/Patient", PATIENT.length()) + PATIENT);
        echoed(client.answer());
        client.send("GET /fhir/Patient HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.answer().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void aClientThatSendsEverythingBeforeItListensStillReadsThe413() throws IOException {
    try (Wire client = container.connect()) {
      client.send(post("/fhir/Patient", 20L * MEGABYTE));
      for (int i = 0; i < 20; i++) {
        client.send(new byte[MEGABYTE]);
      }
      Wire.Answer answer = client.answer();
      refused(answer, 413, "body-too-large");
      assertThat(answer.header("Connection")).isEqualTo("close");
    }
  }

  @Test
  void aClientThatNeverStopsSendingReadsThe413AndIsCutOff() throws Exception {
    byte[] chunk = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    try (Wire client = container.connect()) {
      client.send(
          Wire.head(
              "POST /fhir/Patient HTTP/1.1",
              "Host: a",
              "Content-Type: application/fhir+json",
              "Transfer-Encoding: chunked"));
      Thread sender = new Thread(() -> client.sendUntilCutOff(chunk, Duration.ZERO));
      sender.start();
      refused(client.answer(), 413, "body-too-large");
      sender.join(Duration.ofSeconds(20).toMillis());
      assertThat(sender.isAlive()).isFalse();
    }
  }

  @Test
  void aClientThatAsksFirstIsRefusedBeforeItSends() throws IOException {
    try (Wire client = container.connect()) {
      client.send(asking(99_999_999));
      refused(client.answer(), 413, "body-too-large");
      assertThat(client.closedByServer()).isTrue();
    }
    try (Wire client = container.connect()) {
      client.send(asking(PATIENT.length()));
      assertThat(client.answer().status()).isEqualTo(100);
      client.send(PATIENT);
      echoed(client.answer());
    }
  }

  @Test
  void oneByteASecondEndsWith408WhileOthersAreServed() throws IOException {
    List<Wire> slow = new ArrayList<>();
    ExecutorService trickles = Executors.newFixedThreadPool(20);
    try {
      long start = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        Wire client = container.connect();
        client.send(post("/fhir/Patient", 1000) + "{");
        slow.add(client);
        trickles.execute(
            () ->
                client.sendUntilCutOff(
                    " ".getBytes(StandardCharsets.US_ASCII), Duration.ofSeconds(1)));
      }
      theNextRequestWorks();
      assertThat(since(start)).isLessThan(Limits.TIGHT.graceTime());
      for (Wire client : slow) {
        refused(client.answer(), 408, "body-too-slow");
      }
      assertThat(since(start)).isLessThan(Limits.TIGHT.bodyDeadline().plusSeconds(5));
    } finally {
      trickles.shutdownNow();
      for (Wire client : slow) {
        client.close();
      }
    }
  }

  @Test
  void moreSlowClientsThanMayBeSlowAtOnceAreRefusedAndHoldNobodyElseUp() throws IOException {
    List<Wire> slow = new ArrayList<>();
    try {
      for (int i = 0; i < Limits.TIGHT.maxBodiesArriving() + 5; i++) {
        Wire client = container.connect();
        client.send(post("/fhir/Patient", 1000) + "{");
        slow.add(client);
      }
      try (Wire reader = container.connect()) {
        long start = System.nanoTime();
        reader.send("GET /fhir/Patient HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(reader.answer().status()).isEqualTo(200);
        assertThat(since(start)).isLessThan(Limits.TIGHT.graceTime());
      }
      List<String> codes = new ArrayList<>();
      for (Wire client : slow) {
        codes.add(client.answer().code());
      }
      assertThat(codes).contains("overloaded", "body-too-slow");
    } finally {
      for (Wire client : slow) {
        client.close();
      }
    }
  }

  @Test
  void silenceEndsWith408() throws IOException {
    try (Wire client = container.connect()) {
      long start = System.nanoTime();
      client.send(post("/fhir/Patient", 1000) + "{");
      refused(client.answer(), 408, "body-too-slow");
      assertThat(client.closedByServer()).isTrue();
      assertThat(since(start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void aBodyThatNobodyReadsDoesNotHoldTheConnection() throws IOException {
    try (Wire client = container.connect()) {
      client.send(post("/elsewhere", 1000) + "{");
      refused(client.answer(), 404, "not-found");
      long start = System.nanoTime();
      client.sendUntilCutOff(new byte[1], Duration.ofMillis(200));
      assertThat(since(start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void aBodyThatNobodyReadsButThatArrivesLeavesTheConnectionUsable() throws IOException {
    try (Wire client = container.connect()) {
      client.send(post("/elsewhere", PATIENT.length()) + PATIENT);
      refused(client.answer(), 404, "not-found");
      client.send(post("/fhir/Patient", PATIENT.length()) + PATIENT);
      echoed(client.answer());
    }
  }

  @Test
  void manyLargeBodiesAtOnceAreRefusedPolitelyBeyondTheirBudget() throws Exception {
    String body = "{\"resourceType\":\"Patient\",\"id\":\"" + "x".repeat(MEGABYTE - 100) + "\"}";
    byte[] request = (post("/fhir/slow", body.length()) + body).getBytes(StandardCharsets.UTF_8);
    List<Callable<Wire.Answer>> calls = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      calls.add(
          () -> {
            try (Wire client = container.connect()) {
              client.send(request);
              return client.answer();
            }
          });
    }
    ExecutorService clients = Executors.newFixedThreadPool(calls.size());
    List<Wire.Answer> answers = new ArrayList<>();
    for (Future<Wire.Answer> answer : clients.invokeAll(calls)) {
      answers.add(answer.get());
    }
    clients.shutdown();
    assertThat(answers.stream().map(Wire.Answer::status).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(200, 503);
    assertThat(answers)
        .filteredOn(answer -> answer.status() == 503)
        .allSatisfy(
            answer -> {
              refused(answer, 503, "overloaded");
              assertThat(answer.header("Retry-After")).isNotBlank();
            });
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "GET /fhir/Patient HTTP/7.0, 505, request-malformed",
        "CONNECT a:1 HTTP/1.1, 501, method-not-allowed",
        "GET /unknown HTTP/1.1, 404, not-found",
        "GET /broken HTTP/1.1, 500, internal",
        "TRACE /fhir/Patient HTTP/1.1, 405, method-not-allowed",
      })
  void whatTheContainerRefusesIsAnOutcomeToo(String line, int status, String code)
      throws IOException {
    try (Wire client = container.connect()) {
      client.send(line + "\r\nHost: a\r\nAccept-Language: en\r\n\r\n");
      Wire.Answer answer = client.answer();
      refused(answer, status, code);
      assertThat(answer.header("Content-Language")).isEqualTo("en");
      assertThat(answer.body())
          .doesNotContainIgnoringCase("tomcat")
          .doesNotContain("Exception", "secret");
      assertThat(answer.header("Server")).isNull();
    }
  }

  @Test
  void aBodyLongerThanAnnouncedIsNotTakenForARequest() throws IOException {
    try (Wire client = container.connect()) {
      client.send(post("/fhir/Patient", PATIENT.length()) + PATIENT + PATIENT + "\r\n\r\n");
      echoed(client.answer());
      refused(client.answer(), 400, "request-malformed");
    }
  }

  @Test
  void aBodyShorterThanAnnouncedIsRefused() throws IOException {
    try (Wire client = container.connect()) {
      client.send(post("/fhir/Patient", PATIENT.length() + 1) + PATIENT);
      client.finish();
      refused(client.answer(), 400, "request-malformed");
    }
  }

  private static String post(String path, long length) {
    return Wire.head(
        "POST " + path + " HTTP/1.1",
        "Host: a",
        "Content-Type: application/fhir+json",
        "Content-Length: " + length);
  }

  private static String asking(long length) {
    return post("/fhir/Patient", length)
        .replace("Host: a\r\n", "Host: a\r\nExpect: 100-continue\r\n");
  }

  private static void echoed(Wire.Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(PATIENT);
  }

  private static void refused(Wire.Answer answer, int status, String code) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
