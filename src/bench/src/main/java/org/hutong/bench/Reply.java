package org.hutong.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * What a node answered.
 *
 * @param status 0 when nothing came back
 */
record Reply(int status, String body) {
  private static final ObjectMapper JSON = new ObjectMapper();

  JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** The code and the words of a refusal. */
  String brief() {
    JsonNode issue = json().at("/issue/0/details");
    return issue.at("/coding/0/code").asText() + " " + issue.path("text").asText(body);
  }
}
