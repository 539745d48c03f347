package org.hutong.demo;

import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A report on what was examined. Whoever reads it owns it, and need not be where the resident was.
 *
 * @param section code of {@code v2-0074}
 * @param minutes from the examination until it is issued
 */
record Report(Findings findings, Doctor reader, String section, String title, int minutes) {

  /**
   * @param study images; null when there are none
   * @param request by which another institution asked for the report; null when none did
   */
  Key write(
      List<Key> results, @Nullable Key study, @Nullable Key request, @Nullable String conclusion) {
    Visit visit = findings.visit();
    Chart chart = visit.chart();
    LocalDateTime issued = visit.examined().plusMinutes(minutes);
    visit.await(issued);
    return chart.add(
        reader.site(),
        chart.key(reader.site(), "DiagnosticReport"),
        "basedOn",
        request == null ? null : List.of(request),
        "status",
        "final",
        "category",
        List.of(
            Json.concept(
                Json.coding("http://terminology.hl7.org/CodeSystem/v2-0074", section, null))),
        "code",
        Json.text(title),
        "subject",
        chart.patient(visit.site()),
        "encounter",
        findings.encounter(),
        "effectiveDateTime",
        Chart.time(visit.examined()),
        "issued",
        Chart.time(issued),
        "performer",
        List.of(reader.site().key()),
        "resultsInterpreter",
        List.of(reader.role()),
        "result",
        results,
        "imagingStudy",
        study == null ? null : List.of(study),
        "conclusion",
        conclusion);
  }
}
