package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** An electrocardiogram and its report; a township's is read at the lead hospital. */
final class Tracing {
  private Tracing() {}

  static void write(Findings findings) {
    Visit visit = findings.visit();
    Chart chart = visit.chart();
    Chance chance = chart.chance();
    Ecg.Finding finding = finding(findings.cause(), chart);
    int rate =
        finding == Ecg.Finding.ATRIAL_FIBRILLATION
            ? chance.between(85, 125)
            : chance.between(62, 96);
    Ecg ecg = new Ecg(finding, rate, chance);
    List<ObjectNode> components = new ArrayList<>(ecg.intervals());
    components.addAll(ecg.components());
    Key tracing =
        findings.observation(
            "procedure",
            Json.concept(Json.coding("http://loinc.org", "11524-6", null), "十二导联心电图"),
            Json.of("component", components));

    boolean readHere = !visit.site().is("township");
    Site at = readHere ? visit.site() : chart.directory().lead();
    Key request = readHere ? null : Remote.request(findings, Remote.Kind.ECG, at, tracing);
    Doctor reader = chart.directory().doctor(at, "3206", chance);
    int minutes = visit.emergency() ? chance.between(4, 8) : chance.between(4, 25);
    chart.note("first-ecg", visit.examined());
    chart.note("ecg-read", visit.examined().plusMinutes(minutes));
    Key report =
        new Report(findings, reader, "EC", readHere ? "心电图报告" : "远程心电诊断报告", minutes)
            .write(List.of(tracing), null, request, finding.text());
    if (request != null) {
      Remote.task(findings, Remote.Kind.ECG, at, request, report, minutes);
    }
  }

  private static Ecg.Finding finding(Diagnosis cause, Chart chart) {
    Chance chance = chart.chance();
    if (cause.code().equals("I21.0")) {
      return Ecg.Finding.ANTERIOR_ST_ELEVATION;
    }
    if (cause.code().equals("I21.1")) {
      return Ecg.Finding.INFERIOR_ST_ELEVATION;
    }
    int age = chart.resident().age(chart.asOf().toLocalDate());
    if (cause.code().equals("I48") || chance.happens(age > 64 ? 0.06 : 0.003)) {
      return Ecg.Finding.ATRIAL_FIBRILLATION;
    }
    return chance.happens(age > 49 ? 0.15 : 0.01)
        ? Ecg.Finding.LEFT_HYPERTROPHY
        : Ecg.Finding.SINUS;
  }
}
