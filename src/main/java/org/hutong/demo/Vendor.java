package org.hutong.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.hutong.fhir.Institution;
import org.hutong.fhir.OwnRequest;
import org.jspecify.annotations.Nullable;

/** A client of the server, as any vendor would write one. */
final class Vendor {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final URI base;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  /**
   * @param base of the FHIR endpoint, without trailing slash
   */
  Vendor(URI base) {
    this.base = base;
  }

  /**
   * Posts a transaction.
   *
   * @param again whether some of it may be there already
   * @param known literal references by conditional ones; what the transaction created is added
   */
  void send(Transaction transaction, boolean again, Map<String, String> known) throws IOException {
    ObjectNode bundle = transaction.bundle(again);
    Transaction.rename(bundle, known::get);
    JsonNode created = exchange("POST", "", transaction.owner().caller(), bundle);
    for (int i = 0; i < transaction.entries().size(); i++) {
      String location = created.at("/entry/" + i + "/response/location").asText();
      String[] parts = location.split("/");
      if (parts.length < 2) {
        throw new IOException("no location in the answer to a transaction");
      }
      known.put(transaction.entries().get(i).key().toString(), parts[0] + "/" + parts[1]);
    }
  }

  /** How many resources of a type there are. */
  int count(String type, String caller) throws IOException {
    return exchange("GET", "/" + type + "?_summary=count&_total=accurate", caller, null)
        .path("total")
        .asInt();
  }

  /** A searchset. */
  JsonNode search(String type, String parameter, String value, String caller) throws IOException {
    String query = parameter + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    return exchange("GET", "/" + type + "?" + query, caller, null);
  }

  JsonNode create(ObjectNode resource, String caller) throws IOException {
    return exchange("POST", "/" + resource.path("resourceType").asText(), caller, resource);
  }

  void update(ObjectNode resource, String caller) throws IOException {
    String type = resource.path("resourceType").asText();
    exchange("PUT", "/" + type + "/" + resource.path("id").asText(), caller, resource);
  }

  private JsonNode exchange(String method, String path, String caller, @Nullable JsonNode body)
      throws IOException {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(PATIENCE)
            .header(Institution.HEADER, caller)
            .header(OwnRequest.HEADER, OwnRequest.mark())
            .header("Content-Type", "application/fhir+json")
            .header(
                "Prefer", body instanceof ObjectNode ? "return=minimal" : "return=representation")
            .header("Accept-Language", "en")
            .method(method, publisher)
            .build();
    try {
      HttpResponse<String> answer = patiently(request);
      if (answer.statusCode() / 100 != 2) {
        throw new IOException(refusal(method, path, answer));
      }
      return answer.body().isEmpty() ? JSON.missingNode() : JSON.readTree(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Comes again when the server asks for it, as while it fills its indexes after an upgrade. */
  private HttpResponse<String> patiently(HttpRequest request)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      Optional<Duration> later = later(answer);
      if (later.isEmpty() || System.nanoTime() + later.get().toNanos() > deadline) {
        return answer;
      }
      Thread.sleep(later.get().toMillis());
    }
  }

  /** After what time the server wants to be asked again (RFC 9110 §10.2.3, in seconds). */
  private static Optional<Duration> later(HttpResponse<String> answer) {
    return answer.statusCode() == 503 || answer.statusCode() == 429
        ? answer
            .headers()
            .firstValue("Retry-After")
            .filter(after -> after.matches("[0-9]{1,4}"))
            .map(after -> Duration.ofSeconds(Math.max(1, Integer.parseInt(after))))
        : Optional.empty();
  }

  /** What was wrong and where, without any value. */
  private static String refusal(String method, String path, HttpResponse<String> answer) {
    StringJoiner text = new StringJoiner("; ");
    text.add(method + " " + path.replaceAll("\\?.*", "") + " answered " + answer.statusCode());
    try {
      for (JsonNode issue : JSON.readTree(answer.body()).path("issue")) {
        text.add(
            issue.at("/details/coding/0/code").asText()
                + " at "
                + issue.at("/expression/0").asText());
      }
    } catch (JsonProcessingException e) {
      text.add("not JSON");
    }
    return text.toString();
  }
}
