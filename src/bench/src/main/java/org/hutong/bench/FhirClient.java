package org.hutong.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** Speaks FHIR over HTTP/1.1 on connections that are kept open, and takes the time. */
final class FhirClient {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final String base;
  private final Map<String, String> headers;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .executor(Runnable::run) // nothing here blocks, and it costs a third of a thread pool
          .build();

  FhirClient(String base, Map<String, String> headers) {
    this.base = base;
    this.headers = headers;
  }

  /**
   * @param url relative to the base, or absolute as in a Bundle's links
   */
  Answer get(String url) {
    return send(request(url).GET().build());
  }

  /**
   * @param type a resource type, or empty for a transaction
   */
  Answer post(String type, String json) {
    return send(
        request(type)
            .header("Content-Type", "application/fhir+json")
            .POST(BodyPublishers.ofString(json))
            .build());
  }

  private HttpRequest.Builder request(String url) {
    boolean absolute = url.startsWith("http:") || url.startsWith("https:");
    URI uri = URI.create(absolute ? url : url.isEmpty() ? base : base + "/" + url);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
    request.header("Accept", "application/fhir+json");
    headers.forEach(request::header);
    return request;
  }

  private Answer send(HttpRequest request) {
    long start = System.nanoTime();
    try {
      HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
      long nanos = System.nanoTime() - start;
      return new Answer(response.statusCode() / 100 == 2, response.body(), nanos);
    } catch (IOException e) {
      byte[] reason = e.toString().getBytes(StandardCharsets.UTF_8);
      return new Answer(false, reason, System.nanoTime() - start);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
