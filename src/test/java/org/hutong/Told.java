package org.hutong;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an answer says. */
public final class Told {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Told() {}

  public static JsonNode json(HttpResponse<String> answer) {
    return json(answer.body());
  }

  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  /** The problem code of the first issue; empty when the answer is no OperationOutcome of ours. */
  public static String code(HttpResponse<String> answer) {
    List<String> codes = codes(answer);
    return codes.isEmpty() ? "" : codes.get(0);
  }

  /** The problem codes of all issues. */
  public static List<String> codes(HttpResponse<String> answer) {
    List<String> codes = new ArrayList<>();
    if (answer.body().startsWith("{")) {
      for (JsonNode issue : json(answer).path("issue")) {
        codes.add(issue.at("/details/coding/0/code").asText());
      }
    }
    return codes;
  }

  /** The first place that each issue names; empty where one names none. */
  public static List<String> places(HttpResponse<String> answer) {
    List<String> places = new ArrayList<>();
    for (JsonNode issue : json(answer).path("issue")) {
      if (issue.has("expression") || !issue.path("severity").asText().equals("information")) {
        places.add(issue.at("/expression/0").asText());
      }
    }
    return places;
  }

  /**
   * The keys of the broken rules of all issues, mere notes aside; empty where an issue names none.
   */
  public static List<String> rules(HttpResponse<String> answer) {
    List<String> rules = new ArrayList<>();
    for (JsonNode issue : json(answer).path("issue")) {
      if (!issue.path("severity").asText().equals("information")) {
        rules.add(issue.at("/details/coding/1/code").asText());
      }
    }
    return rules;
  }

  /** The logical ids of what a Bundle holds. */
  public static List<String> ids(HttpResponse<String> bundle) {
    List<String> ids = new ArrayList<>();
    json(bundle).path("entry").forEach(entry -> ids.add(entry.at("/resource/id").asText()));
    return ids;
  }

  /** Where a link of a Bundle leads; null when it has none of that relation. */
  public static @Nullable String link(HttpResponse<String> bundle, String relation) {
    for (JsonNode link : json(bundle).path("link")) {
      if (link.path("relation").asText().equals(relation)) {
        return link.path("url").asText();
      }
    }
    return null;
  }

  /** The logical id that the server gave. */
  public static String id(HttpResponse<String> created) {
    if (created.statusCode() / 100 != 2) {
      throw new AssertionError(created.statusCode() + " " + created.body());
    }
    return json(created).path("id").asText();
  }

  /** A Bundle with one entry without resource. */
  public static String bundle(String type, String method, String url) {
    return """
        {"resourceType":"Bundle","type":"%s","entry":[{"request":{"method":"%s","url":"%s"}}]}"""
        .formatted(type, method, url);
  }
}
