package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A referral: its request and its Task. The sender writes both.
 *
 * @param direction code of {@code referral-direction}
 * @param at when it was asked for
 * @param channel the green channel that it takes; null for none
 */
record Referral(
    Chart chart,
    String direction,
    Doctor from,
    Site to,
    LocalDateTime at,
    State state,
    Course course,
    @Nullable Channel channel) {

  /** Days within which somebody may come who is not sent by a green channel. */
  private static final int WINDOW = 7;

  /** Hours within which somebody is expected whose illness is urgent. */
  private static final int SOON = 3;

  /** Hours between which appointments are made. */
  private static final int OPENS = 8;

  private static final int CLOSES = 16;

  private static final Map<String, String> DIRECTIONS =
      Map.of("up", "上转", "down", "下转", "out-of-county", "县外转诊", "return", "回转");
  private static final Map<String, String> REASONS =
      Map.of(
          "undiagnosed", "诊断不明",
          "beyond-capability", "技术/设备受限",
          "critical", "病情危重",
          "specialist", "专科治疗",
          "surgery", "手术",
          "rehabilitation-chronic", "康复/慢病管理");

  /**
   * @param encounter at which it was decided
   * @param info what the receiver should see
   * @param answers the referral that this one answers; null for none
   * @param performer who is to receive the resident in the end
   */
  Key request(Key encounter, List<Key> info, @Nullable Key answers, Site performer) {
    boolean back = back();
    String reason = back ? "rehabilitation-chronic" : course.reason();
    String diagnosis = course.illness().diagnosis().name();
    Specialty specialty =
        Specialty.of(back ? "02" : course.illness().specialty(chart.resident(), at.toLocalDate()));
    return chart.add(
        from.site(),
        chart.key(Json.SID + "referral-no", "ServiceRequest", "ZZ", at.toLocalDate()),
        "extension",
        extensions(),
        "basedOn",
        answers == null ? null : List.of(answers),
        "status",
        state.request(),
        "intent",
        "order",
        "category",
        List.of(Json.concept(Json.ours("request-category", "referral", "双向转诊"))),
        "priority",
        priority(),
        "subject",
        chart.patient(from.site()),
        "encounter",
        encounter,
        "occurrencePeriod",
        Json.period(Chart.time(at), Chart.time(until())),
        "authoredOn",
        Chart.time(at),
        "requester",
        from.role(),
        "performerType",
        specialty.concept(),
        "performer",
        List.of(performer.key()),
        "reasonCode",
        List.of(
            Json.concept(
                Json.ours("referral-reason", reason, REASONS.getOrDefault(reason, reason)),
                back
                    ? diagnosis + "，病情平稳，继续康复与随访"
                    : diagnosis
                        + "可能，"
                        + course.illness().complaint(chart.resident(), at.toLocalDate()))),
        "supportingInfo",
        info);
  }

  /**
   * @param stay to which the referral led; null for none
   * @param answer the referral that answers this one; null for none
   * @param arrival when the resident came, or is expected; null when neither
   * @param changed when the Task came to its state
   */
  Key task(
      Key request,
      @Nullable Key stay,
      @Nullable Key answer,
      @Nullable LocalDateTime arrival,
      LocalDateTime changed) {
    boolean over = state == State.CLOSED;
    return chart.add(
        from.site(),
        chart.key(from.site(), "Task"),
        "status",
        state.task(),
        "statusReason",
        state.reason().isEmpty() ? null : Json.text(state.reason()),
        "businessStatus",
        state.concept(),
        "intent",
        "order",
        "priority",
        priority(),
        "code",
        Json.concept(Json.ours("task-code", "referral", "转诊接诊")),
        "focus",
        request,
        "for",
        chart.patient(from.site()),
        "encounter",
        stay,
        "executionPeriod",
        arrival == null
            ? null
            : Json.period(Chart.time(arrival), over ? Chart.time(changed) : null),
        "authoredOn",
        Chart.time(at),
        "lastModified",
        Chart.time(changed),
        "requester",
        from.role(),
        "owner",
        to.key(),
        "output",
        answer == null
            ? null
            : List.of(Json.of("type", Json.text("下转单"), "valueReference", answer)));
  }

  /** Until when the resident may come. */
  LocalDateTime until() {
    return at.plusDays(channel == null ? WINDOW : 1);
  }

  /**
   * When the resident is expected: what is urgent within hours, all else when the clinics are open.
   */
  LocalDateTime appointment() {
    if (urgent()) {
      LocalDateTime soon = at.plusHours(SOON);
      return soon.isBefore(chart.asOf()) && state == State.ACCEPTED
          ? chart.asOf().plusMinutes(30)
          : soon;
    }
    LocalDateTime next = at.plusHours(20);
    LocalDate day = next.getHour() < CLOSES ? next.toLocalDate() : next.toLocalDate().plusDays(1);
    while (day.getDayOfWeek().getValue() > 5) {
      day = day.plusDays(1);
    }
    boolean same = day.equals(next.toLocalDate()) && next.getHour() >= OPENS;
    return day.atTime(same ? next.getHour() : OPENS, 30).plusMinutes(same ? 30 : 0);
  }

  /** Whether somebody is sent home from a hospital, and so is well enough for it. */
  private boolean back() {
    return direction.equals("down") || direction.equals("return");
  }

  private boolean urgent() {
    return channel != null || course.urgent() && !back();
  }

  private String priority() {
    return channel != null ? "stat" : urgent() ? "urgent" : "routine";
  }

  private List<ObjectNode> extensions() {
    List<ObjectNode> extensions = new ArrayList<>();
    extensions.add(
        Json.extension(
            "referral-direction",
            Json.ours(
                "referral-direction", direction, DIRECTIONS.getOrDefault(direction, direction))));
    extensions.add(Json.extension("requester-organization", from.site().key()));
    if (channel != null) {
      extensions.add(channel.extension());
    }
    extensions.add(
        Json.extension(
            "transport-mode",
            channel != null
                ? Json.ours("transport-mode", "ambulance-120", "120 急救")
                : urgent()
                    ? Json.ours("transport-mode", "escorted", "转诊单位护送")
                    : Json.ours("transport-mode", "self", "患者自理")));
    extensions.add(
        Json.extension(
            "patient-nature",
            urgent()
                ? Json.ours("patient-nature", "1", "急诊")
                : back()
                    ? Json.ours("patient-nature", "3", "住院")
                    : Json.ours("patient-nature", "2", "门诊")));
    return extensions;
  }
}
