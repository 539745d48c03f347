package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDateTime;
import java.util.List;

/** An electrocardiogram and its report; a township's is read at the lead hospital. */
final class Tracing {
  /** Share of those with high blood pressure whose left ventricle shows it; of others by age. */
  private static final double PRESSED = 0.3;

  private static final double THICK_OLD = 0.06;
  private static final double THICK_YOUNG = 0.01;

  private Tracing() {}

  static void write(Findings findings) {
    Visit visit = findings.visit();
    Chart chart = visit.chart();
    Chance chance = chart.chance();
    Key tracing =
        findings.observation(
            "procedure",
            Json.concept(Json.coding("http://loinc.org", "11524-6", null), "十二导联心电图"),
            Json.of());

    boolean readHere = !visit.site().is("township");
    Site at = readHere ? visit.site() : chart.directory().lead();
    Key request = readHere ? null : Remote.request(findings, Remote.Kind.ECG, at, tracing);
    Doctor reader = chart.directory().doctor(at, "3206", chance);
    int minutes = visit.emergency() ? chance.between(4, 8) : chance.between(4, 25);
    chart.note("first-ecg", visit.examined());
    chart.note("ecg-read", visit.examined().plusMinutes(minutes));
    Key report =
        new Report(findings, reader, "EC", readHere ? "心电图报告" : "远程心电诊断报告", minutes)
            .write(List.of(tracing), null, request, null);
    chart.later(() -> draw(findings, chart.resource(tracing), chart.resource(report)));
    if (request != null) {
      Remote.task(findings, Remote.Kind.ECG, at, request, report, minutes);
    }
  }

  /** Draws it once all is known that the resident has had by then. */
  private static void draw(Findings findings, ObjectNode tracing, ObjectNode report) {
    Chance chance = findings.visit().chart().chance();
    Ecg.Finding finding = finding(findings);
    int rate =
        finding == Ecg.Finding.ATRIAL_FIBRILLATION
            ? chance.between(85, 125)
            : chance.between(62, 96);
    Ecg ecg = new Ecg(finding, rate, chance);
    ArrayNode components = tracing.putArray("component");
    ecg.intervals().forEach(components::add);
    ecg.components().forEach(components::add);
    report.put("conclusion", finding.text());
  }

  /** What the heart has suffered stays with it: each tracing shows what those before it do. */
  private static Ecg.Finding finding(Findings findings) {
    Chart chart = findings.visit().chart();
    LocalDateTime at = findings.visit().at();
    String cause = findings.cause().code();
    if (cause.equals("I21.0")) {
      return Ecg.Finding.ANTERIOR_ST_ELEVATION;
    }
    if (cause.equals("I21.1")) {
      return Ecg.Finding.INFERIOR_ST_ELEVATION;
    }
    if (cause.equals("I48") || chart.known("I48", at)) {
      return Ecg.Finding.ATRIAL_FIBRILLATION;
    }
    if (chart.known("I21.0", at)) {
      return Ecg.Finding.OLD_ANTERIOR;
    }
    if (chart.known("I21.1", at)) {
      return Ecg.Finding.OLD_INFERIOR;
    }
    int age = chart.resident().age(chart.asOf().toLocalDate());
    double thick =
        ChronicCare.has(chart, "hypertension") ? PRESSED : age > 49 ? THICK_OLD : THICK_YOUNG;
    return chart.own("heart").happens(thick) ? Ecg.Finding.LEFT_HYPERTROPHY : Ecg.Finding.SINUS;
  }
}
