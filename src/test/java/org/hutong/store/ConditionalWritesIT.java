package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionalWritesIT {

  @Test
  void tellsWhoWaitsTooLongToComeAgain() throws SQLException {
    String card = Cast.card();
    String condition = "identifier=" + Cast.HEALTH_CARD + "|" + card;
    long number = Conditions.number("Patient", condition);
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
