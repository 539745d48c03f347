package org.hutong.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one institution sends at once. What earlier transactions created is referred to by
 * condition.
 */
record Transaction(Site owner, List<Entry> entries) {

  /** As few transactions as keep everything behind what it refers to, in order. */
  static List<Transaction> of(List<Entry> entries) {
    Map<String, Integer> places = new HashMap<>();
    List<Transaction> transactions = new ArrayList<>();
    for (Entry entry : entries) {
      int place = 0;
      for (String target : references(entry.resource())) {
        place = Math.max(place, places.getOrDefault(target, 0));
      }
      while (place < transactions.size()
          && !transactions.get(place).owner().equals(entry.owner())) {
        place++;
      }
      if (place == transactions.size()) {
        transactions.add(new Transaction(entry.owner(), new ArrayList<>()));
      }
      transactions.get(place).entries().add(entry);
      places.put(entry.key().toString(), place);
    }
    return transactions;
  }

  /**
   * The Bundle that is posted to the base of a server.
   *
   * @param repeatable whether every entry is created only when it is not there yet, so that the
   *     Bundle may be posted again; a server works longer on that
   */
  ObjectNode bundle(boolean repeatable) {
    Set<String> within = new HashSet<>();
    entries.forEach(entry -> within.add(entry.key().toString()));
    List<ObjectNode> nodes = new ArrayList<>();
    for (Entry entry : entries) {
      ObjectNode resource = entry.resource().deepCopy();
      rename(resource, target -> within.contains(target) ? "urn:uuid:" + uuid(target) : null);
      nodes.add(
          Json.of(
              "fullUrl",
              "urn:uuid:" + uuid(entry.key().toString()),
              "resource",
              resource,
              "request",
              Json.of(
                  "method",
                  "POST",
                  "url",
                  entry.key().type(),
                  "ifNoneExist",
                  repeatable ? entry.key().condition() : null)));
    }
    return Json.of("resourceType", "Bundle", "type", "transaction", "entry", nodes);
  }

  /** A logical id that depends on the business identifier only. */
  static UUID uuid(String key) {
    return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Rewrites references in place.
   *
   * @param names the new name of a target; null when it keeps its own
   */
  static void rename(JsonNode node, Function<String, @Nullable String> names) {
    if (node instanceof ObjectNode object && object.path("reference").isTextual()) {
      String name = names.apply(object.get("reference").textValue());
      if (name != null) {
        object.put("reference", name);
      }
    }
    if (node instanceof ObjectNode || node instanceof ArrayNode) {
      node.forEach(child -> rename(child, names));
    }
  }

  private static List<String> references(JsonNode resource) {
    List<String> targets = new ArrayList<>();
    rename(
        resource,
        target -> {
          targets.add(target);
          return null;
        });
    return targets;
  }
}
