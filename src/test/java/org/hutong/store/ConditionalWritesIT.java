package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;

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

  private static HttpResponse<String> create(String patient, String condition) {
    return Running.send(
        Running.request("/Patient")
            .header("Content-Type", "application/fhir+json")
            .header("If-None-Exist", condition)
            .POST(BodyPublishers.ofString(patient)));
  }
}
