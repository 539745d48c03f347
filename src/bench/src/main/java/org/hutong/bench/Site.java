package org.hutong.bench;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

/**
 * A target that has been seeded.
 *
 * @param directory of the institutions and staff, as the target knows them
 * @param patients those that the target has acknowledged
 * @param next the number of the next patient to ingest
 */
record Site(
    Target target,
    FhirClient http,
    County county,
    Directory directory,
    List<Resident> patients,
    AtomicInteger next) {

  /**
   * A patient with a record.
   *
   * @param number which of the county's residents
   * @param id reference to the patient, as the target gave it
   * @param encounter reference to the latest visit
   */
  record Resident(int number, String id, String identityNumber, String encounter) {}

  Resident patient(SplittableRandom random) {
    return patients.get(random.nextInt(patients.size()));
  }

  Exchange get(String url, ToIntFunction<Answer> found) {
    return Exchange.of(http.get(url), found);
  }

  Exchange post(String type, String json, ToIntFunction<Answer> found) {
    return Exchange.of(http.post(type, json), found);
  }
}
