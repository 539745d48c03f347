package org.hutong.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.hutong.HutongApplication;
import org.hutong.Told;
import org.hutong.fhir.OwnRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/** The first start of a server, and the one after it was killed while it loaded. */
class DemoIT {
  private static final Path FOLDER = Path.of("target", "it", "demo");
  private static final String AS_OF = "2026-11-01T12:00";
  private static final int RESIDENTS = 28;
  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(4);

  private final HttpClient http = HttpClient.newHttpClient();
  private int port;
  private final Deque<Process> servers = new ArrayDeque<>();

  @AfterEach
  void stop() throws InterruptedException {
    for (Process server : servers) {
      server.destroy();
      server.waitFor(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void anEmptyDatabaseGetsTheCountyAlsoWhenTheFirstLoadIsInterrupted() throws Exception {
    FileSystemUtils.deleteRecursively(FOLDER);
    Files.createDirectories(FOLDER);
    start("first.log");
    await("first.log", "[##--------]");
    assertThat(get("/fhir/metadata").statusCode()).isEqualTo(200);
    assertThat(get("/actuator/health/readiness").statusCode()).isEqualTo(503);
    servers.getLast().destroyForcibly().waitFor();

    start("second.log");
    await("second.log", "Going on to load");
    await("second.log", "The demonstration county is loaded");
    while (get("/actuator/health/readiness").statusCode() != 200) {
      Thread.sleep(200);
    }

    assertThat(counts()).isEqualTo(expected());
    readsBack();
    assertThat(Files.readString(FOLDER.resolve("second.log")))
        .doesNotContain("could not be loaded")
        .as("what the load sends to its own server is told by its progress")
        .doesNotContain("POST /fhir")
        .as("what others send is told line by line")
        .contains("GET /fhir/Observation");
  }

  private void readsBack() throws Exception {
    JsonNode ecg =
        search("Observation?code=http://loinc.org%7C11524-6&_count=1").at("/entry/0/resource");
    assertThat(ecg.findValues("valueSampledData")).hasSize(12);
    assertThat(search("Task?status=requested&owner.name=" + utf8("云泽县人民医院")).path("entry"))
        .isNotEmpty();
    assertThat(search("Patient?name=" + utf8("王")).path("entry")).isNotEmpty();
    assertThat(
            search("Device?identifier=" + Json.SID + "demo-county%7C")
                .at("/entry/0/resource/status"))
        .hasToString("\"active\"");
  }

  private Map<String, Integer> counts() throws Exception {
    Map<String, Integer> counts = new TreeMap<>();
    for (String type : expected().keySet()) {
      counts.put(type, search(type + "?_summary=count&_total=accurate").path("total").asInt());
    }
    return counts;
  }

  private static Map<String, Integer> expected() {
    Map<String, Integer> expected = new TreeMap<>();
    County.of(1, RESIDENTS, LocalDateTime.parse(AS_OF))
        .transactions()
        .flatMap(transaction -> transaction.entries().stream())
        .forEach(entry -> expected.merge(entry.key().type(), 1, Integer::sum));
    return expected;
  }

  private void start(String log) throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    servers.add(
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    HutongApplication.class.getName(),
                    "--server.port=" + port,
                    "--hutong.store.data-dir=" + FOLDER.resolve("data"),
                    "--hutong.store.program-dir=target/postgres-program",
                    "--hutong.demo.residents=" + RESIDENTS,
                    "--hutong.demo.as-of=" + AS_OF))
            .redirectErrorStream(true)
            .redirectOutput(FOLDER.resolve(log).toFile())
            .start());
  }

  private void await(String log, String text) throws Exception {
    long until = System.nanoTime() + PATIENCE;
    String told;
    do {
      Thread.sleep(50);
      told = Files.readString(FOLDER.resolve(log));
      assertThat(servers.getLast().isAlive() && System.nanoTime() < until).as(told).isTrue();
    } while (!told.contains(text));
  }

  private static String utf8(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private JsonNode search(String query) throws Exception {
    HttpResponse<String> answer = get("/fhir/" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Told.json(answer);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header(OwnRequest.HEADER, "guessed")
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
