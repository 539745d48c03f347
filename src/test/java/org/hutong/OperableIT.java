package org.hutong;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What those who run the server rely on: health, metrics, version, log. */
class OperableIT {

  @Test
  void isAliveAndReady() {
    assertThat(actuator("/health/liveness").body()).isEqualTo("{\"status\":\"UP\"}");
    assertThat(actuator("/health/readiness").body()).isEqualTo("{\"status\":\"UP\"}");
  }

  @Test
  void isAliveButNotReadyWhenItCannotReachItsDatabase() throws SQLException {
    Deque<Connection> taken = new ArrayDeque<>();
    try {
      DataSource pool = Running.bean(DataSource.class);
      for (int i = 0; i < 20; i++) {
        taken.add(pool.getConnection());
      }
      assertThat(actuator("/health/readiness").statusCode()).isEqualTo(503);
      assertThat(actuator("/health/liveness").statusCode()).isEqualTo(200);
    } finally {
      for (Connection connection : taken) {
        connection.close();
      }
    }
    assertThat(actuator("/health/readiness").statusCode()).isEqualTo(200);
  }

  @Test
  void tellsTheSameVersionToOperatorsAndClients() throws Exception {
    JsonNode build = Told.json(actuator("/info")).path("build");
    JsonNode software = Told.json(Running.get("/metadata")).path("software");

    assertThat(build.path("version").asText()).isNotEmpty();
    assertThat(build.path("time").asText()).isNotEmpty();
    assertThat(software.path("version")).isEqualTo(build.path("version"));
  }

  @Test
  void countsRequestsWithoutSayingWhoseTheyAre() {
    Running.get("/Patient/159981195803140025");
    Running.get("/lixiulan");
    Running.get("/Patient?identifier=159981195803140025");

    List<String> series =
        actuator("/prometheus")
            .body()
            .lines()
            .filter(line -> line.startsWith("http_server_requests_seconds_count"))
            .toList();

    assertThat(series)
        .anyMatch(line -> line.contains("uri=\"/fhir/[type]\""))
        .anyMatch(line -> line.contains("uri=\"/fhir/[type]/*\""))
        .anyMatch(line -> line.contains("uri=\"/fhir/*\""))
        .noneMatch(line -> line.contains("159981") || line.contains("lixiulan"));
  }

  @Test
  void tellsOfDatabaseAndMemory() {
    assertThat(actuator("/prometheus").body())
        .contains("hikaricp_connections_active", "jvm_memory_used_bytes", "process_uptime_seconds");
  }

  @Test
  void offersNoOtherOperationsDoor() {
    for (String door : List.of("/env", "/beans", "/heapdump", "/loggers", "/shutdown")) {
      assertThat(actuator(door).statusCode()).as(door).isEqualTo(404);
    }
  }

  @Test
  void returnsThePlainIdOfARequestAndLogsItOnEachLine() throws Exception {
    String id = "it-" + Running.unique();

    HttpResponse<String> answer =
        Running.send(Running.request("/Patient?nickname=x").header("X-Request-Id", id));

    assertThat(answer.headers().allValues("X-Request-Id")).containsExactly(id);
    assertThat(logged(id)).isNotEmpty();
  }

  @Test
  void replacesAHostileIdOfARequest() {
    for (String hostile : List.of("a b", "x".repeat(65), "${jndi:x}", "a\"b", "1;2")) {
      HttpResponse<String> answer =
          Running.send(Running.request("/metadata").header("X-Request-Id", hostile));
      assertThat(answer.headers().allValues("X-Request-Id")).hasSize(1).doesNotContain(hostile);
    }
  }

  @Test
  void logsOneJsonObjectALineAndOneLinePerRequest() throws Exception {
    String id = "it-" + Running.unique();
    Running.send(Running.request("/Patient/1").header("X-Request-Id", id));

    assertThat(log()).allSatisfy(line -> assertThat(line.hasNonNull("message")).isTrue());
    assertThat(logged(id))
        .singleElement()
        .satisfies(
            line ->
                assertThat(line.path("message").asText())
                    .matches("GET /fhir/Patient/\\* 404 \\d+ ms"));
  }

  @Test
  void startsWithoutAWarning() throws Exception {
    List<JsonNode> start = new ArrayList<>();
    for (JsonNode line : log()) {
      start.add(line);
      if (line.path("message").asText().startsWith("Started ")) {
        break;
      }
    }
    assertThat(start).anyMatch(line -> line.path("message").asText().startsWith("Started "));
    assertThat(start)
        .allMatch(line -> line.at("/log/level").asText().equals("INFO"), "is no warning");
  }

  /** The lines of one request, waited for: the last is written when the answer has gone out. */
  private static List<JsonNode> logged(String requestId) throws Exception {
    for (int attempts = 0; ; attempts++) {
      List<JsonNode> lines = new ArrayList<>(log());
      lines.removeIf(line -> !line.path("requestId").asText().equals(requestId));
      if (!lines.isEmpty() || attempts == 50) {
        return lines;
      }
      Thread.sleep(100);
    }
  }

  private static List<JsonNode> log() throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(Running.LOG)) {
      lines.add(Told.json(line));
    }
    return lines;
  }

  private static HttpResponse<String> actuator(String path) {
    return Running.send(HttpRequest.newBuilder(Running.origin().resolve("/actuator" + path)));
  }
}
