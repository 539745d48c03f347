package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.fhir.Canonical;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

class MatchIT {
  private static final AtomicInteger BORN = new AtomicInteger();
  private static final String GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade";

  /** A birth date that no other person of any test has. */
  private static String born() {
    return LocalDate.of(1925, 1, 1).plusDays(BORN.incrementAndGet()).toString();
  }

  private static ObjectNode patient(String name, String born) {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.remove(List.of("telecom", "address", "contact", "extension"));
    patient.putArray("name").addObject().put("text", name);
    patient.put("gender", "female").remove("_gender");
    patient.put("birthDate", born);
    return patient;
  }

  private static ObjectNode numbered(ObjectNode patient, String number) {
    patient
        .withArray("identifier")
        .addObject()
        .put("system", Canonical.ID_CARD)
        .put("value", number);
    return patient;
  }

  private static String store(ObjectNode patient) {
    HttpResponse<String> created = Running.post("/Patient", patient.toString());
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    return Told.id(created);
  }

  /** As somebody asks who does not know more. */
  private static ObjectNode asked(String name, String born, String number) {
    ObjectNode patient =
        (ObjectNode) Told.json("{\"resourceType\":\"Patient\",\"gender\":\"female\"}");
    if (!name.isEmpty()) {
      patient.putArray("name").addObject().put("text", name);
    }
    if (!born.isEmpty()) {
      patient.put("birthDate", born);
    }
    return number.isEmpty() ? patient : numbered(patient, number);
  }

  private static HttpResponse<String> match(JsonNode patient, String... parameters) {
    ObjectNode body = (ObjectNode) Told.json("{\"resourceType\":\"Parameters\"}");
    body.putArray("parameter").addObject().put("name", "resource").set("resource", patient);
    for (String parameter : parameters) {
      body.withArray("parameter").add(Told.json(parameter));
    }
    return Running.post("/Patient/$match", body.toString());
  }

  private static JsonNode found(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Told.json(answer);
  }

  private static List<String> ids(JsonNode bundle) {
    List<String> ids = new ArrayList<>();
    bundle
        .path("entry")
        .forEach(
            entry -> {
              if (entry.at("/search/mode").asText().equals("match")) {
                ids.add(entry.at("/resource/id").asText());
              }
            });
    return ids;
  }

  private static String grade(JsonNode bundle, int entry) {
    JsonNode extension = bundle.at("/entry/" + entry + "/search/extension/0");
    assertThat(extension.path("url").asText()).isEqualTo(GRADE);
    return extension.path("valueCode").asText();
  }

  private static JsonNode outcome(JsonNode bundle) {
    JsonNode last = bundle.path("entry").get(bundle.path("entry").size() - 1);
    assertThat(last.at("/search/mode").asText()).isEqualTo("outcome");
    return last.path("resource");
  }

  @Test
  void findsAPersonWithAllItsRegistrationsAndExplainsWhy() {
    String born = born();
    String number = People.number(born, 22);
    String one = store(numbered(patient("李秀兰", born), number));
    String two = store(numbered(patient("李秀蘭", born), number));
    long before = Running.rows();
    JsonNode bundle = found(match(asked("李秀兰", born, number)));
    assertThat(Running.rows()).isEqualTo(before);
    assertThat(ids(bundle)).containsExactly(one, two);
    assertThat(bundle.path("type").asText()).isEqualTo("searchset");
    assertThat(bundle.path("total").asInt()).isEqualTo(2);
    assertThat(grade(bundle, 0)).isEqualTo("certain");
    assertThat(bundle.at("/entry/0/search/score").asDouble()).isBetween(0.9999, 1.0);
    assertThat(bundle.at("/entry/0/fullUrl").asText()).endsWith("/Patient/" + one);
    JsonNode why = outcome(bundle).at("/issue/0");
    assertThat(why.at("/expression/0").asText()).isEqualTo("Bundle.entry[0]");
    assertThat(why.at("/details/text").asText()).contains("同一有效证件，其余无矛盾 +30", "出生日期相同 +14");
    assertThat(why.at("/details/coding/0/code").asText()).isEqualTo("proof");
  }

