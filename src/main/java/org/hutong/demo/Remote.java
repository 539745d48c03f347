package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one institution asks another to read, or to give its opinion on. */
final class Remote {

  /** What is asked for. */
  enum Kind {
    ECG("remote-ecg", "远程心电诊断", "XD", "remote-diagnosis", "远程诊断"),
    IMAGING("remote-imaging", "远程影像诊断", "YX", "remote-diagnosis", "远程诊断"),
    CONSULTATION("remote-consultation", "远程会诊", "HZ", "consultation", "会诊");

    private final String code;
    private final String display;
    private final String prefix;
    private final String task;
    private final String taskDisplay;

    Kind(String code, String display, String prefix, String task, String taskDisplay) {
      this.code = code;
      this.display = display;
      this.prefix = prefix;
      this.task = task;
      this.taskDisplay = taskDisplay;
    }
  }

  private Remote() {}

  /**
   * Asks for an examination to be read.
   *
   * @param info what is to be read
   */
  static Key request(Findings findings, Kind kind, Site reader, Key info) {
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
        Kind.CONSULTATION,
        expert,
        status,
        Json.of("orderDetail", List.of(Json.text("明确诊断，指导下一步治疗"))));
  }

  /**
   * The work that follows from the request.
   *
   * @param answer the report or opinion; null while there is none
   * @param minutes from the examination until the answer
   */
  static Key task(
      Findings findings, Kind kind, Site to, Key request, @Nullable Key answer, int minutes) {
    Visit visit = findings.visit();
    Chart chart = visit.chart();
    LocalDateTime asked = visit.examined().plusMinutes(1);
    String answered = Chart.time(visit.examined().plusMinutes(minutes));
    return chart.add(
        visit.site(),
        chart.key(visit.site(), "Task"),
        "status",
        answer == null ? "requested" : "completed",
        "intent",
        "order",
        "code",
        Json.concept(Json.ours("task-code", kind.task, kind.taskDisplay)),
        "focus",
        request,
        "for",
        chart.patient(visit.site()),
        "executionPeriod",
        answer == null ? null : Json.period(Chart.time(asked.plusMinutes(2)), answered),
        "authoredOn",
        Chart.time(asked),
        "lastModified",
        answer == null ? Chart.time(asked) : answered,
        "requester",
        visit.doctor().role(),
        "owner",
        to.key(),
        "output",
        answer == null
            ? null
            : List.of(Json.of("type", Json.text(kind.display), "valueReference", answer)));
  }

  private static Key request(
      Findings findings, Kind kind, Site to, String status, ObjectNode rest) {
    Visit visit = findings.visit();
    Chart chart = visit.chart();
    ObjectNode elements =
        Json.of(
            "extension",
            List.of(Json.extension("requester-organization", visit.site().key())),
            "status",
            status,
            "intent",
            "order",
            "category",
            List.of(Json.concept(Json.ours("request-category", kind.code, kind.display))),
            "code",
            Json.text(kind.display),
            "subject",
            chart.patient(visit.site()),
            "encounter",
            findings.encounter(),
            "authoredOn",
            Chart.time(visit.examined().plusMinutes(1)),
            "requester",
            visit.doctor().role(),
            "performer",
            List.of(to.key()),
            "reasonCode",
            List.of(Json.text(findings.cause().name())));
    elements.setAll(rest);
    Key key =
        chart.key(
            "urn:oid:2.16.156.10011.1.24", "ServiceRequest", kind.prefix, visit.at().toLocalDate());
    return chart.add(visit.site(), key, elements);
  }
}
