package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What one institution asks another to read, or to give its opinion on. */
final class Remote {
  private Remote() {}

  /**
   * Asks for an examination to be read.
   *
   * @param kind what is asked for, as people say it
   * @param info what is to be read
   */
  static Key request(Findings findings, String kind, Site reader, Key info) {
    return request(findings, kind, reader, "completed", Json.of("supportingInfo", List.of(info)));
  }

  /**
   * Asks for an opinion.
   *
   * @param status of the request
   */
  static Key consultation(Findings findings, Site expert, String status) {
    return request(
        findings,
        "远程会诊",
        expert,
        status,
        Json.of("orderDetail", List.of(Json.text("明确诊断，指导下一步治疗"))));
  }

  private static Key request(
      Findings findings, String kind, Site to, String status, ObjectNode rest) {
    Visit visit = findings.visit();
    Chart chart = visit.chart();
    ObjectNode elements =
        Json.of(
            "status",
            status,
            "intent",
            "order",
            "category",
            List.of(Json.text(kind)),
            "code",
            Json.text(kind),
            "subject",
            chart.patient(visit.site()),
            "encounter",
            findings.encounter(),
            "authoredOn",
            Chart.time(visit.at().plusMinutes(6)),
            "requester",
            visit.doctor().role(),
            "performer",
            List.of(to.key()),
            "reasonCode",
            List.of(Json.text(findings.cause().name())));
    elements.setAll(rest);
    return chart.add(visit.site(), chart.key(visit.site(), "ServiceRequest"), elements);
  }
}
