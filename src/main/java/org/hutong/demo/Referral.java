package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
    boolean back = direction.equals("down") || direction.equals("return");
    String reason = back ? "rehabilitation-chronic" : course.reason();
    String diagnosis = course.illness().diagnosis().name();
    Specialty specialty =
        Specialty.of(back ? "02" : course.illness().specialty(chart.resident(), at.toLocalDate()));
    return chart.add(
        from.site(),
        chart.key(Json.SID + "referral-no", "ServiceRequest", "ZZ", at.toLocalDate()),
        "extension",
        extensions(back),
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
        Json.period(Chart.time(at), Chart.time(at.plusDays(channel == null ? 7 : 1))),
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

  private String priority() {
    return channel != null ? "stat" : course.reason().equals("critical") ? "urgent" : "routine";
  }

  private List<ObjectNode> extensions(boolean back) {
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
                : Json.ours("transport-mode", "self", "患者自理")));
    extensions.add(
        Json.extension(
            "patient-nature",
            channel != null
                ? Json.ours("patient-nature", "1", "急诊")
                : back
                    ? Json.ours("patient-nature", "3", "住院")
                    : Json.ours("patient-nature", "2", "门诊")));
    return extensions;
  }
}
