package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.get;
import static org.hutong.Running.post;
import static org.hutong.Running.put;
import static org.hutong.Running.request;
import static org.hutong.Running.send;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

class NarrowRowIT {
  private static final JdbcTemplate JDBC = Running.bean(JdbcTemplate.class);
  private static final String FHIR_JSON = "application/fhir+json";
  private static final String COUNTY = "12159981471000015Y";
  private static final String TOWNSHIP = "12159981471000023Y";

  @Test
  void belongsToTheInstitutionThatCreatedItWhoeverUpdatesIt() {
    String card = Cast.card();
    HttpResponse<String> created = as(COUNTY, "POST", "/Patient", Cast.patient(card).toString());
    String id = Told.id(created);
    assertThat(row(id)).containsEntry("owner", COUNTY).containsEntry("type", "Patient");
    ObjectNode changed = ((ObjectNode) Told.json(created)).put("birthDate", "1958-03-15");
    as(TOWNSHIP, "PUT", "/Patient/" + id, changed.toString());
    as(
        TOWNSHIP,
        "PUT",
        "/Patient?identifier=" + card,
        changed.put("birthDate", "1958-03-16").toString());
    send(
        request("/Patient/" + id)
            .header("X-Hutong-Institution", TOWNSHIP)
            .header("Content-Type", "application/json-patch+json")
            .method(
                "PATCH",
                BodyPublishers.ofString(
                    "[{\"op\":\"replace\",\"path\":\"/birthDate\",\"value\":\"1958-03-17\"}]")));
    assertThat(Told.json(get("/Patient/" + id)).at("/meta/versionId").asText()).isEqualTo("4");
    assertThat(row(id)).containsEntry("owner", COUNTY);
    assertThat(rowsOf(id)).isEqualTo(1);
  }

