package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.hutong.HutongApplication;
import org.hutong.Running;

/** Another node on the database of the server that all tests share, in a process of its own. */
final class Node {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Sandbox sandbox;
  private final int port;
  private final List<String> settings;
  private Process process;

  private Node(Sandbox sandbox, int port, List<String> settings) throws IOException {
    this.sandbox = sandbox;
    this.port = port;
    this.settings = settings;
    this.process = launch();
  }

  /** Starts one; the sandbox ends it. */
  static Node begin(Sandbox sandbox, String... settings) throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return new Node(sandbox, free.getLocalPort(), List.of(settings));
    }
  }

  private Process launch() throws IOException {
    DatabaseAddress address = Running.bean(Database.class).address();
    List<String> arguments = new ArrayList<>(settings);
    arguments.add("--server.port=" + port);
    arguments.add("--hutong.db.url=" + address.url());
    arguments.add("--hutong.db.user=" + address.user());
    arguments.add("--hutong.db.password=" + address.password());
    return sandbox.launch(HutongApplication.class, arguments.toArray(String[]::new));
  }

  /** Kills it as {@code kill -9} does, and starts it again. */
  void restart() throws IOException {
    Sandbox.kill(process);
    process = launch();
  }

  void awaitReady() throws InterruptedException {
    String last = "";
    for (int tries = 0; tries < 1200; tries++) {
      assertThat(process.isAlive()).as("the node runs: %s", last).isTrue();
      try {
        last = send("GET", "/actuator/health/readiness", "").body();
        if (last.contains("UP")) {
          return;
        }
      } catch (IOException e) {
        last = String.valueOf(e.getMessage());
      }
      Thread.sleep(200);
    }
    throw new AssertionError("the node does not become ready: " + last);
  }

  Process process() {
    return process;
  }

  int port() {
    return port;
  }

  URI fhir() {
    return URI.create(
        "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port + "/fhir");
  }

  /** A request to any path; headers as names and values in turn. */
  HttpResponse<String> send(String method, String path, String json, String... headers)
      throws IOException, InterruptedException {
    return send(fhir().resolve(path), method, json, headers);
  }

  static HttpResponse<String> send(URI uri, String method, String json, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("Accept", "application/json")
            .header("Prefer", "return=representation")
            .method(
                method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    if (!json.isEmpty()) {
      request.header("Content-Type", "application/fhir+json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
