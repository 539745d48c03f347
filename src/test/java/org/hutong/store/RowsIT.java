package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.delete;
import static org.hutong.Running.get;
import static org.hutong.Running.post;
import static org.hutong.Running.put;
import static org.hutong.Running.send;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is stored with a resource holds at the edges of time, number and concurrency. */
class RowsIT {
  @ParameterizedTest
  @CsvSource({
    "2026-10-31T16:30:00Z, 2026-11-01, 2026-10-31",
    "2026-10-31T23:59:59.999+08:00, 2026-10-31, 2026-11-01",
    "2026-11-01T00:00:00+08:00, 2026-11-01, 2026-10-31",
    "2026-10-31T12:00:00-04:00, 2026-11-01, 2026-10-31",
    "2026-11-01, 2026-11-01, 2026-10-31"
  })
  void aTimeLiesInItsDayOfBeijing(String time, String day, String other) {
    String patient = Cast.patient();
    ObjectNode observation = Cast.observation(patient).put("effectiveDateTime", time);
    String id = Told.id(post("/Observation", observation.toString()));
    assertDay(patient, id, day, other);
    observation.put("id", id).putArray("note").addObject().put("text", "复核");
    assertThat(put("/Observation/" + id, observation.toString()).statusCode()).isEqualTo(200);
    assertDay(patient, id, day, other);
  }

  private static void assertDay(String patient, String id, String day, String other) {
    String search = "/Observation?patient=" + patient + "&date=";
    assertThat(Told.ids(get(search + day))).containsExactly(id);
    assertThat(Told.ids(get(search + other))).isEmpty();
    assertThat(Told.ids(get(search + "ge" + day + "&date=le" + day))).containsExactly(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0001-01-01T00:00:00Z", "1500-02-28T00:00:00Z", "1582-10-15T00:00:00+08:00"})
  void aTimeBeforeTodaysCalendarIsFoundFreshAndUpdated(String time) {
    String patient = Cast.patient();
    ObjectNode observation = Cast.observation(patient).put("effectiveDateTime", time);
    String id = Told.id(post("/Observation", observation.toString()));
    String search = "/Observation?patient=" + patient + "&date=" + time.replace("+", "%2B");
    assertThat(Told.ids(get(search))).containsExactly(id);
    observation.put("id", id).putArray("note").addObject().put("text", "复核");
    assertThat(put("/Observation/" + id, observation.toString()).statusCode()).isEqualTo(200);
    assertThat(Told.ids(get(search))).containsExactly(id);
  }

  @Test
  void aDayThatOnlyTheOldCalendarHasIsStored() {
    ObjectNode observation =
        Cast.observation(Cast.patient()).put("effectiveDateTime", "1500-02-29");
    assertThat(post("/Observation", observation.toString()).statusCode()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/Observation?value-quantity=1e999999999",
        "/Observation?value-quantity=lt1E-400",
        "/Observation?value-quantity=5,1e309%7Chttp://unitsofmeasure.org%7Cmg",
        "/Patient?_has:Observation:patient:value-quantity=1e999999999"
      })
  void anImmenseNumberIsNotSearched(String search) {
    HttpResponse<String> answer = get(search);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("parameter-invalid");
  }

  @Test
  void anImmenseNumberIsNotACondition() {
    HttpResponse<String> answer =
        send(
            Running.json("/Observation", "POST", Cast.observation(Cast.patient()).toString())
                .header("If-None-Exist", "value-quantity=1e400"));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("parameter-invalid");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e3000000", "1e400", "-1E-30000"})
  void anImmenseNumberInXmlIsNotStored(String number) {
    HttpResponse<String> answer = xml(number);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("body-malformed");
    assertThat(xml("1".repeat(100_000)).statusCode()).isEqualTo(400);
    assertThat(xml("6.10").statusCode()).isEqualTo(201);
  }

  private static HttpResponse<String> xml(String number) {
    return send(
        Running.request("/Observation")
            .header("Content-Type", "application/fhir+xml")
            .header("Accept", "application/fhir+json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    """
                    <Observation xmlns="http://hl7.org/fhir"><status value="final"/>
                    <code><text value="体重"/></code>
                    <subject><reference value="Patient/%s"/></subject>
                    <valueQuantity><value value="%s"/></valueQuantity></Observation>
                    """
                        .formatted(Cast.patient(), number))));
  }

  @Test
  void aValueThatTheIndexCannotKeepIsNoConflict() {
    HttpResponse<String> answer =
        post(
            "/Observation",
            """
            {"resourceType": "Observation", "status": "final", "code": {"text": "体重"},
             "subject": {"reference": "Patient/%s"},
             "valueQuantity": {"value": 1, "system": "https://example.org/%s", "code": "x"}}
            """
                .formatted(Cast.patient(), "u".repeat(300)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Told.code(answer)).isEqualTo("value-not-indexable");
  }

  @Test
  void whatATransactionDeletesItCannotReferTo() {
    String patient = Cast.patient();
    HttpResponse<String> answer =
        post(
            "/",
            """
            {"resourceType": "Bundle", "type": "transaction", "entry": [
              {"request": {"method": "DELETE", "url": "Patient/%s"}},
              {"resource": %s, "request": {"method": "POST", "url": "Observation"}}]}
            """
                .formatted(patient, Cast.observation(patient)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Told.code(answer)).isEqualTo("reference-unknown");
    assertThat(answer.body()).contains("Bundle.entry[1].resource.subject");
    assertThat(get("/Patient/" + patient).statusCode()).isEqualTo(200);
  }

  @Test
  void nothingComesToReferToWhatIsDeletedMeanwhile() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(5);
    try {
      for (int run = 0; run < 12; run++) {
        String patient = Cast.patient();
        String observation = Cast.observation(patient).toString();
        String bundle =
            """
            {"resourceType": "Bundle", "type": "transaction", "entry": [
              {"resource": %s, "request": {"method": "POST", "url": "Observation"}}]}
            """
                .formatted(observation);
        List<Future<HttpResponse<String>>> writes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          writes.add(clients.submit(() -> post("/Observation", observation)));
          writes.add(clients.submit(() -> post("/", bundle)));
        }
        Future<HttpResponse<String>> deletion = clients.submit(() -> delete("/Patient/" + patient));
        int stored = 0;
        for (Future<HttpResponse<String>> write : writes) {
          stored += write.get().statusCode() < 300 ? 1 : 0;
        }
        int deleted = deletion.get().statusCode();
        assertThat(deleted).as(deletion.get().body()).isIn(200, 204, 409);
        assertThat(stored).as("deleted: " + deleted).isEqualTo(deleted == 409 ? 4 : 0);
      }
    } finally {
      clients.shutdownNow();
    }
  }
}
