package org.hutong.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is prescribed: the form and dose for the age, a child's by its weight, and nothing that the
 * resident's other illnesses forbid.
 */
final class Prescription {

  /**
   * A drug for an age.
   *
   * @param from youngest age in years; {@code to} is the first that is too old, 0 for none
   * @param dose empty when it is counted by weight, or not counted
   * @param perKg units a dose and kilogram; 0 when the dose is fixed
   * @param step to which such a dose is rounded
   * @param most the highest such dose
   */
  private record Drug(
      String key,
      double from,
      double to,
      String name,
      String form,
      String dose,
      double perKg,
      double step,
      double most,
      String unit,
      String frequency,
      int perDay,
      String route,
      int days) {

    boolean suits(String what, double age) {
      return key.equals(what) && age >= from && (to == 0 || age < to);
    }

    @Nullable BigDecimal amount(double weight) {
      if (perKg > 0) {
        double steps = Math.max(1, Math.floor(Math.min(perKg * weight, most) / step + 0.2));
        return Json.plain(steps * step);
      }
      return dose.isEmpty() ? null : new BigDecimal(dose);
    }
  }

  private static final List<Drug> DRUGS =
      Table.read(
          "drugs",
          row ->
              new Drug(
                  row.text("key"),
                  row.number("from"),
                  row.number("to"),
                  row.text("name"),
                  row.text("form"),
                  row.text("dose"),
                  row.number("perKg"),
                  row.number("step"),
                  row.number("most"),
                  row.text("unit"),
                  row.text("frequency"),
                  row.whole("perDay"),
                  row.text("route"),
                  row.whole("days")));

  private final Visit visit;
  private final Key encounter;
  private final List<String> drugs;
  private final boolean going;
  private final int days;

  private Prescription(Visit visit, Key encounter, List<String> drugs, boolean going, int days) {
    this.visit = visit;
    this.encounter = encounter;
    this.drugs = drugs;
    this.going = going;
    this.days = days;
  }

  /**
   * @param drugs what is wanted; nothing is prescribed that is not for the resident's age
   * @param going whether it is still being taken
   */
  static void write(Visit visit, Key encounter, List<String> drugs, boolean going) {
    write(visit, encounter, drugs, going, 0);
  }

  /**
   * @param days for how long; 0 for the usual time
   */
  static void write(Visit visit, Key encounter, List<String> drugs, boolean going, int days) {
    visit.chart().prescribe(new Prescription(visit, encounter, drugs, going, days));
  }

  /** Whether there is a drug of such a name for an age in years. */
  static boolean knows(String key, double age) {
    return DRUGS.stream().anyMatch(drug -> drug.suits(key, age));
  }

  /** Whether it can be taken at home. */
  static boolean home(String key) {
    return DRUGS.stream().anyMatch(drug -> drug.key().equals(key) && drug.route().equals("口服"));
  }

  /** Writes it down, once all is known that the resident has in the year. */
  void write() {
    Chart chart = visit.chart();
    double age = chart.resident().years(visit.at().toLocalDate());
    boolean weighed = false;
    for (String key : Contraindication.heed(chart, drugs, visit.decided())) {
      Drug drug = DRUGS.stream().filter(any -> any.suits(key, age)).findFirst().orElse(null);
      if (drug != null) {
        if (drug.perKg() > 0 && !weighed) {
          Findings.weight(visit, encounter);
          weighed = true;
        }
        write(drug);
      }
    }
  }

  private void write(Drug drug) {
    Chart chart = visit.chart();
    Site site = visit.site();
    BigDecimal amount = drug.amount(Growth.weight(chart, visit.at().toLocalDate()));
    String each = amount == null ? "" : "每次 " + amount.toPlainString() + " " + drug.unit() + "，";
    ObjectNode quantity = amount == null ? null : Json.of("value", amount, "unit", drug.unit());
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
        Chart.time(visit.decided()),
        "requester",
        visit.doctor().role(),
        "dosageInstruction",
        List.of(
            Json.of(
                "text",
                each + drug.frequency() + "，" + drug.route(),
                "timing",
                Json.of(
                    "repeat", Json.of("frequency", drug.perDay(), "period", 1, "periodUnit", "d")),
                "route",
                Json.text(drug.route()),
                "doseAndRate",
                quantity == null ? null : List.of(Json.of("doseQuantity", quantity)))),
        "dispenseRequest",
        Json.of(
            "expectedSupplyDuration",
            Json.quantity(BigDecimal.valueOf(days == 0 ? drug.days() : days), "天", "d")));
  }
}
