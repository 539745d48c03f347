package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done to somebody.
 *
 * @param code of ICD-9-CM-3
 */
record Treatment(String code, String name) {

  /** Minutes that the care of a wound takes. */
  private static final int MINUTES = 15;

  /**
   * @param text code and name with a colon between; empty for none
   */
  static @Nullable Treatment of(String text) {
    String[] parts = text.split(":");
    return parts.length == 2 ? new Treatment(parts[0], parts[1]) : null;
  }

  ObjectNode concept() {
    return Json.concept(Json.coding("urn:oid:2.16.156.10011.2.3.3.12", code, null), name);
  }

  /** What is done at a visit, between the examination and its end. */
  void write(Visit visit, Key encounter, Diagnosis reason) {
    LocalDateTime begin = visit.examined();
    LocalDateTime end = begin.plusMinutes(MINUTES);
    visit.await(end);
    visit
        .chart()
        .add(
            visit.site(),
            visit.chart().key(visit.site(), "Procedure"),
            "status",
            "completed",
            "code",
            concept(),
            "subject",
            visit.chart().patient(visit.site()),
            "encounter",
            encounter,
            "performedPeriod",
            Json.period(Chart.time(begin), Chart.time(end)),
            "performer",
            List.of(Json.of("actor", visit.doctor().role())),
            "reasonCode",
            List.of(reason.concept()));
  }
}