  @ParameterizedTest
  @CsvSource({"en, One document proves both", "zh, 同一有效证件"})
  void explainsInTheLanguageOfTheCaller(String language, String words) {
    String born = born();
    String number = People.number(born, 22);
    store(numbered(patient("李秀兰", born), number));
    HttpResponse<String> answer =
        Running.send(
            Running.json("/Patient/$match", "POST", asked("李秀兰", born, number).toString())
                .header("Accept-Language", language));
    assertThat(outcome(found(answer)).at("/issue/0/details/text").asText()).contains(words);
  }

  @Test
  void takesFifteenDigitsAndFullWidthForTheSameNumber() {
    String born =
        "19"
            + "%02d".formatted(30 + BORN.incrementAndGet() % 60)
            + "-11-2"
            + BORN.incrementAndGet() % 9;
    String number = People.number(born, 26);
    String id = store(numbered(patient("赵丽华", born), number));
    String former = number.substring(0, 6) + number.substring(8, 17);
    assertThat(ids(found(match(asked("赵丽华", born, former))))).contains(id);
    StringBuilder wide = new StringBuilder();
    number.chars().forEach(c -> wide.appendCodePoint(c + 0xFEE0));
    assertThat(ids(found(match(asked("赵丽华", born, wide.toString()))))).contains(id);
  }

  @Test
  void findsNamesBeyondTheBasicPlane() {
    String born = born();
    String id = store(patient("\uD842\uDFB7玉\uD86C\uDC6D", born));
    JsonNode bundle = found(match(asked("\uD842\uDFB7玉\uD86C\uDC6D", born, "")));
    assertThat(ids(bundle)).containsExactly(id);
    assertThat(grade(bundle, 0)).isEqualTo("probable");
    assertThat(bundle.at("/entry/0/search/score").asDouble()).isLessThan(0.9999);
  }

  @Test
  void gradesWhatIsLessCertainLower() {
    String born = born();
    String number = People.number(born, 24);
    String sure = store(numbered(patient("周玉珍", born), number));
    String perhaps = store(patient("周玉贞", born));
    JsonNode bundle = found(match(asked("周玉珍", born, number)));
    assertThat(ids(bundle)).containsExactly(sure, perhaps);
    assertThat(grade(bundle, 0)).isEqualTo("certain");
    assertThat(grade(bundle, 1)).isIn("probable", "possible");
    assertThat(bundle.at("/entry/0/search/score").asDouble())
        .isGreaterThan(bundle.at("/entry/1/search/score").asDouble());
    JsonNode certain =
        found(
            match(
                asked("周玉珍", born, number),
                "{\"name\":\"onlyCertainMatches\",\"valueBoolean\":true}"));
    assertThat(ids(certain)).containsExactly(sure);
    JsonNode first =
        found(match(asked("周玉珍", born, number), "{\"name\":\"count\",\"valueInteger\":1}"));
    assertThat(ids(first)).containsExactly(sure);
    assertThat(first.path("total").asInt()).isEqualTo(2);
  }

  @Test
  void returnsNobodyWhenTwoPersonsAreCertain() {
    String born = born();
    String phone = "120" + (10_000_000 + BORN.incrementAndGet());
    for (int order : new int[] {22, 44}) {
      ObjectNode patient = numbered(patient("孙凤英", born), People.number(born, order));
      patient.putArray("telecom").addObject().put("system", "phone").put("value", phone);
      store(patient);
    }
    ObjectNode asked = asked("孙凤英", born, "");
    asked.putArray("telecom").addObject().put("system", "phone").put("value", phone);
    JsonNode all = found(match(asked));
    assertThat(ids(all)).hasSize(2);
    assertThat(grade(all, 0)).isEqualTo("certain");
    JsonNode none = found(match(asked, "{\"name\":\"onlyCertainMatches\",\"valueBoolean\":true}"));
    assertThat(ids(none)).isEmpty();
    assertThat(outcome(none).at("/issue/0/details/text").asText()).contains("2 人");
  }

