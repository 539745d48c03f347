package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.hutong.Cast;
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
    try (Sandbox sandbox = new Sandbox(SecondNodeIT.class)) {
      Node second = Node.begin(sandbox, "--hutong.profiles.policy=declared");
      second.awaitReady();
      Process node = second.process();
      int port = second.port();

      assertThat(second.send("GET", "/fhir/Patient?_total=accurate&identifier=" + card, "").body())
          .containsPattern("\"total\": ?1,");

      Foreign foreign = new Foreign(second.fhir());
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
}
