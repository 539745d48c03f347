package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.profiles.Declared;

/**
 * Data as they are exchanged elsewhere: valid FHIR R4 of every declared type, of no profile of ours
 * and of some that this server does not know. Under the policy {@code declared} they are kept as
 * they came; what is refused is no FHIR R4, or leads nowhere.
 */
final class Foreign {
  private static final Path TRANSACTION = Path.of("src/test/resources/foreign/transaction.json");

  /** What is refused by every policy but {@code off}, with the status and code of the refusal. */
  private static final Map<String, String> REFUSED =
      Map.of(
          """
          {"resourceType":"Patient","modifierExtension":[{"url":"http://example.com/x","valueCode":"x"}]}""",
          "422 modifier-unknown",
          """
          {"resourceType":"Group","type":"person","actual":true}""",
          "404 type-unsupported",
          """
          {"resourceType":"Patient","managingOrganization":{"reference":"Organization/nobody"}}""",
          "422 reference-unknown",
          """
          {"resourceType":"Observation","code":{"text":"x"}}""",
          "422 profile-violated",
          """
          {"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1,
          "unit":"drop","system":"http://unitsofmeasure.org","code":"drop"}}""",
          "422 profile-violated",
          """
          {"resourceType":"Patient","meta":{"profile":[
          "https://hutong.org/fhir/StructureDefinition/hutong-patient"]}}""",
          "422 profile-violated");

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI base;

  Foreign(URI base) {
    this.base = base;
  }

  void isKept() throws IOException, InterruptedException {
    String sent = Files.readString(TRANSACTION).replace("999-12-3456", Running.unique());
    HttpResponse<String> answer = post("", sent);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode answers = Told.json(answer).path("entry");

    JsonNode entries = Told.json(sent).path("entry");
    Map<String, String> places = new TreeMap<>();
    for (int i = 0; i < entries.size(); i++) {
      String[] location = answers.get(i).at("/response/location").asText().split("/");
      places.put(entries.get(i).path("fullUrl").asText(), location[0] + "/" + location[1]);
    }
    Set<String> types = new TreeSet<>();
    for (JsonNode entry : entries) {
      String expected = entry.path("resource").toString().replace("\\n", "");
      for (Map.Entry<String, String> known : places.entrySet()) {
        expected = expected.replace('"' + known.getKey() + '"', '"' + known.getValue() + '"');
      }
      ObjectNode resource = (ObjectNode) Told.json(expected);
      types.add(resource.path("resourceType").asText());
      String place = Objects.requireNonNull(places.get(entry.path("fullUrl").asText()));
      ObjectNode kept = (ObjectNode) Told.json(get(place));
      for (String part : List.of("profile", "tag", "source")) {
        assertThat(kept.path("meta").path(part)).isEqualTo(resource.path("meta").path(part));
      }
      assertThat(kept.remove(List.of("id", "meta")))
          .isEqualTo(resource.remove(List.of("id", "meta")));
    }
    Declared declared = Declared.fromClassPath();
    assertThat(types)
        .containsExactlyElementsOf(
            declared.types().stream()
                .filter(declared::stores)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  void isRefusedWhereItIsNoFhirOrLeadsNowhere() throws IOException, InterruptedException {
    for (Map.Entry<String, String> wrong : REFUSED.entrySet()) {
      String type = Told.json(wrong.getKey()).path("resourceType").asText();
      HttpResponse<String> answer = post("/" + type, wrong.getKey());
      assertThat(answer.statusCode() + " " + Told.code(answer))
          .as(wrong.getKey() + answer.body())
          .isEqualTo(wrong.getValue());
    }
  }

  private String get(String path) throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(base + "/" + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private HttpResponse<String> post(String path, String json)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Content-Type", "application/fhir+json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
