package org.hutong.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.model.api.ResourceMetadataKeyEnum;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Patient;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WritesInTurnIT {
  private static final String PATCH =
      """
      {"resourceType":"Parameters","parameter":[{"name":"operation","part":[
      {"name":"type","valueCode":"add"},{"name":"path","valueString":"Patient"},
      {"name":"name","valueString":"telecom"},
      {"name":"value","valueContactPoint":{"system":"phone","value":"%s"}}]}]}""";

  @Test
  void tellsWhoWaitsTooLongToComeAgain() throws SQLException {
    String card = Cast.card();
    String condition = "identifier=" + Cast.HEALTH_CARD + "|" + card;
    long number = Claims.number("Patient", card);
    String patient = Cast.patient(card).toString();
    try (Connection other = Running.bean(DataSource.class).getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select pg_advisory_xact_lock(%d)".formatted(number));

      HttpResponse<String> refused = create(patient, condition);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
      assertThat(Told.code(refused)).isEqualTo("overloaded");
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();

      HttpResponse<String> unconditional = Running.post("/Patient", patient);
      assertThat(unconditional.statusCode()).isEqualTo(201);
      other.rollback();
    }
    assertThat(create(patient, condition).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH", "DELETE"})
  void waitsForTheResourceThatItChangesHoweverItNamesIt(String method) throws Exception {
    for (boolean named : List.of(true, false)) {
      String card = Cast.card();
      ObjectNode patient = Cast.patient(card);
      String id = Told.id(Running.post("/Patient", patient.toString()));
      String path = named ? "/" + id : "?identifier=" + card;
      String body =
          method.equals("PATCH")
              ? PATCH.formatted("12000100001")
              : patient.deepCopy().put("id", id).put("birthDate", "1958-03-15").toString();
      CompletableFuture<HttpResponse<String>> answer;
      try (Connection other = Running.bean(DataSource.class).getConnection();
          Statement statement = other.createStatement()) {
        other.setAutoCommit(false);
        statement.execute(
            "select 1 from hfj_resource where fhir_id = '%s' for no key update".formatted(id));
        answer =
            CompletableFuture.supplyAsync(
                () -> Running.send(Running.json("/Patient" + path, method, body)));
        assertThat(answer.completeOnTimeout(null, 500, MILLISECONDS).get())
            .as("%s %s waits", method, path)
            .isNull();
        other.rollback();
      }
    }
  }

  @Test
  void asksAConditionAgainWhoseMatchWasDeletedMeanwhile() {
    String id = Cast.patient();
    Running.delete("/Patient/" + id);
    StillThere stage = Running.bean(StillThere.class);
    Patient patient = new Patient();
    patient.setId(id);
    SystemRequestDetails request = new SystemRequestDetails();
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    bundle.addEntry().getRequest().setMethod(Bundle.HTTPVerb.PUT).setUrl("Patient?name=a");
    new Conditions().entries(request, bundle);
    assertThatThrownBy(() -> stage.updated(patient, patient, request))
        .satisfies(thrown -> assertThat(Collisions.isBehind(thrown)).isTrue());
    bundle.addEntry().getRequest().setMethod(Bundle.HTTPVerb.PUT).setUrl("Patient/" + id);
    new Conditions().entries(request, bundle);
    stage.updated(patient, patient, request);
    ResourceMetadataKeyEnum.DELETED_AT.put(patient, InstantType.now());
    assertThatThrownBy(() -> stage.deleted(patient))
        .satisfies(thrown -> assertThat(Collisions.isBehind(thrown)).isTrue());
  }

  /** The engine's own look-up of what a transaction asks for takes the first value for all. */
  @ParameterizedTest
  @ValueSource(strings = {"transaction", "batch"})
  void readsEveryValueOfACondition(String type) {
    String card = Cast.card();
    String id = Told.id(Running.post("/Patient", Cast.patient(card).toString()));
    String token = Cast.HEALTH_CARD + "|";
    String either = "identifier=" + token + "none-" + card + "," + token + card;
    ObjectNode again = Cast.patient(card);
    JsonNode found = entry(type, either, again);
    assertThat(found.path("status").asText()).startsWith("200");
    assertThat(found.path("location").asText()).contains(id);
    String both = "identifier=" + token + card + "&identifier=" + token + "none-" + card;
    again
        .withArray("identifier")
        .addObject()
        .put("system", Cast.HEALTH_CARD)
        .put("value", "none-" + card);
    JsonNode created = entry(type, both, again);
    assertThat(created.path("status").asText()).startsWith("201");
    assertThat(created.path("location").asText()).doesNotContain(id);
  }

  /** How one conditional create was answered, in a Bundle of a type. */
  private static JsonNode entry(String type, String condition, ObjectNode patient) {
    HttpResponse<String> answer =
        Running.post(
            "/",
            """
            {"resourceType":"Bundle","type":"%s","entry":[{"resource":%s,
            "request":{"method":"POST","url":"Patient","ifNoneExist":"%s"}}]}"""
                .formatted(type, patient, condition));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Told.json(answer).at("/entry/0/response");
  }

  private static HttpResponse<String> create(String patient, String condition) {
    return Running.send(
        Running.request("/Patient")
            .header("Content-Type", "application/fhir+json")
            .header("If-None-Exist", condition)
            .POST(BodyPublishers.ofString(patient)));
  }
}
