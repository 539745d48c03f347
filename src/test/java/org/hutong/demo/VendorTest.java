package org.hutong.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The county's client against a server that is busy at first. */
class VendorTest {
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;
  private Vendor vendor;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    vendor = new Vendor(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/fhir"));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void comesAgainWhenTheServerIsNotReadyYet() throws IOException {
    busy(2, 503, "1");

    assertThat(vendor.count("Device", "X1")).isEqualTo(7);
    assertThat(asked).hasValue(3);
  }

  @Test
  void doesNotComeAgainWhereNothingInvitesIt() {
    busy(2, 503, null);

    assertThatThrownBy(() -> vendor.count("Device", "X1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("503");
    assertThat(asked).hasValue(1);
  }

  @Test
  void takesARefusalForOne() {
    busy(2, 403, "1");

    assertThatThrownBy(() -> vendor.count("Device", "X1")).hasMessageContaining("403");
    assertThat(asked).hasValue(1);
  }

  private void busy(int times, int status, @Nullable String after) {
    server.createContext(
        "/",
        exchange -> {
          boolean ready = asked.incrementAndGet() > times;
          if (!ready && after != null) {
            exchange.getResponseHeaders().add("Retry-After", after);
          }
          byte[] body =
              (ready ? "{\"resourceType\":\"Bundle\",\"total\":7}" : "{}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(ready ? 200 : status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }
}
