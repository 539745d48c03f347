package org.hutong;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The story's cast, each time with identifiers of its own and with references to what exists. Each
 * method answers with JSON ready to be sent, or with the id of what it has stored.
 */
public final class Cast {
  /** System of the number by which a test finds its own patients again. */
  public static final String HEALTH_CARD = "urn:oid:2.16.156.10011.1.19";

  private static final AtomicLong NUMBER = new AtomicLong(System.nanoTime() % 1_000_000_000L);

  private Cast() {}

  /** A health card number that no other test uses. */
  public static String card() {
    return "1599" + NUMBER.incrementAndGet();
  }

  /** The county hospital, stored once for all tests. */
  public static String hospital() {
    return Hospital.ID;
  }

  /** 李秀兰 with one health card, registered by the county hospital; not stored. */
  public static ObjectNode patient(String card) {
    ObjectNode patient = story("Patient-li-xiulan");
    patient.putArray("identifier").addObject().put("system", HEALTH_CARD).put("value", card);
    patient.putObject("managingOrganization").put("reference", "Organization/" + hospital());
    return patient;
  }

  /** A stored patient's id. */
  public static String patient() {
    return Told.id(Running.post("/Patient", patient(card()).toString()));
  }

  /** An observation of a patient that no narrower profile claims; not stored. */
  public static ObjectNode observation(String patient) {
    ObjectNode observation = story("Observation-ecg-12-lead");
    observation.remove(java.util.List.of("encounter", "performer"));
    observation.withObject("/code").remove("coding");
    observation.putObject("subject").put("reference", "Patient/" + patient);
    return observation;
  }

  /** A file of {@code examples/story} without its id. */
  public static ObjectNode story(String name) {
    try {
      JsonNode read =
          Told.json(Files.readString(Path.of("fhir-profiles/examples/story", name + ".json")));
      ObjectNode resource = (ObjectNode) read;
      resource.remove("id");
      return resource;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Hospital {
    static final String ID =
        Told.id(
            Running.post("/Organization", story("Organization-yunze-county-hospital").toString()));
  }
}