  @Test
  void belongsToTheDefaultInstitutionWhenTheHeaderNamesNone() {
    assertThat(row(Cast.patient())).containsEntry("owner", "SANDBOX");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "lower", "A", "X Y", "A;B", "医院", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void refusesAHeaderThatIsNoInstitutionCode(String institution) {
    String sent =
        new String(
            institution.getBytes(java.nio.charset.StandardCharsets.UTF_8),
            java.nio.charset.StandardCharsets.ISO_8859_1);
    if (!sent.chars().allMatch(c -> c >= 0x20 && c < 0x7f)) {
      return; // the client library sends no such header
    }
    HttpResponse<String> answer =
        as(sent, "POST", "/Patient", Cast.patient(Cast.card()).toString());
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("owner-header-invalid");
  }

  @Test
  void givesEveryEntryOfABundleARowOfTheSameOwner() {
    ObjectNode observation = Cast.observation("x");
    observation
        .putObject("subject")
        .put("reference", "urn:uuid:6c2f3d5e-0000-4000-8000-000000000002");
    HttpResponse<String> answer =
        as(
            TOWNSHIP,
            "POST",
            "/",
            """
            {"resourceType":"Bundle","type":"transaction","entry":[
            {"resource":%s,"request":{"method":"POST","url":"Observation"}},
            {"fullUrl":"urn:uuid:6c2f3d5e-0000-4000-8000-000000000002","resource":%s,
             "request":{"method":"POST","url":"Patient"}}]}"""
                .formatted(observation, Cast.patient(Cast.card())));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    String observed = Told.json(answer).at("/entry/0/response/location").asText().split("/")[1];
    String patient = Told.json(answer).at("/entry/1/response/location").asText().split("/")[1];
    assertThat(row(observed)).containsEntry("owner", TOWNSHIP).containsEntry("patient", patient);
    assertThat(row(patient)).containsEntry("owner", TOWNSHIP).containsEntry("patient", patient);
  }

  @Test
  void keepsTheRowOfWhatIsDeletedAndRevivesItWithIt() {
    String id = Cast.patient();
    ObjectNode patient = (ObjectNode) Told.json(get("/Patient/" + id));
    Running.delete("/Patient/" + id);
    assertThat(row(id).get("deleted_at")).isNotNull();
    HttpResponse<String> revived = put("/Patient/" + id, patient.toString());
    assertThat(revived.statusCode()).as(revived.body()).isIn(200, 201);
    assertThat(row(id).get("deleted_at")).isNull();
    assertThat(row(id)).containsEntry("owner", "SANDBOX");
    assertThat(rowsOf(id)).isEqualTo(1);
  }

  @Test
  void marksEveryDeletionOfABundleAndOfACondition() {
    String card = Cast.card();
    String first = Told.id(post("/Patient", Cast.patient(card).toString()));
    String second = Cast.patient();
    Running.delete("/Patient?identifier=" + card);
    assertThat(post("/", Told.bundle("transaction", "DELETE", "Patient/" + second)).statusCode())
        .isEqualTo(200);
    assertThat(row(first).get("deleted_at")).isNotNull();
    assertThat(row(second).get("deleted_at")).isNotNull();
  }

  @Test
  void followsAResourceThatChangesItsPatient() {
    String one = Cast.patient();
    String other = Cast.patient();
    ObjectNode task =
        (ObjectNode)
            Told.json(
                post(
                    "/Task",
                    """
                    {"resourceType":"Task","status":"draft","intent":"order",
                     "for":{"reference":"Patient/%s"}}"""
                        .formatted(one)));
    String id = task.path("id").asText();
    assertThat(row(id)).containsEntry("patient", one);
    task.putObject("for").put("reference", "Patient/" + other);
    put("/Task/" + id, task.toString());
    assertThat(row(id)).containsEntry("patient", other);
    task.remove("for");
    put("/Task/" + id, task.toString());
    assertThat(row(id).get("patient")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "effectiveDateTime, 2026, 2025-12-31T16:00:00Z",
    "effectiveDateTime, 2026-10, 2026-09-30T16:00:00Z",
    "effectiveDateTime, 2026-10-12, 2026-10-11T16:00:00Z",
    "effectiveDateTime, 2026-10-12T09:18:00+08:00, 2026-10-12T01:18:00Z",
    "effectiveDateTime, 2026-10-12T01:18:00Z, 2026-10-12T01:18:00Z",
    "effectiveInstant, 2026-10-12T09:18:00.500+08:00, 2026-10-12T01:18:00.500Z",
    "effectivePeriod, 2026-10-12, 2026-10-11T16:00:00Z",
    "issued, 2026-10-12T09:18:00+08:00, 2026-10-12T01:18:00Z",
    "effectiveDateTime, 1912-01-01, 1911-12-31T16:00:00Z",
  })
  void keepsWhenItHappened(String element, String time, Instant expected) {
    ObjectNode observation = Cast.observation(Cast.patient());
    observation.remove("effectiveDateTime");
    if (element.endsWith("Period")) {
      observation.putObject(element).put("start", time);
    } else {
      observation.put(element, time);
    }
    String id = Told.id(post("/Observation", observation.toString()));
    assertThat(clinicalTime(id)).isEqualTo(expected);
  }

  @Test
  void servesTheClientsSourceAndKeepsItOverUpdates() {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.putObject("meta").put("source", "urn:his:yunze");
    String id = Told.id(post("/Patient", patient.toString()));
    assertThat(row(id)).containsEntry("source", "urn:his:yunze");
    ObjectNode read = (ObjectNode) Told.json(get("/Patient/" + id));
    assertThat(read.at("/meta/source").asText()).isEqualTo("urn:his:yunze");
    put("/Patient/" + id, read.put("birthDate", "1958-03-15").toString());
    assertThat(Told.json(get("/Patient/" + id)).at("/meta/source").asText())
        .isEqualTo("urn:his:yunze");
    assertThat(Told.json(get("/Patient?_id=" + id)).at("/entry/0/resource/meta/source").asText())
        .isEqualTo("urn:his:yunze");
  }

  @Test
  void servesLabelsBesideWhatTheClientSent() {
    ObjectNode patient = Cast.patient(Cast.card());
    patient
        .putObject("meta")
        .putArray("security")
        .addObject()
        .put("system", "http://terminology.hl7.org/CodeSystem/v3-Confidentiality")
        .put("code", "R");
    String id = Told.id(post("/Patient", patient.toString()));
    JDBC.update(
        "update hutong.resource set labels = ? where res_id ="
            + " (select res_id from hfj_resource where fhir_id = ?)",
        new String[] {"http://terminology.hl7.org/CodeSystem/v3-ActCode|PSY"},
        id);
    List<String> paths = List.of("/meta/security", "/entry/0/resource/meta/security");
    assertThat(Told.json(get("/Patient/" + id)).at(paths.get(0)).toString()).contains("R", "PSY");
    assertThat(Told.json(get("/Patient?_id=" + id)).at(paths.get(1)).toString())
        .contains("R", "PSY");
    assertThat(Told.json(get("/Patient/" + id + "/$everything")).at(paths.get(1)).toString())
        .contains("R", "PSY");
    assertThat(Told.json(get("/Patient/" + id)).at("/meta/versionId").asText()).isEqualTo("1");
  }

  @Test
  void hasNoRowOfWhatWasRolledBackAndOneOfEverythingElse() {
    String card = Cast.card();
    ObjectNode wrong = Cast.observation("nobody");
    post("/Observation", wrong.toString());
    Integer strays =
        JDBC.queryForObject(
            """
            select count(*) from hutong.resource o
            full join hfj_resource r on r.res_id = o.res_id
            where o.res_id is null or r.res_id is null or (o.deleted_at is null) <> (r.res_deleted_at is null)
            """,
            Integer.class);
    assertThat(strays).as(card).isZero();
  }

  private static HttpResponse<String> as(
      String institution, String method, String path, String body) {
    return send(
        request(path)
            .header("X-Hutong-Institution", institution)
            .header("Content-Type", FHIR_JSON)
            .method(method, BodyPublishers.ofString(body)));
  }

  private static Map<String, Object> row(String id) {
    return JDBC.queryForMap(
        """
        select o.type, i.code as owner, p.fhir_id as patient, o.deleted_at, o.source
        from hutong.resource o
        join hfj_resource r on r.res_id = o.res_id
        join hutong.institution i on i.id = o.owner
        left join hfj_resource p on p.res_id = o.patient
        where r.fhir_id = ?
        """,
        id);
  }

  private static int rowsOf(String id) {
    Integer rows =
        JDBC.queryForObject(
            "select count(*) from hutong.resource o join hfj_resource r using (res_id)"
                + " where r.fhir_id = ?",
            Integer.class,
            id);
    return rows == null ? -1 : rows;
  }

  private static Instant clinicalTime(String id) {
    Instant time =
        JDBC.queryForObject(
            "select o.clinical_time from hutong.resource o join hfj_resource r using (res_id)"
                + " where r.fhir_id = ?",
            (row, number) -> row.getTimestamp(1).toInstant(),
            id);
    assertThat(time).isNotNull();
    return time;
  }
}
