package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
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
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The intake as a client sees it: a real container, a real socket, nothing behind but an echo. */
@Timeout(30)
class IntakeWireTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final String PATIENT = "{\"resourceType\":\"Patient\"}";
  private static final int MEGABYTE = 1024 * 1024;

  private static Tomcat tomcat;
  private static int port;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    tomcat = new Tomcat();
    tomcat.setBaseDir(folder.toString());
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    OutcomeWriter outcomes = new OutcomeWriter(FHIR);
    IntakeConfiguration.prepare(
        (AbstractHttp11Protocol<?>) tomcat.getConnector().getProtocolHandler(), Limits.TIGHT);
    Context context = tomcat.addContext("", new File(folder.toString()).getAbsolutePath());
    IntakeConfiguration.prepare(context, outcomes);
    FilterDef filter = new FilterDef();
    filter.setFilterName("intake");
    filter.setFilter(new Intake(Limits.TIGHT, outcomes));
    context.addFilterDef(filter);
    FilterMap everything = new FilterMap();
    everything.setFilterName("intake");
    everything.addURLPattern("/fhir/*");
    context.addFilterMap(everything);
    Tomcat.addServlet(context, "echo", new Echo());
    context.addServletMappingDecoded("/fhir/*", "echo");
    Tomcat.addServlet(context, "broken", new Broken());
    context.addServletMappingDecoded("/broken", "broken");
    tomcat.start();
    port = tomcat.getConnector().getLocalPort();
  }

  @AfterAll
  static void stop() throws Exception {
    tomcat.stop();
    tomcat.destroy();
  }

  @AfterEach
  void theNextRequestWorks() throws Exception {
    try (Client client = new Client()) {
      client.send(post("/fhir/Patient", PATIENT.length()) + PATIENT);
      assertThat(client.answer()).startsWith("HTTP/1.1 200").endsWith(PATIENT);
    }
  }

  @Test
  void carriesSeveralRequestsOverOneConnection() throws Exception {
    try (Client client = new Client()) {
      for (int i = 0; i < 3; i++) {
        client.send(post("/fhir/Patient", PATIENT.length()) + PATIENT);
        assertThat(client.answer()).startsWith("HTTP/1.1 200").endsWith(PATIENT);
        client.send("GET /fhir/Patient HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.answer()).startsWith("HTTP/1.1 200");
      }
    }
  }

  @Test
  void aClientThatSendsEverythingBeforeItListensStillReadsThe413() throws Exception {
    try (Client client = new Client()) {
      client.send(post("/fhir/Patient", 50L * MEGABYTE));
      for (int i = 0; i < 50; i++) {
        client.send(new byte[MEGABYTE]);
      }
      assertThat(client.answer())
          .startsWith("HTTP/1.1 413")
          .contains("body-too-large")
          .containsIgnoringCase("Connection: close");
      assertThat(client.closed()).isTrue();
    }
  }

  @Test
  void aClientThatNeverStopsSendingReadsThe413AndIsCutOff() throws Exception {
    try (Client client = new Client()) {
      client.send(
          "POST /fhir/Patient HTTP/1.1\r\nHost: a\r\nContent-Type: application/fhir+json\r\n");
      client.send("Transfer-Encoding: chunked\r\n\r\n");
      Thread sender = new Thread(() -> client.sendChunksUntilCutOff());
      sender.start();
      assertThat(client.answer()).startsWith("HTTP/1.1 413").contains("body-too-large");
      sender.join(Duration.ofSeconds(10).toMillis());
      assertThat(sender.isAlive()).isFalse();
    }
  }

  @Test
  void aClientThatAsksFirstIsRefusedWithoutSending() throws Exception {
    try (Client client = new Client()) {
      client.send(
          "POST /fhir/Patient HTTP/1.1\r\nHost: a\r\nContent-Type: application/fhir+json\r\n"
              + "Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
      assertThat(client.answer()).startsWith("HTTP/1.1 413");
      assertThat(client.closed()).isTrue();
    }
    try (Client client = new Client()) {
      client.send(
          "POST /fhir/Patient HTTP/1.1\r\nHost: a\r\nContent-Type: application/fhir+json\r\n"
              + "Expect: 100-continue\r\nContent-Length: "
              + PATIENT.length()
              + "\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 100");
      client.send(PATIENT);
      assertThat(client.answer()).startsWith("HTTP/1.1 200").endsWith(PATIENT);
    }
  }

  @Test
  void oneByteASecondEndsWith408WhileOthersAreServed() throws Exception {
    long start = System.nanoTime();
    List<Client> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        Client client = new Client();
        client.send(post("/fhir/Patient", 1000) + "{");
        slow.add(client);
      }
      ExecutorService trickles = Executors.newFixedThreadPool(slow.size());
      slow.forEach(client -> trickles.submit(client::sendOneByteASecondUntilCutOff));
      long before = System.nanoTime();
      theNextRequestWorks();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
      for (Client client : slow) {
        assertThat(client.answer()).startsWith("HTTP/1.1 408").contains("body-too-slow");
      }
      Duration longest = Limits.TIGHT.bodyDeadline().plusSeconds(2);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(longest);
      trickles.shutdownNow();
    } finally {
      for (Client client : slow) {
        client.close();
      }
    }
  }

  @Test
  void silenceEndsWith408() throws Exception {
    try (Client client = new Client()) {
      client.send(post("/fhir/Patient", 1000) + "{");
      long start = System.nanoTime();
      assertThat(client.answer()).startsWith("HTTP/1.1 408").contains("body-too-slow");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
      assertThat(client.closed()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Slowness where the container reads on its own account.
        "5;extension=" + "x" + "\r\n",
        "0\r\nTrailer: x\r\n\r\n",
        "zz\r\n",
        "FFFFFFFFFFFFFFFF\r\n",
      })
  void brokenChunksEndWith400(String chunk) throws Exception {
    try (Client client = new Client()) {
      client.send(
          "POST /fhir/Patient HTTP/1.1\r\nHost: a\r\nContent-Type: application/fhir+json\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n"
              + chunk);
      assertThat(client.answer()).startsWith("HTTP/1.1 400").contains("request-malformed");
    }
  }

  @Test
  void aBodyThatNobodyReadsDoesNotHoldTheConnection() throws Exception {
    try (Client client = new Client()) {
      client.send(post("/elsewhere", 1000) + "{");
      assertThat(client.answer()).startsWith("HTTP/1.1 404").contains("not-found");
      long start = System.nanoTime();
      client.sendOneByteASecondUntilCutOff();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void aBodyThatNobodyReadsButArrivesLeavesTheConnectionUsable() throws Exception {
    try (Client client = new Client()) {
      client.send(post("/elsewhere", PATIENT.length()) + PATIENT);
      assertThat(client.answer()).startsWith("HTTP/1.1 404");
      client.send(post("/fhir/Patient", PATIENT.length()) + PATIENT);
      assertThat(client.answer()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void manyLargeBodiesAtOnceAreRefusedPolitelyBeyondTheirBudget() throws Exception {
    String body = "{\"resourceType\":\"Patient\",\"id\":\"" + "x".repeat(MEGABYTE - 100) + "\"}";
    byte[] request = (post("/fhir/slow", body.length()) + body).getBytes(StandardCharsets.UTF_8);
    ExecutorService clients = Executors.newFixedThreadPool(32);
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      calls.add(
          () -> {
            try (Client client = new Client()) {
              client.send(request);
              return client.answer();
            }
          });
    }
    List<String> answers = new ArrayList<>();
    for (Future<String> answer : clients.invokeAll(calls)) {
      answers.add(answer.get());
    }
    clients.shutdown();
    assertThat(answers.stream().map(answer -> answer.substring(9, 12)).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("200", "503");
    assertThat(answers.stream().filter(answer -> answer.startsWith("HTTP/1.1 200")).count())
        .isGreaterThanOrEqualTo(2);
    assertThat(answers)
        .filteredOn(answer -> answer.startsWith("HTTP/1.1 503"))
        .allSatisfy(answer -> assertThat(answer).contains("Retry-After: ", "overloaded"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /fhir/Patient?name=张 HTTP/1.1                          | 400",
        "GET /fhir/Patient?name=<a> HTTP/1.1                         | 400",
        "GET /fhir/%zz HTTP/1.1                                      | 400",
        "GET /fhir/../../etc/passwd HTTP/1.1                         | 400",
        "GET /fhir/%2e%2e/%2e%2e/x HTTP/1.1                          | 400",
        "G\tET /fhir HTTP/1.1                                        | 400",
        "nonsense                                                    | 400",
        "GET /fhir/Patient HTTP/7.0                                  | 505",
        "CONNECT a:1 HTTP/1.1                                        | 501",
        "GET /unknown HTTP/1.1                                       | 404",
        "GET /broken HTTP/1.1                                        | 500",
        "TRACE /fhir/Patient HTTP/1.1                                | 405",
      })
  void whatTheContainerRefusesIsAnOutcomeToo(String line, int status) throws Exception {
    try (Client client = new Client()) {
      client.send(line + "\r\nHost: a\r\nAccept-Language: en\r\n\r\n");
      String answer = client.answer();
      assertThat(answer)
          .startsWith("HTTP/1.1 " + status)
          .contains("application/fhir+json")
          .doesNotContainIgnoringCase("tomcat")
          .doesNotContain("Exception", "secret");
      FHIR.newJsonParser()
          .parseResource(OperationOutcome.class, answer.substring(answer.indexOf("\r\n\r\n")));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: a\r\nHost: b\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\nHost: a\r\n",
        "Content-Length: -1\r\nHost: a\r\n",
        "Content-Length: 99999999999999999999\r\nHost: a\r\n",
        "Transfer-Encoding: gzip\r\nHost: a\r\n",
        "No colon\r\nHost: a\r\n",
        "",
      })
  void brokenHeadersEndWith4xxOr501(String headers) throws Exception {
    try (Client client = new Client()) {
      client.send(
          "POST /fhir/Patient HTTP/1.1\r\nContent-Type: application/fhir+json\r\n"
              + headers
              + "\r\n");
      assertThat(client.answer()).matches("(?s)HTTP/1.1 (4\\d\\d|501).*OperationOutcome.*");
    }
  }

  @Test
  void headersBeyondTheLimitAreRefused() throws Exception {
    try (Client client = new Client()) {
      client.send(
          "GET /fhir/Patient HTTP/1.1\r\nHost: a\r\nX-Long: " + "x".repeat(100_000) + "\r\n\r\n");
      assertThat(client.answer()).matches("(?s)HTTP/1.1 4\\d\\d.*OperationOutcome.*");
    }
  }

  @Test
  void aBodyLongerThanAnnouncedIsNotTakenForARequest() throws Exception {
    try (Client client = new Client()) {
      client.send(post("/fhir/Patient", PATIENT.length()) + PATIENT + PATIENT + "\r\n\r\n");
      assertThat(client.answer()).startsWith("HTTP/1.1 200").endsWith(PATIENT);
      assertThat(client.answer()).startsWith("HTTP/1.1 400").contains("request-malformed");
    }
  }

  @Test
  void aBodyShorterThanAnnouncedIsRefused() throws Exception {
    try (Client client = new Client()) {
      client.send(post("/fhir/Patient", PATIENT.length() + 1) + PATIENT);
      client.socket.shutdownOutput();
      assertThat(client.answer()).startsWith("HTTP/1.1 400").contains("request-malformed");
    }
  }

  private static String post(String path, long length) {
    return "POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: application/fhir+json\r\nContent-Length: %d\r\n\r\n"
        .formatted(path, length);
  }

  /** Sends the body back. */
  private static final class Echo extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if ("TRACE".equals(request.getMethod())) {
        response.sendError(405);
        return;
      }
      byte[] body = request.getInputStream().readAllBytes();
      if (request.getRequestURI().endsWith("/slow")) {
        pause(300);
      }
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
    }
  }

  /** Fails with a message that must not reach the client. */
  private static final class Broken extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
      throw new IllegalStateException("secret");
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** One connection, spoken by hand. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;

    Client() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
      socket.setTcpNoDelay(true);
    }

    void send(String text) throws IOException {
      send(text.getBytes(StandardCharsets.UTF_8));
    }

    void send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    void sendChunksUntilCutOff() {
      byte[] chunk = new byte[0x10000 + 9];
      byte[] size = "10000\r\n".getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(size, 0, chunk, 0, size.length);
      chunk[chunk.length - 2] = '\r';
      chunk[chunk.length - 1] = '\n';
      try {
        OutputStream out = socket.getOutputStream();
        while (true) {
          out.write(chunk);
        }
      } catch (IOException cutOff) {
        // What the test waits for.
      }
    }

    void sendOneByteASecondUntilCutOff() {
      try {
        while (!Thread.currentThread().isInterrupted()) {
          send(" ");
          pause(1000);
        }
      } catch (IOException cutOff) {
        // What the test waits for.
      }
    }

    /** One answer: head, and body by its Content-Length. */
    String answer() throws IOException {
      String head = head();
      int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
      int length =
          at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)).strip());
      return head + new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
    }

    String head() throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int c = socket.getInputStream().read();
        if (c < 0) {
          throw new IOException("closed after: " + head);
        }
        head.append((char) c);
      }
      return head.toString();
    }

    boolean closed() throws IOException {
      return socket.getInputStream().read() < 0;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
