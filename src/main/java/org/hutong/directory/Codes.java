package org.hutong.directory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.hl7.fhir.r4.model.Coding;
import org.hutong.fhir.Canonical;
import org.jspecify.annotations.Nullable;

/** A code system of our package, found by code or by name. */
record Codes(String system, Map<String, String> names) {

  static Codes of(String name) {
    String file = "/fhir-profiles/terminology/CodeSystem-" + name + ".json";
    try (InputStream in = Codes.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("The class path lacks " + file);
      }
      Map<String, String> names = new LinkedHashMap<>();
      for (JsonNode concept : new ObjectMapper().readTree(in).path("concept")) {
        names.put(concept.path("code").asText(), concept.path("display").asText());
      }
      return new Codes(Canonical.BASE + "/CodeSystem/" + name, names);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /** What a cell means; null when it is neither a code nor a name, or the beginning of one name. */
  @Nullable Coding coding(String cell) {
    String code = null;
    for (Map.Entry<String, String> concept : names.entrySet()) {
      if (concept.getKey().equals(cell.toLowerCase(Locale.ROOT))
          || concept.getKey().equals(cell.toUpperCase(Locale.ROOT))
          || concept.getValue().equals(cell)) {
        code = concept.getKey();
        break;
      }
    }
    if (code == null && !cell.isEmpty()) {
      for (Map.Entry<String, String> concept : names.entrySet()) {
        if (concept.getValue().startsWith(cell)) {
          if (code != null) {
            return null;
          }
          code = concept.getKey();
        }
      }
    }
    return code == null ? null : new Coding(system, code, names.get(code));
  }

  /** All of them, for whoever wrote another. */
  String allowed() {
    StringBuilder all = new StringBuilder();
    names.forEach(
        (code, name) ->
            all.append(all.isEmpty() ? "" : ", ").append(code).append(' ').append(name));
    return all.length() > 300 ? all.substring(0, 300) + " …" : all.toString();
  }
}
