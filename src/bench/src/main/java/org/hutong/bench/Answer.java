package org.hutong.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What came back for one request.
 *
 * @param body or, where there was no response, what went wrong
 * @param nanos from sending to the last byte of the body
 */
record Answer(boolean succeeded, byte[] body, long nanos) {

  private static final ObjectMapper JSON = new ObjectMapper(new JsonFactory());
  private static final byte[] RESOURCE_TYPE = "\"resourceType\"".getBytes(StandardCharsets.UTF_8);

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Resources in the body, itself included. */
  int resources() {
    int count = 0;
    for (int i = 0; i + RESOURCE_TYPE.length <= body.length; i++) {
      int j = 0;
      while (j < RESOURCE_TYPE.length && body[i + j] == RESOURCE_TYPE[j]) {
        j++;
      }
      if (j == RESOURCE_TYPE.length) {
        count++;
        i += j - 1;
      }
    }
    return count;
  }

  /** A Bundle's {@code total}; 0 where it has none. */
  int total() {
    JsonNode total = member("total");
    return total == null ? 0 : total.asInt();
  }

  /** The address of a Bundle's next page, or null. */
  String next() {
    JsonNode links = member("link");
    if (links != null) {
      for (JsonNode link : links) {
        if (link.path("relation").asText().equals("next")) {
          return link.path("url").asText();
        }
      }
    }
    return null;
  }

  /** Ids of what a transaction created, as {@code Type/id}, in the order of its entries. */
  List<String> created() {
    List<String> created = new ArrayList<>();
    JsonNode entries = member("entry");
    if (entries != null) {
      for (JsonNode entry : entries) {
        String location = entry.path("response").path("location").asText();
        String[] steps = location.replaceAll("/_history/.*", "").split("/");
        if (steps.length >= 2) {
          created.add(steps[steps.length - 2] + "/" + steps[steps.length - 1]);
        }
      }
    }
    return created;
  }

  /** One member of the body's object, read no further than it; null where there is none. */
  private JsonNode member(String name) {
    try (JsonParser parser = JSON.createParser(body)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals(name);
        parser.nextToken();
        if (wanted) {
          return parser.readValueAsTree();
        }
        parser.skipChildren();
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }
}
