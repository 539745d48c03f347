package org.hutong.demo;

import java.time.LocalDateTime;
import java.util.List;

/** Agreements that a resident's record may be read by the institutions of the alliance. */
final class Consented {
  /** Share of the residents who have signed one. */
  static final double SHARE = 0.3;

  private Consented() {}

  static void write(Chart chart) {
    if (!chart.chance().happens(SHARE)) {
      return;
    }
    Site site = chart.resident().village();
    LocalDateTime signed = Life.day(chart, 1).plusHours(2);
    chart.add(
        site,
        chart.key(site, "Consent"),
        "status",
        "active",
        "scope",
        Json.concept(
            Json.coding(
                "http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy", null)),
        "category",
        List.of(Json.concept(Json.ours("consent-category", "record-sharing", "健康档案共享"))),
        "patient",
        chart.patient(site),
        "dateTime",
        Chart.time(signed),
        "organization",
        List.of(site.key()),
        "policyRule",
        Json.text("同意医共体成员单位因诊疗需要调阅本人健康信息"),
        "provision",
        Json.of(
            "type",
            "permit",
            "period",
            Json.period(
                signed.toLocalDate().toString(), signed.toLocalDate().plusYears(3).toString())));
  }
}