  @Test
  void saysThatNobodyMatches() {
    JsonNode bundle = found(match(asked("无此人", "1899-01-01", "")));
    assertThat(ids(bundle)).isEmpty();
    assertThat(bundle.path("total").asInt()).isZero();
    assertThat(outcome(bundle).at("/issue/0/severity").asText()).isEqualTo("information");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"resourceType\":\"Parameters\"} | 400 | parameter-missing",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"}} | 400 | type-mismatch",
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"resource\",\"resource\":{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"}}}]} | 400 | parameter-invalid",
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"resource\",\"valueString\":\"x\"}]} | 400 | parameter-invalid",
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"resource\",\"resource\":{\"resourceType\":\"Patient\",\"gender\":\"male\"}},{\"name\":\"resource\",\"resource\":{\"resourceType\":\"Patient\",\"gender\":\"male\"}}]} | 400 | parameter-invalid",
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"ressource\",\"valueString\":\"x\"}]} | 400 | parameter-unknown",
        "{\"resourceType\":\"Patient\",\"gender\":\"male\",\"name\":[{\"text\":\"李秀兰\"}]} | 422 | match-too-little",
        "{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"无名氏\"}]} | 422 | match-too-little",
        "{\"resourceType\":\"Patient\",\"active\":\"true\"} | 422 | body-malformed",
        "{\"resourceType\":\"Patient\",\"implicitRules\":\"http://x.test/rules\"} | 422 | modifier-unknown",
        "{ | 400 | body-malformed"
      })
  void refuses(String body, int status, String code) {
    HttpResponse<String> answer = Running.post("/Patient/$match", body);
    assertThat(Told.code(answer)).as(answer.body()).isEqualTo(code);
    assertThat(answer.statusCode()).isIn(status, 400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"name\":\"count\",\"valueInteger\":0}",
        "{\"name\":\"count\",\"valueInteger\":-3}",
        "{\"name\":\"count\",\"valueString\":\"3\"}",
        "{\"name\":\"count\",\"valueDecimal\":1.5}",
        "{\"name\":\"onlyCertainMatches\",\"valueString\":\"true\"}"
      })
  void refusesTheParameter(String parameter) {
    HttpResponse<String> answer = match(asked("李秀兰", "1958-03-14", ""), parameter);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("parameter-invalid");
  }

  @Test
  void isAskedByPostOnly() {
    HttpResponse<String> answer = Running.get("/Patient/$match");
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("POST");
    assertThat(
            Told.code(
                Running.post("/Patient/$match?count=2", asked("李秀兰", "1958-03-14", "").toString())))
        .isEqualTo("parameter-unknown");
  }

  /** Each step by an index, whatever the table holds: the cost is that of the keys. */
  @Test
  void looksAtNoMoreThanTheKeysBring() {
    List<String> plan =
        Running.bean(JdbcTemplate.class)
            .execute(
                (ConnectionCallback<List<String>>)
                    connection -> {
                      connection.setAutoCommit(false);
                      List<String> lines = new ArrayList<>();
                      try (Statement statement = connection.createStatement()) {
                        statement.execute("set local enable_seqscan = off");
                        try (ResultSet rows =
                            statement.executeQuery(
                                "explain "
                                    + Persons.NEAR.replace(
                                        "unnest(?)", "unnest(array[1, 2, 3]::bigint[])"))) {
                          while (rows.next()) {
                            lines.add(rows.getString(1));
                          }
                        }
                      } finally {
                        connection.rollback();
                        connection.setAutoCommit(true);
                      }
                      return lines;
                    });
    assertThat(String.join("\n", plan))
        .contains("registration_key_pkey")
        .doesNotContain("Seq Scan on registration");
  }
}
