package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hutong.Cast;
import org.hutong.HutongApplication;
import org.hutong.Running;
import org.junit.jupiter.api.Test;

/**
 * Two nodes on one database. The second holds what is written to the profiles that it declares and
 * to no others, and is asked to stop in the middle of a request.
 */
class SecondNodeIT {

  @Test
  void servesTheSameRecordsTakesForeignOnesAndFinishesWhatItHasBegunBeforeItStops()
      throws Exception {
    String card = Cast.card();
    assertThat(Running.post("/Patient", Cast.patient(card).toString()).statusCode()).isEqualTo(201);
    int port = freePort();
    try (Sandbox sandbox = new Sandbox(SecondNodeIT.class)) {
      DatabaseAddress address = Running.bean(Database.class).address();
      Process node =
          sandbox.launch(
              HutongApplication.class,
              "--server.port=" + port,
              "--hutong.profiles.policy=declared",
              "--hutong.db.url=" + address.url(),
              "--hutong.db.user=" + address.user(),
              "--hutong.db.password=" + address.password());
      awaitReady(node, port);

      assertThat(get(port, "/fhir/Patient?_total=accurate&identifier=" + card))
          .containsPattern("\"total\": ?1,");

      Foreign foreign = new Foreign(URI.create("http://localhost:" + port + "/fhir"));
      foreign.isKept();
      foreign.isRefusedWhereItIsNoFhirOrLeadsNowhere();

      String late = Cast.card();
      byte[] body = Cast.patient(late).toString().getBytes(StandardCharsets.UTF_8);
      try (Socket request = new Socket(InetAddress.getLoopbackAddress(), port)) {
        OutputStream out = request.getOutputStream();
        out.write(
            ("POST /fhir/Patient HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n"
                    + "Content-Type: application/fhir+json\r\nContent-Length: %d\r\n\r\n")
                .formatted(port, body.length)
                .getBytes(StandardCharsets.US_ASCII));
        out.write(body, 0, 20);
        out.flush();
        // Until the node is at work on it; then it must not drop it.
        Thread.sleep(500);
        node.destroy();
        awaitClosed(port);
        out.write(body, 20, body.length - 20);
        out.flush();
        assertThat(new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .startsWith("HTTP/1.1 201");
      }
      assertThat(node.waitFor(30, TimeUnit.SECONDS)).as("the node ends").isTrue();
      assertThat(Running.get("/Patient?_total=accurate&identifier=" + late).body())
          .containsPattern("\"total\": ?1,");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void awaitReady(Process node, int port) throws InterruptedException {
    List<String> last = new ArrayList<>();
    for (int tries = 0; tries < 1200; tries++) {
      assertThat(node.isAlive()).as("the node runs: %s", last).isTrue();
      try {
        if (get(port, "/actuator/health/readiness").contains("UP")) {
          return;
        }
      } catch (IOException e) {
        last = List.of(String.valueOf(e.getMessage()));
      }
      Thread.sleep(200);
    }
    throw new AssertionError("the node does not become ready: " + last);
  }

  /** A node that stops takes no new connection, while it finishes the old ones. */
  private static void awaitClosed(int port) throws InterruptedException {
    assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(
            () -> {
              for (int tries = 0; tries < 100; tries++) {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                Thread.sleep(100);
              }
            });
  }

  private static String get(int port, String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create("http://localhost:" + port + path).toURL().openConnection();
    connection.setRequestProperty("Accept", "application/json");
    try (InputStream answer = connection.getInputStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
