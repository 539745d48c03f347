package org.hutong;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The story of {@code src/docs/http}, told once to the shared server. */
final class Story {
  private static final Path FOLDER = Path.of("src", "docs", "http");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^}]+)}}");
  private static final Pattern STEP = Pattern.compile("(\\w+)|\\[(\\d+)]");

  private static final List<Told> TOLD = tell();

  /** What came of one request: a line for each expectation that was not met. */
  record Told(String file, String title, List<String> faults) {}

  private final Map<String, String> variables;
  private final Map<String, JsonNode> answers = new HashMap<>();

  private Story(HttpFile file) {
    this.variables = new HashMap<>(file.variables());
    variables.put("base", Running.base().toString());
  }

  static List<Told> told() {
    return TOLD;
  }

  private static List<Told> tell() {
    List<Told> told = new ArrayList<>();
    for (HttpFile file : files()) {
      Story story = new Story(file);
      for (HttpFile.Request request : file.requests()) {
        told.add(new Told(file.name(), request.title(), story.faults(request)));
      }
    }
    return told;
  }

  static List<HttpFile> files() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".http"))
          .sorted()
          .map(HttpFile::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> faults(HttpFile.Request request) {
    HttpResponse<String> response = Running.send(prepared(request));
    JsonNode answer = json(response.body());
    if (request.name() != null) {
      answers.put(request.name(), answer);
    }
    List<String> faults = new ArrayList<>();
    for (String expectation : request.expectations()) {
      boolean status = !expectation.startsWith("$");
      String[] parts = expectation.split(" ", 2);
      String expected = status ? expectation : resolved(parts[1]);
      String found =
          status ? String.valueOf(response.statusCode()) : at(answer, parts[0]).asText("nothing");
      if (!List.of(expected.split(" or ")).contains(found)) {
        faults.add("%s: found %s in %s".formatted(expectation, found, response.body()));
      }
    }
    return faults;
  }

  private HttpRequest.Builder prepared(HttpFile.Request request) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(resolved(request.url()).replace("|", "%7C")));
    request.headers().forEach((name, value) -> builder.header(name, resolved(value)));
    return builder.method(
        request.method(),
        request.body().isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(resolved(request.body())));
  }

  private String resolved(String text) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(placeholder -> Matcher.quoteReplacement(value(placeholder.group(1))));
  }

  private String value(String name) {
    String variable = variables.get(name);
    if (variable != null) {
      return resolved(variable);
    }
    String[] parts = name.split("\\.response\\.body\\.", 2);
    JsonNode answer = answers.get(parts[0]);
    if (parts.length < 2 || answer == null) {
      throw new IllegalStateException("nothing is called " + name);
    }
    return at(answer, parts[1]).asText("nothing");
  }

  /** Follows a path such as {@code $.entry[0].resource.id}; {@code length} counts an array. */
  private static JsonNode at(JsonNode from, String path) {
    JsonNode node = from;
    Matcher step = STEP.matcher(path.substring(1));
    while (step.find()) {
      if (step.group(2) != null) {
        node = node.path(Integer.parseInt(step.group(2)));
      } else if (node.isArray() && step.group(1).equals("length")) {
        node = JSON.getNodeFactory().numberNode(node.size());
      } else {
        node = node.path(step.group(1));
      }
    }
    return node;
  }

  private static JsonNode json(String body) {
    try {
      return body.isEmpty() ? MissingNode.getInstance() : JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the answer is not JSON", e);
    }
  }
}
