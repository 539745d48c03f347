package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hutong.Told;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Language;
import org.junit.jupiter.api.Test;

/** The code system lists what the operations say. */
class LinkCodesTest {
  @Test
  void listsRulesDecisionsAndFindings() throws IOException {
    Map<String, List<String>> said = new LinkedHashMap<>();
    for (Comparison.Rule rule : Comparison.Rule.values()) {
      said.put(rule.code(), both(rule.text()));
    }
    for (Decision.Kind kind : Decision.Kind.values()) {
      said.put(kind.code(), both(kind.text()));
    }
    for (Weights finding : Weights.values()) {
      said.put(finding.code(), both(finding.text()));
    }
    Map<String, List<String>> listed = new LinkedHashMap<>();
    JsonNode system =
        Told.json(Files.readString(Path.of("fhir-profiles/terminology/CodeSystem-link.json")));
    for (JsonNode concept : system.path("concept")) {
      listed.put(
          concept.path("code").asText(),
          List.of(concept.path("display").asText(), concept.at("/designation/0/value").asText()));
    }
    assertThat(listed).containsAllEntriesOf(said).hasSize(said.size() + 2);
    assertThat(listed).containsKeys("possible-link", "weight");
  }

  private static List<String> both(Bilingual text) {
    return List.of(text.in(Language.ZH), text.in(Language.EN));
  }
}
