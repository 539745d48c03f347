package org.hutong.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Fills a target over FHIR and learns the ids that it gives. */
final class Seeding {

  private static final int CLIENTS = 4;

  private Seeding() {}

  /**
   * @throws IllegalStateException with the server's words when it refuses anything
   */
  static Site seed(Target target, County county, Options options) {
    FhirClient http = new FhirClient(target.base(), options.headers());
    Directory directory = Directory.of(create(http, county.directory()));
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<Site.Resident>> pending = new ArrayList<>();
      for (int i = 0; i < options.patients(); i++) {
        int number = i;
        pending.add(
            clients.submit(() -> resident(number, http, county, directory, options.years())));
      }
      List<Site.Resident> residents = new ArrayList<>();
      for (Future<Site.Resident> resident : pending) {
        residents.add(resident.get());
      }
      return new Site(
          target, http, county, directory, residents, new AtomicInteger(options.patients()));
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("Seeding of " + target.name() + " failed", e);
    } finally {
      clients.shutdownNow();
    }
  }

  private static Site.Resident resident(
      int number, FhirClient http, County county, Directory directory, int years) {
    List<String> created = create(http, county.newPatient(number, directory));
    String patient = created.get(0);
    for (int yearsAgo = 1; yearsAgo < years; yearsAgo++) {
      create(http, county.earlierYear(number, patient, yearsAgo, directory));
    }
    String encounter =
        created.stream()
            .filter(reference -> reference.startsWith("Encounter/"))
            .reduce((first, second) -> second)
            .orElseThrow();
    return new Site.Resident(number, patient, county.identityNumber(number), encounter);
  }

  private static List<String> create(FhirClient http, String bundle) {
    Answer answer = http.post("", bundle);
    if (!answer.succeeded()) {
      throw new IllegalStateException("Seeding was refused: " + answer.text());
    }
    return answer.created();
  }
}
