package org.hutong.demo;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Images and their reports. A township takes X-rays and sends them to the lead hospital to be read.
 *
 * @param modality DICOM's
 * @param department code of the specialty that reads
 * @param chance that something is found
 */
record Imaging(
    String key,
    String modality,
    String name,
    String site,
    String department,
    String normal,
    String abnormal,
    double chance) {

  private static final Map<String, Imaging> ALL = new TreeMap<>();

  static {
    Table.read(
            "imaging",
            row ->
                new Imaging(
                    row.text("key"),
                    row.text("modality"),
                    row.text("name"),
                    row.text("site"),
                    row.text("department"),
                    row.text("normal"),
                    row.text("abnormal"),
                    row.number("chance")))
        .forEach(imaging -> ALL.put(imaging.key(), imaging));
  }

  static boolean knows(String key) {
    return ALL.containsKey(key);
  }

  static void write(Findings findings, String key) {
    Imaging imaging = ALL.get(key);
    Site site = findings.visit().site();
    boolean hospital = site.is("county") || site.is("external");
    if (imaging != null
        && (hospital || site.is("township") && List.of("DX", "US").contains(imaging.modality()))) {
      imaging.write(findings, hospital || imaging.modality().equals("US"));
    }
  }

  private void write(Findings findings, boolean readHere) {
    Visit visit = findings.visit();
    Chart chart = visit.chart();
    Site reader = readHere ? visit.site() : chart.directory().lead();
    Key study = study(findings);
    Key request = readHere ? null : Remote.request(findings, Remote.Kind.IMAGING, reader, study);
    Doctor doctor = chart.directory().doctor(reader, department, chart.chance());
    int minutes = chart.chance().between(15, 90);
    Key report =
        new Report(findings, doctor, "RAD", name, minutes)
            .write(List.of(), study, request, chart.chance().happens(chance) ? abnormal : normal);
    if (request != null) {
      Remote.task(findings, Remote.Kind.IMAGING, reader, request, report, minutes);
    }
  }

  private Key study(Findings findings) {
    Visit visit = findings.visit();
    Chart chart = visit.chart();
    Key key = chart.key(visit.site(), "ImagingStudy");
    var dicom = Json.coding("http://dicom.nema.org/resources/ontology/DCM", modality, null);
    String uid =
        new BigInteger(Transaction.uuid(key.toString()).toString().replace("-", ""), 16).toString();
    int images = modality.equals("CT") ? 120 : 2;
    return chart.add(
        visit.site(),
        key,
        "status",
        "available",
        "modality",
        List.of(dicom),
        "subject",
        chart.patient(visit.site()),
        "encounter",
        findings.encounter(),
        "started",
        Chart.time(visit.at().plusMinutes(5)),
        "endpoint",
        List.of(visit.site().images()),
        "numberOfSeries",
        1,
        "numberOfInstances",
        images,
        "description",
        name,
        "series",
        List.of(
            Json.of(
                "uid",
                "2.25." + uid,
                "modality",
                dicom.deepCopy(),
                "description",
                site,
                "numberOfInstances",
                images)));
  }
}
