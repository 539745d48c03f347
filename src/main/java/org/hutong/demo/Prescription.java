package org.hutong.demo;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** What is prescribed. */
final class Prescription {

  private record Drug(
      String key,
      String name,
      String form,
      String dose,
      String unit,
      String frequency,
      int perDay,
      String route,
      int days) {}

  private static final Map<String, Drug> DRUGS = new HashMap<>();

  static {
    Table.read(
            "drugs",
            row ->
                new Drug(
                    row.text("key"),
                    row.text("name"),
                    row.text("form"),
                    row.text("dose"),
                    row.text("unit"),
                    row.text("frequency"),
                    row.whole("perDay"),
                    row.text("route"),
                    row.whole("days")))
        .forEach(drug -> DRUGS.put(drug.key(), drug));
  }

  private Prescription() {}

  /**
   * @param going whether it is still being taken
   */
  static void write(Visit visit, Key encounter, List<String> drugs, boolean going) {
    for (String key : drugs) {
      Drug drug = DRUGS.get(key);
      if (drug == null) {
        throw new NoSuchElementException(key);
      }
      write(visit, encounter, drug, going);
    }
  }

  private static void write(Visit visit, Key encounter, Drug drug, boolean going) {
    Chart chart = visit.chart();
    Site site = visit.site();
    chart.add(
        site,
        chart.key(site, "MedicationRequest"),
        "status",
        going ? "active" : "completed",
        "intent",
        "order",
        "medicationCodeableConcept",
        Json.text(drug.name() + "（" + drug.form() + "）"),
        "subject",
        chart.patient(site),
        "encounter",
        encounter,
        "authoredOn",
        Chart.time(visit.at().plusMinutes(10)),
        "requester",
        visit.doctor().role(),
        "dosageInstruction",
        List.of(
            Json.of(
                "text",
                "每次 "
                    + drug.dose()
                    + " "
                    + drug.unit()
                    + "，"
                    + drug.frequency()
                    + "，"
                    + drug.route(),
                "timing",
                Json.of(
                    "repeat", Json.of("frequency", drug.perDay(), "period", 1, "periodUnit", "d")),
                "route",
                Json.text(drug.route()),
                "doseAndRate",
                List.of(
                    Json.of(
                        "doseQuantity",
                        Json.of("value", new BigDecimal(drug.dose()), "unit", drug.unit()))))),
        "dispenseRequest",
        Json.of(
            "expectedSupplyDuration", Json.quantity(BigDecimal.valueOf(drug.days()), "天", "d")));
  }
}
