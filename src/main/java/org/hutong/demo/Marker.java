package org.hutong.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What says on the server that a demonstration county is there, and which: a Device, the generator.
 * It is inactive until everything has been loaded, so that an interrupted load goes on with the
 * same county at the next start.
 */
record Marker(ObjectNode device) {
  private static final String SYSTEM = Json.SID + "demo-county";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmm");

  /** Null when the server has none. */
  static @Nullable Marker find(Vendor vendor, String caller) throws IOException {
    JsonNode found =
        vendor.search("Device", "identifier", SYSTEM + "|", caller).at("/entry/0/resource");
    return found instanceof ObjectNode device ? new Marker(device) : null;
  }

  static Marker of(County county) {
    String value = county.seed() + "_" + county.residents() + "_" + county.asOf().format(TIME);
    return new Marker(
        Json.of(
            "resourceType",
            "Device",
            "identifier",
            List.of(Json.identifier(SYSTEM, value)),
            "status",
            "inactive",
            "type",
            Json.concept(Json.ours("device-kind", "other", "其他")),
            "deviceName",
            List.of(Json.of("name", "示范县生成器（数据均为虚构）", "type", "user-friendly-name"))));
  }

  boolean complete() {
    return device.path("status").asText().equals("active");
  }

  /** The county that it stands for. */
  County county() {
    String[] parts = device.at("/identifier/0/value").asText().split("_");
    return County.of(
        Long.parseLong(parts[0]), Integer.parseInt(parts[1]), LocalDateTime.parse(parts[2], TIME));
  }

  void begin(Vendor vendor, String caller) throws IOException {
    vendor.create(device, caller);
  }

  /**
   * @param owner reference to the lead hospital, as the server knows it
   */
  static void end(Vendor vendor, String owner, String caller) throws IOException {
    Marker marker = find(vendor, caller);
    if (marker != null) {
      ObjectNode device = marker.device().put("status", "active");
      device.set("owner", Json.of("reference", owner));
      vendor.update(device, caller);
    }
  }
}
