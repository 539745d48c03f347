package org.hutong;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HomePageIT {
  private static HttpResponse<String> page() {
    return Running.send(HttpRequest.newBuilder(Running.origin().resolve("/")));
  }

  @Test
  void showsTheAddressByWhichItWasReached() {
    assertThat(page().statusCode()).isEqualTo(200);
    assertThat(page().body())
        .contains("<pre>" + Running.origin() + "/fhir</pre>")
        .contains("curl -s " + Running.origin() + "/fhir/Practitioner")
        .doesNotContain("{{");
  }

  @Test
  void linksOnlyToWhatIsThere() {
    var links = Pattern.compile("href=\"(/[^\"]*)\"").matcher(page().body()).results().toList();

    assertThat(links).hasSizeGreaterThanOrEqualTo(3);
    assertThat(links)
        .allSatisfy(
            link -> {
              URI target = Running.origin().resolve(link.group(1));
              assertThat(Running.send(HttpRequest.newBuilder(target)).statusCode())
                  .as(link.group(1))
                  .isLessThan(400);
            });
  }

  @Test
  void loadsNothingFromElsewhereAndRunsNoScript() {
    assertThat(page().body()).doesNotContain("<script").doesNotContainPattern("(src|href)=\"http");
    assertThat(page().headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'")
        .contains("frame-ancestors 'none'")
        .containsPattern("style-src 'sha256-[A-Za-z0-9+/=]+'");
    assertThat(page().headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(page().headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
  }

  @Test
  void doesNotRepeatAHostThatAnAttackerMadeUp() throws IOException {
    String answer = raw("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 421").doesNotContain("<html");
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Running.origin().getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
