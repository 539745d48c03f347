package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hutong.fhir.Canonical;
import org.junit.jupiter.api.Test;

/**
 * Operations of ours are defined where the CapabilityStatement says, at the levels of the doors.
 */
class OperationDefinitionsTest {
  private static final Path PACKAGE = Path.of("fhir-profiles");
  private static final String BASE = Canonical.BASE + "/OperationDefinition/";

  @Test
  void everyDeclaredOperationOfOursIsDefinedAndEveryDefinedOneIsDeclared() throws IOException {
    Set<String> declared = new TreeSet<>();
    JsonNode statement = read(PACKAGE.resolve("capability/CapabilityStatement-hutong.json"));
    for (JsonNode type : statement.at("/rest/0/resource")) {
      for (JsonNode operation : type.path("operation")) {
        String url = operation.path("definition").asText();
        if (url.startsWith(BASE)) {
          String file = "OperationDefinition-" + url.substring(BASE.length()) + ".json";
          declared.add(file);
          JsonNode definition = read(PACKAGE.resolve("operations").resolve(file));
          String name = operation.path("name").asText();
          assertThat(definition.path("code").asText()).isEqualTo(name);
          assertThat(definition.path("url").asText()).isEqualTo(url);
          assertThat(definition.at("/resource/0")).isEqualTo(type.path("type"));
          assertThat(definition.path("type").asBoolean())
              .isEqualTo(Doors.level(name).contains("type"));
          assertThat(definition.path("instance").asBoolean())
              .isEqualTo(Doors.level(name).contains("instance"));
        }
      }
    }
    try (Stream<Path> files = Files.list(PACKAGE.resolve("operations"))) {
      assertThat(files.map(file -> file.getFileName().toString()).toList())
          .containsExactlyInAnyOrderElementsOf(declared);
    }
  }

  private static JsonNode read(Path file) throws IOException {
    return new ObjectMapper().readTree(Files.readString(file));
  }
}
