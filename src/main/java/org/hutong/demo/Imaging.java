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
 * @param images how many pictures
 * @param normal what is seen when nothing is found
 */
record Imaging(
    String key,
    String modality,
    String name,
    String site,
    String department,
    int images,
    String normal) {

  /**
   * What an examination shows when it is made for a diagnosis.
   *
   * @param diagnosis how its code begins
   * @param chance that it is seen
   */
  private record Seen(String imaging, String diagnosis, double chance, String text) {}

  private static final Map<String, Imaging> ALL = new TreeMap<>();
  private static final List<Seen> SEEN =
      Table.read(
          "seen",
          row ->
              new Seen(
                  row.text("imaging"),
                  row.text("diagnosis"),
                  row.number("chance"),
                  row.text("text")));

  /** What a township can look at by ultrasound. */
  private static final List<String> TOWNSHIP = List.of("腹部", "颈部", "子宫");

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
                    row.whole("images"),
                    row.text("normal")))
        .forEach(imaging -> ALL.put(imaging.key(), imaging));
  }

  static boolean knows(String key) {
    return ALL.containsKey(key);
  }

  static void write(Findings findings, String key) {
    Imaging imaging = ALL.get(key);
    Site site = findings.visit().site();
    boolean hospital = site.is("county") || site.is("external");
    if (imaging != null && (hospital || site.is("township") && imaging.simple())) {
      imaging.write(findings, hospital || imaging.modality().equals("US"));
    }
  }

  /** Whether it is an X-ray, which every township takes. */
  static boolean plain(String key) {
    Imaging imaging = ALL.get(key);
    return imaging != null && imaging.modality().equals("DX");
  }

  private boolean simple() {
    return modality.equals("DX") || modality.equals("US") && TOWNSHIP.contains(site);
  }

  /** What is seen agrees with why it is looked for. */
  private String seen(Findings findings) {
    return SEEN.stream()
        .filter(seen -> seen.imaging().equals(key))
        .filter(seen -> findings.cause().code().startsWith(seen.diagnosis()))
        .filter(seen -> findings.visit().chart().chance().happens(seen.chance()))
        .findFirst()
        .map(Seen::text)
        .orElse(normal);
  }

  private void write(Findings findings, boolean readHere) {
    Visit visit = findings.visit();
    Chart chart = visit.chart();
    Site reader = readHere ? visit.site() : chart.directory().lead();
    Key study = study(findings);
    Key request = readHere ? null : Remote.request(findings, Remote.Kind.IMAGING, reader, study);
    Doctor doctor = chart.directory().doctor(reader, department, chart.chance());
    boolean urgent = visit.emergency() && readHere;
    int minutes =
        visit.emergency() ? chart.chance().between(10, 18) : chart.chance().between(15, 70);
    if (urgent && modality.equals("CT")) {
      chart.note("receiving-ct", visit.examined().plusMinutes(chart.chance().between(4, 8)));
    }
    Key report =
        new Report(findings, doctor, "RAD", name, minutes)
            .write(List.of(), study, request, seen(findings));
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
        Chart.time(visit.examined()),
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
