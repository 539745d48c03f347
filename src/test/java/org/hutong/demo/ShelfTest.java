package org.hutong.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShelfTest {
  @TempDir Path folder;

  @Test
  void isNotAskedForByDefault() {
    assertThat(Demo.written(new String[] {"--server.port=0"}, System.out)).isFalse();
  }

  @Test
  void writesBundlesThatCanBePostedInOrder() throws IOException {
    String told = write("bundle");

    assertThat(told).contains("20 of 20 residents").contains("residents/s");
    List<JsonNode> bundles = lines("residents-0000.ndjson");
    assertThat(bundles)
        .isNotEmpty()
        .allSatisfy(
            bundle -> {
              assertThat(bundle.path("type").asText()).isEqualTo("transaction");
              assertThat(bundle.at("/entry/0/request/ifNoneExist").asText()).isNotEmpty();
              assertThat(bundle.at("/meta/source").asText()).contains("/institution/");
            });
    assertThat(lines("institutions.ndjson")).hasSizeGreaterThan(20);
  }

  @Test
  void writesResourcesThatReferToOthersById() throws IOException {
    write("ndjson");

    Set<String> ids = new HashSet<>();
    Set<String> references = new HashSet<>();
    try (Stream<Path> files = Files.list(folder.resolve("county"))) {
      for (Path file : files.toList()) {
        for (JsonNode resource : lines(file.getFileName().toString())) {
          String type = resource.path("resourceType").asText();
          assertThat(file.getFileName()).hasToString(type + ".ndjson");
          ids.add(type + "/" + resource.path("id").asText());
          references.addAll(resource.findValuesAsText("reference"));
        }
      }
    }
    assertThat(references).isNotEmpty().isSubsetOf(ids);
  }

  @Test
  void writesTheSameTwice() throws IOException {
    write("ndjson");
    String first = Files.readString(folder.resolve("county/Encounter.ndjson"));
    Demo.written(arguments("ndjson", "again"), System.out);

    assertThat(folder.resolve("again/Encounter.ndjson")).hasContent(first);
  }

  @Test
  void mixesNoCounties() throws IOException {
    write("ndjson");

    assertThatThrownBy(() -> write("ndjson")).hasMessageContaining("not empty");
  }

  private String write(String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(Demo.written(arguments(format, "county"), new PrintStream(out))).isTrue();
    return out.toString(StandardCharsets.UTF_8);
  }

  private String[] arguments(String format, String name) {
    return new String[] {
      "--hutong.demo.write=" + folder.resolve(name),
      "--hutong.demo.residents=20",
      "--hutong.demo.as-of=2026-11-01T12:00",
      "--hutong.demo.format=" + format
    };
  }

  private List<JsonNode> lines(String file) throws IOException {
    try (Stream<String> lines = Files.lines(folder.resolve("county").resolve(file))) {
      return lines.map(line -> org.hutong.Told.json(line)).toList();
    }
  }
}
