package org.hutong.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One case of the corpus {@code bad-input/cases.json}: a request that must be refused, and how.
 *
 * <p>Fields of a case: {@code name}; {@code why} it occurs; {@code at}, who refuses it ({@code
 * container}, {@code intake}, {@code engine}; {@code accepted} when the intake must let it pass);
 * {@code method} (POST), {@code path} below the base (/Patient; {@code root}: below the host),
 * {@code type}, the Content-Type (by the file's ending; empty for none), {@code headers}, {@code
 * bigHeader} (a header of so many bytes); the body as {@code file}, or made by {@code repeat}ing a
 * unit between prefix and suffix; {@code chunked} (without a length); {@code raw}: the file is the
 * whole request. Expected are one of {@code status} and one of {@code code}.
 */
final class BadInput {
  private static final String FOLDER = "/bad-input/";
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int CHUNK = 64 * 1024;

  private final JsonNode json;

  private BadInput(JsonNode json) {
    this.json = json;
  }

  static Stream<BadInput> cases() {
    try {
      List<BadInput> cases = new ArrayList<>();
      MAPPER.readTree(resource("cases.json")).forEach(json -> cases.add(new BadInput(json)));
      return cases.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return json.get("name").asText();
  }

  String at() {
    return json.get("at").asText();
  }

  List<Integer> statuses() {
    List<Integer> statuses = new ArrayList<>();
    any("status").forEach(status -> statuses.add(status.asInt()));
    return statuses;
  }

  List<String> codes() {
    List<String> codes = new ArrayList<>();
    any("code").forEach(code -> codes.add(code.asText()));
    return codes;
  }

  private Iterable<JsonNode> any(String field) {
    JsonNode node = json.get(field);
    return node.isArray() ? node : List.of(node);
  }

  /**
   * Sends the request and reads the answer, which may come before all is sent.
   *
   * @param base path of the FHIR base, such as {@code /fhir}
   */
  Wire.Answer send(Wire wire, String host, String base) throws IOException {
    byte[] request = request(host, base);
    try {
      wire.send(request);
    } catch (IOException refusedEarly) {
      // The answer says why.
    }
    return wire.answer();
  }

  private byte[] request(String host, String base) throws IOException {
    byte @Nullable [] body = body();
    if (json.path("raw").asBoolean() && body != null) {
      return new String(body, StandardCharsets.UTF_8)
          .replace("{host}", host)
          .getBytes(StandardCharsets.UTF_8);
    }
    boolean chunked = json.path("chunked").asBoolean();
    String path = json.path("path").asText("/Patient");
    StringBuilder head = new StringBuilder();
    head.append(json.path("method").asText("POST")).append(' ');
    head.append(json.path("root").asBoolean() ? "" : base).append(path).append(" HTTP/1.1\r\n");
    header(head, "Host", host);
    String type = type();
    if (body != null && !type.isEmpty()) {
      header(head, "Content-Type", type);
    }
    if (body != null && !chunked) {
      header(head, "Content-Length", Integer.toString(body.length));
    }
    if (chunked) {
      header(head, "Transfer-Encoding", "chunked");
    }
    json.path("headers")
        .properties()
        .forEach(each -> header(head, each.getKey(), each.getValue().asText()));
    if (json.has("bigHeader")) {
      header(head, "X-Big", "x".repeat(json.get("bigHeader").asInt()));
    }
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    if (body != null) {
      request.writeBytes(chunked ? chunks(body) : body);
    }
    return request.toByteArray();
  }

  private static void header(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private String type() {
    if (json.has("type")) {
      return json.get("type").asText();
    }
    return json.path("file").asText().endsWith(".xml")
        ? "application/fhir+xml"
        : "application/fhir+json";
  }

  private byte @Nullable [] body() throws IOException {
    if (json.has("file")) {
      return resource(json.get("file").asText());
    }
    JsonNode repeat = json.get("repeat");
    if (repeat == null) {
      return null;
    }
    String text =
        repeat.get("prefix").asText()
            + repeat.get("unit").asText().repeat(repeat.get("times").asInt())
            + repeat.get("suffix").asText();
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] chunks(byte[] body) {
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; at += CHUNK) {
      byte[] chunk = Arrays.copyOfRange(body, at, Math.min(at + CHUNK, body.length));
      chunks.writeBytes(
          (Integer.toHexString(chunk.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      chunks.writeBytes(chunk);
      chunks.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    chunks.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return chunks.toByteArray();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = BadInput.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalArgumentException("no such file in the corpus: " + name);
      }
      return in.readAllBytes();
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
