package org.hutong;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The container's health check, run as the container would run it. */
class ContainerHealthIT {

  @Test
  void isHealthyWhileTheServerIsReady() throws Exception {
    assertThat(ask(Running.origin().getPort())).isZero();
  }

  @Test
  void isNotHealthyWhereNothingListens() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertThat(ask(port)).isNotZero();
  }

  private static int ask(int port) throws IOException, InterruptedException {
    String instruction =
        ContainerFilesTest.dockerfile().stream()
            .filter(line -> line.startsWith("HEALTHCHECK"))
            .findFirst()
            .orElseThrow();
    List<String> command = new ArrayList<>();
    ContainerFilesTest.healthCheck(instruction).forEach(word -> command.add(word.asText()));
    ProcessBuilder process = new ProcessBuilder(command);
    process.environment().put("SERVER_PORT", "" + port);
    return process.redirectErrorStream(true).start().waitFor();
  }
}
