package org.hutong.bench;

import java.time.LocalDate;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** What is asked of a server. Reads come first, then what makes the data grow. */
enum Workload {
  /** A patient by id. */
  READ("read", (site, random) -> site.get(site.patient(random).id(), Answer::resources)),

  /** The patient who bears an identity number. */
  IDENTIFIER(
      "identifier",
      (site, random) ->
          site.get(
              "Patient?identifier="
                  + County.IDENTITY_NUMBERS
                  + "%7C"
                  + site.patient(random).identityNumber(),
              Workload::entries)),

  /** A patient's latest 50 observations. */
  PAGE(
      "page",
      (site, random) ->
          site.get(
              "Observation?patient=" + site.patient(random).id() + "&_sort=-date&_count=50",
              Workload::entries)),

  /** The first 200 resources of a patient's record. */
  EVERYTHING_FIRST(
      "everything-first", (site, random) -> site.get(everything(site, random), Workload::entries)),

  /** A patient's record, page after page. */
  EVERYTHING_WHOLE("everything-whole", (site, random) -> record(site, everything(site, random))),

  /** How many encounters some five weeks saw. */
  COUNT(
      "count",
      (site, random) -> {
        LocalDate from = site.county().today().minusDays(random.nextInt(40, 330));
        LocalDate to = from.plusDays(random.nextInt(32, 40));
        return site.get(
            "Encounter?date=ge" + from + "&date=lt" + to + "&_summary=count", Answer::total);
      }),

  /** The referrals that wait for a hospital, with what is asked and for whom. */
  INBOX(
      "inbox",
      (site, random) ->
          site.get(
              "Task?owner="
                  + site.county().hospital(random, site.directory())
                  + "&status=requested&_count=20&_include=Task:focus&_include=Task:patient",
              Workload::entries)),

  /** One observation. */
  CREATE(
      "create",
      (site, random) ->
          site.post(
              "Observation",
              site.county().observation(site.patient(random), site.directory(), random),
              answer -> 1)),

  /** A new patient's year in one transaction. */
  INGEST(
      "ingest",
      (site, random) ->
          site.post(
              "",
              site.county().newPatient(site.next().getAndIncrement(), site.directory()),
              answer -> answer.created().size()));

  /** Does it once. */
  interface Request {
    Exchange send(Site site, SplittableRandom random);
  }

  private final String label;
  private final Request request;

  Workload(String label, Request request) {
    this.label = label;
    this.request = request;
  }

  String label() {
    return label;
  }

  Exchange send(Site site, SplittableRandom random) {
    return request.send(site, random);
  }

  static Workload of(String label) {
    return Stream.of(values())
        .filter(workload -> workload.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No such workload: " + label));
  }

  private static int entries(Answer bundle) {
    return bundle.resources() - 1;
  }

  private static String everything(Site site, SplittableRandom random) {
    return site.patient(random).id() + "/$everything?_count=200";
  }

  private static Exchange record(Site site, String url) {
    Exchange whole = new Exchange(null, 0, 0, 0);
    for (String page = url; page != null && whole.error() == null; ) {
      Answer answer = site.http().get(page);
      whole = whole.then(Exchange.of(answer, Workload::entries));
      page = answer.next();
    }
    return whole;
  }
}
