package org.hutong;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What is personal about the people and institutions of the story, from the examples' files. */
final class CastTraces {
  /** Elements whose text says who somebody is, where they live or what they suffer from. */
  private static final Set<String> TELLING =
      Set.of(
          "text",
          "family",
          "given",
          "display",
          "value",
          "name",
          "line",
          "city",
          "district",
          "birthDate",
          "valueString",
          "conclusion",
          "patientInstruction");

  /** Texts of codes are the vocabulary's, not a person's. */
  private static final Set<String> VOCABULARY =
      Set.of("coding", "class", "valueCoding", "type", "code", "relationship");

  private CastTraces() {}

  /** Every telling text and every part of one that is long enough to be recognised. */
  static Set<String> of() {
    Set<String> traces = new TreeSet<>();
    try (Stream<Path> files = Files.list(Path.of("fhir-profiles", "examples", "story"))) {
      for (Path file : files.toList()) {
        collect("", new ObjectMapper().readTree(file.toFile()), traces);
        traces.add(file.getFileName().toString().replaceAll("^[A-Za-z]+-|\\.json$", ""));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return traces;
  }

  private static void collect(String name, JsonNode node, Set<String> traces) {
    if (VOCABULARY.contains(name)) {
      return;
    }
    if (node.isArray()) {
      node.forEach(element -> collect(name, element, traces));
    } else if (node.isObject()) {
      node.properties().forEach(field -> collect(field.getKey(), field.getValue(), traces));
    } else if (node.isTextual() && TELLING.contains(name)) {
      add(node.asText(), traces);
    }
  }

  private static void add(String text, Set<String> traces) {
    for (String part :
        Stream.concat(Stream.of(text), List.of(text.split("[ ，。；]+")).stream()).toList()) {
      boolean ascii = part.chars().allMatch(c -> c < 128);
      if (part.length() >= (ascii ? 5 : 2)) {
        traces.add(part);
      }
    }
  }
}
