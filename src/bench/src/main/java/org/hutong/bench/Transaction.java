package org.hutong.bench;

import java.util.SplittableRandom;
import java.util.UUID;

/** A transaction Bundle in the making, whose entries are all created. */
final class Transaction {

  private final StringBuilder json =
      new StringBuilder("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[");
  private final SplittableRandom random;
  private boolean empty = true;

  /**
   * @param random source of the entries' names
   */
  Transaction(SplittableRandom random) {
    this.random = random;
  }

  /** A new name by which the entries of the Bundle may refer to each other. */
  String name() {
    long high = random.nextLong() & ~0xF000L | 0x4000L; // version 4, variant 2
    long low = random.nextLong() >>> 2 | 1L << 63;
    return "urn:uuid:" + new UUID(high, low);
  }

  void add(String name, String type, String resource) {
    if (!empty) {
      json.append(',');
    }
    empty = false;
    json.append("{\"fullUrl\":\"")
        .append(name)
        .append("\",\"resource\":")
        .append(resource)
        .append(",\"request\":{\"method\":\"POST\",\"url\":\"")
        .append(type)
        .append("\"}}");
  }

  String json() {
    return json + "]}";
  }
}
