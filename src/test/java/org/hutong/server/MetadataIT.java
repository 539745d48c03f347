package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.profiles.Declared;
import org.junit.jupiter.api.Test;

/** All that {@code /metadata} promises is kept. */
class MetadataIT {
  private static final JsonNode REST = Told.json(Running.get("/metadata")).at("/rest/0");

  private static final Map<String, String> VALUES =
      Map.of(
          "token", "a|b",
          "string", "李",
          "date", "ge2026-10-12T09:00:00+08:00",
          "number", "1",
          "quantity", "5.4|http://unitsofmeasure.org|mg",
          "uri", "urn:example:1");

  @Test
  void everyDeclaredSearchParameterIsSearchable() {
    List<String> wrong = new ArrayList<>();
    int tried = 0;
    for (JsonNode type : REST.path("resource")) {
      for (JsonNode parameter : type.path("searchParam")) {
        String name = parameter.path("name").asText();
        String value = VALUES.getOrDefault(parameter.path("type").asText(), "1");
        wrong.addAll(refused(type, name + "=" + encoded(value)));
        tried++;
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(tried).isGreaterThan(300);
  }

  @Test
  void everyDeclaredSearchParameterTakesItsModifiersAndSorts() {
    Map<String, List<String>> modifiers =
        Map.of(
            "string", List.of("exact"),
            "token", List.of("not"),
            "uri", List.of("above", "below"));
    List<String> wrong = new ArrayList<>();
    for (JsonNode type : stored()) {
      for (JsonNode parameter : type.path("searchParam")) {
        String name = parameter.path("name").asText();
        String kind = parameter.path("type").asText();
        if (!name.startsWith("_")) {
          wrong.addAll(refused(type, name + ":missing=true"));
          for (String modifier : modifiers.getOrDefault(kind, List.of())) {
            wrong.addAll(refused(type, name + ":" + modifier + "=a"));
          }
        }
        wrong.addAll(refused(type, "_sort=-" + name));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyDeclaredIncludeIsHonoured() {
    List<String> wrong = new ArrayList<>();
    int tried = 0;
    for (JsonNode type : REST.path("resource")) {
      for (JsonNode include : type.path("searchInclude")) {
        wrong.addAll(refused(type, "_include=" + include.asText()));
        tried++;
      }
      for (JsonNode include : type.path("searchRevInclude")) {
        String[] parts = include.asText().split(":");
        wrong.addAll(refused(type, "_revinclude=" + include.asText()));
        wrong.addAll(refused(type, "_has:" + parts[0] + ":" + parts[1] + ":_id=1"));
        tried++;
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(tried).isGreaterThan(300);
  }

  @Test
  void everyReferenceParameterCanBeChained() {
    List<String> wrong = new ArrayList<>();
    for (JsonNode type : REST.path("resource")) {
      for (JsonNode include : type.path("searchInclude")) {
        String name = include.asText().split(":")[1];
        wrong.addAll(refused(type, name + "._id=1"));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void whatMayBeIncludedIsExactlyTheReferencesAmongTheSearchParameters() {
    for (JsonNode type : stored()) {
      List<String> references = new ArrayList<>();
      for (JsonNode parameter : type.path("searchParam")) {
        if (parameter.path("type").asText().equals("reference")
            && !parameter.path("name").asText().startsWith("instantiates-canonical")) {
          references.add(type.path("type").asText() + ":" + parameter.path("name").asText());
        }
      }
      List<String> includes = new ArrayList<>();
      type.path("searchInclude").forEach(include -> includes.add(include.asText()));
      assertThat(includes).containsExactlyInAnyOrderElementsOf(references);
    }
  }

  @Test
  void everyTypeIsPatchedAndDeletedByConditionToo() {
    List<String> wrong = new ArrayList<>();
    for (JsonNode type : stored()) {
      String path = "/" + type.path("type").asText() + "?_id=none";
      assertThat(type.path("conditionalUpdate").asBoolean()).isTrue();
      assertThat(type.path("conditionalDelete").asText()).isEqualTo("single");
      HttpResponse<String> patched =
          Running.send(
              Running.request(path)
                  .header("Content-Type", "application/json-patch+json")
                  .method("PATCH", BodyPublishers.ofString("[]")));
      HttpResponse<String> deleted = Running.delete(path);
      if (patched.statusCode() != 404 || deleted.statusCode() / 100 != 2) {
        wrong.add(path + " -> " + patched.body() + deleted.body());
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** Without the types that are made of something else when they are asked for. */
  private static List<JsonNode> stored() {
    List<JsonNode> stored = new ArrayList<>();
    for (JsonNode type : REST.path("resource")) {
      if (Declared.fromClassPath().stores(type.path("type").asText())) {
        stored.add(type);
      }
    }
    return stored;
  }

  private static List<String> refused(JsonNode type, String query) {
    String path = "/" + type.path("type").asText() + "?_count=1&" + query;
    HttpResponse<String> answer = Running.get(path);
    return answer.statusCode() == 200
        ? List.of()
        : List.of(path + " -> " + answer.statusCode() + " " + answer.body());
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
