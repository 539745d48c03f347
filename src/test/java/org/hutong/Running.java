package org.hutong;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * The one server that all integration tests share, with one database that is empty when the first
 * of them asks for it. Tests keep apart by their own data: every one makes identifiers of its own.
 */
public final class Running {
  /** Everything that the server logged, for the test that hunts for personal data in it. */
  public static final Path LOG = Path.of("target", "it", "server.log");

  private static final Path DATA = Path.of("target", "it", "data");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final ConfigurableApplicationContext CONTEXT = start();

  private Running() {}

  /** The FHIR base, without trailing slash. */
  public static URI base() {
    return origin().resolve("/fhir");
  }

  public static URI origin() {
    int port = ((ServletWebServerApplicationContext) CONTEXT).getWebServer().getPort();
    return URI.create("http://127.0.0.1:" + port);
  }

  /** A bean of the server, for looking at what a client cannot see. */
  public static <T> T bean(Class<T> type) {
    return CONTEXT.getBean(type);
  }

  /** The bean of that name, where several are of the type. */
  public static <T> T bean(String name, Class<T> type) {
    return CONTEXT.getBean(name, type);
  }

  /** How many resources are stored. */
  public static long rows() {
    Long rows =
        bean(JdbcTemplate.class).queryForObject("select count(*) from hutong.resource", Long.class);
    return rows == null ? -1 : rows;
  }

  /** A value that no other test uses. */
  public static String unique() {
    return UUID.randomUUID().toString();
  }

  /** A request below the FHIR base; the path starts with a slash. */
  public static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base() + path));
  }

  public static HttpResponse<String> get(String path) {
    return send(request(path));
  }

  /** The same with a body, which a DELETE has not. */
  public static HttpRequest.Builder json(String path, String method, String body) {
    return request(path)
        .header("Content-Type", "application/fhir+json")
        .method(
            method,
            method.equals("DELETE")
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body));
  }

  public static HttpResponse<String> post(String path, String json) {
    return send(json(path, "POST", json));
  }

  public static HttpResponse<String> put(String path, String json) {
    return send(json(path, "PUT", json));
  }

  public static HttpResponse<String> delete(String path) {
    return send(request(path).DELETE());
  }

  public static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static ConfigurableApplicationContext start() {
    try {
      FileSystemUtils.deleteRecursively(DATA);
      Files.deleteIfExists(LOG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SpringApplication.run(
        HutongApplication.class,
        "--server.port=0",
        "--hutong.store.data-dir=" + DATA,
        "--hutong.store.program-dir=target/postgres-program",
        "--hutong.demo.enabled=false",
        "--logging.file.name=" + LOG);
  }
}
