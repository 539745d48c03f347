package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.jspecify.annotations.Nullable;

/** One HTTP/1.1 connection, spoken by hand: what no client library would send can be sent. */
final class Wire implements AutoCloseable {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Socket socket;

  /**
   * An answer.
   *
   * @param headers by lower-case name
   */
  record Answer(int status, Map<String, String> headers, String body) {
    @Nullable String header(String name) {
      return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /** The body, which must be an OperationOutcome in the format that the answer declares. */
    OperationOutcome outcome() {
      String type = String.valueOf(header("Content-Type")).replace(" ", "");
      IParser parser =
          switch (type.toLowerCase(Locale.ROOT)) {
            case "application/fhir+json;charset=utf-8" -> FHIR.newJsonParser();
            case "application/fhir+xml;charset=utf-8" -> FHIR.newXmlParser();
            default -> throw new AssertionError("no FHIR: " + type + " " + body);
          };
      return parser.parseResource(OperationOutcome.class, body);
    }

    /** The code of the first problem. */
    String code() {
      return outcome().getIssueFirstRep().getDetails().getCodingFirstRep().getCode();
    }
  }

  Wire(String host, int port) throws IOException {
    socket = new Socket(host, port);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
  }

  /** The head of a request, from its lines. */
  static String head(String... lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Ends the client's side; the answer can still be read. */
  void finish() throws IOException {
    socket.shutdownOutput();
  }

  /** Sends the same again and again until the server cuts the connection. */
  void sendUntilCutOff(byte[] bytes, Duration pause) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        send(bytes);
        Thread.sleep(pause.toMillis());
      }
    } catch (IOException cutOff) {
      // What the caller waits for.
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  Answer answer() throws IOException {
    InputStream in = socket.getInputStream();
    String statusLine = line(in);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    byte[] body;
    if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
      body = chunks(in);
    } else {
      body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    }
    return new Answer(
        Integer.parseInt(statusLine.substring(9, 12)),
        headers,
        new String(body, StandardCharsets.UTF_8));
  }

  boolean closedByServer() throws IOException {
    return socket.getInputStream().read() < 0;
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line(in), 16);
      body.write(in.readNBytes(size));
      line(in);
      if (size == 0) {
        return body.toByteArray();
      }
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("closed by the server after: " + line);
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
