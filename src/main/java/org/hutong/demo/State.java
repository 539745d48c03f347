package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;

/** Where a referral stands: the business status of its Task and the statuses that go with it. */
enum State {
  DRAFT("草稿", "draft", "draft"),
  REQUESTED("已申请待接诊", "requested", "active"),
  QUESTION("待补充资料", "requested", "active"),
  ANSWERED("已补充资料", "requested", "active"),
  ACCEPTED("已受理", "accepted", "active"),
  ARRIVED("患者到诊", "in-progress", "active"),
  IN_TREATMENT("治疗中/住院", "in-progress", "active"),
  RETURNING("回转/下转", "in-progress", "active"),
  CLOSED("结案", "completed", "completed"),
  DECLINED("退回", "rejected", "active"),
  WITHDRAWN("撤回", "cancelled", "revoked"),
  REDIRECTED("改转其他机构", "cancelled", "active"),
  EXPIRED("过期", "failed", "revoked"),
  NO_SHOW("患者未到诊", "failed", "revoked"),
  VOID("录入错误", "entered-in-error", "entered-in-error");

  private static final Map<State, String> REASONS =
      Map.of(
          DECLINED, "本院目前无床位，建议改期或改转其他机构",
          WITHDRAWN, "患者及家属商定暂不转诊",
          REDIRECTED, "所需服务由其他机构提供",
          EXPIRED, "超过转诊时限",
          NO_SHOW, "预约时间后 48 小时未到诊",
          VOID, "重复录入");

  private final String display;
  private final String task;
  private final String request;

  State(String display, String task, String request) {
    this.display = display;
    this.task = task;
    this.request = request;
  }

  /** Status of the Task. */
  String task() {
    return task;
  }

  /** Status of the ServiceRequest. */
  String request() {
    return request;
  }

  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  ObjectNode concept() {
    return Json.concept(Json.ours("referral-business-status", code(), display));
  }

  /** Why it went no further; empty when it did. */
  String reason() {
    return REASONS.getOrDefault(this, "");
  }

  /** Whether nobody will treat the resident who was asked to, which an urgent illness forbids. */
  boolean failed() {
    return switch (this) {
      case DECLINED, WITHDRAWN, REDIRECTED, EXPIRED, NO_SHOW -> true;
      default -> false;
    };
  }

  /** Whether the resident has come to the receiver. */
  boolean came() {
    return task.equals("in-progress") || task.equals("completed");
  }
}
