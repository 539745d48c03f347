package org.hutong;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file of requests as {@code src/docs/http/README.md} describes it: what editors understand, and
 * the lines {@code # @expect}, which are comments to them.
 *
 * @param variables the file's own, in terms of answers that are not there yet
 */
record HttpFile(String name, Map<String, String> variables, List<Request> requests) {
  private static final String NAME = "# @name ";
  private static final String EXPECT = "# @expect ";

  /**
   * One request with its placeholders unresolved.
   *
   * @param name by which later requests refer to the answer; null when none does
   * @param expectations a status, or a path and a value
   */
  record Request(
      String title,
      @Nullable String name,
      List<String> expectations,
      String method,
      String url,
      Map<String, String> headers,
      String body) {}

  static HttpFile read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> parts = List.of(text.split("(?m)^### "));
    Map<String, String> variables = new LinkedHashMap<>();
    for (String line : parts.get(0).split("\n")) {
      if (line.startsWith("@")) {
        String[] variable = line.substring(1).split(" = ", 2);
        variables.put(variable[0], variable[1]);
      }
    }
    return new HttpFile(
        String.valueOf(file.getFileName()),
        variables,
        parts.stream().skip(1).map(HttpFile::request).toList());
  }

  private static Request request(String part) {
    List<String> lines = new ArrayList<>(List.of(part.split("\n")));
    String title = lines.remove(0);
    String name = null;
    List<String> expectations = new ArrayList<>();
    while (lines.get(0).startsWith("#")) {
      String comment = lines.remove(0);
      if (comment.startsWith(NAME)) {
        name = comment.substring(NAME.length());
      } else if (comment.startsWith(EXPECT)) {
        expectations.add(comment.substring(EXPECT.length()));
      }
    }
    int blank = lines.indexOf("");
    int end = blank < 0 ? lines.size() : blank;
    String[] first = lines.get(0).split(" ", 2);
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line : lines.subList(1, end)) {
      String[] header = line.split(": ", 2);
      headers.put(header[0], header[1]);
    }
    String body = String.join("\n", lines.subList(end, lines.size())).strip();
    return new Request(title, name, expectations, first[0], first[1], headers, body);
  }
}
