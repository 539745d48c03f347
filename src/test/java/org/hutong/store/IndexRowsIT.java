package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.delete;
import static org.hutong.Running.get;
import static org.hutong.Running.post;
import static org.hutong.Running.put;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.dao.BaseHapiFhirDao;
import ca.uhn.fhir.jpa.dao.index.DaoSearchParamSynchronizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.util.AopTestUtils;

class IndexRowsIT {
  private static final JdbcTemplate JDBC = Running.bean(JdbcTemplate.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path STORY = Path.of("fhir-profiles/examples/story");

  /** Tables, and their column for the resource that a row is about. */
  private static final Map<String, String> TABLES =
      Map.of(
          "hfj_spidx_string", "res_id",
          "hfj_spidx_token", "res_id",
          "hfj_spidx_date", "res_id",
          "hfj_spidx_number", "res_id",
          "hfj_spidx_quantity", "res_id",
          "hfj_spidx_uri", "res_id",
          "hfj_spidx_coords", "res_id",
          "hfj_res_link", "src_resource_id");

  /**
   * In the zone of the alliance: both must keep times as UTC, whatever the machine's clock shows.
   */
  @Test
  void areThoseThatTheEngineItselfWouldHaveWritten() throws IOException {
    TimeZone machine = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Asia/Shanghai"));
    try {
      compareWithTheEngine();
    } finally {
      TimeZone.setDefault(machine);
    }
  }

  private static void compareWithTheEngine() throws IOException {
    JsonNode story = story();
    List<Long> ours = store(story);
    DaoSearchParamSynchronizer own =
        Running.bean("daoSearchParamSynchronizer", DaoSearchParamSynchronizer.class);
    assertThat(own).isNotInstanceOf(IndexRows.class);
    List<Long> engines;
    write(own);
    try {
      engines = store(story);
    } finally {
      write(Running.bean(IndexRows.class));
    }
    Map<String, List<String>> rows = rows(ours);
    assertThat(rows).isEqualTo(rows(engines));
    assertThat(rows.get("hfj_spidx_token")).hasSizeGreaterThan(100);
    assertThat(rows.get("hfj_spidx_string")).hasSizeGreaterThan(20);
    assertThat(rows.get("hfj_spidx_date")).hasSizeGreaterThan(20);
    assertThat(rows.get("hfj_res_link")).hasSizeGreaterThan(50);
  }

  @Test
  void bearTextThatIsLongerThanTheirColumn() {
    ObjectNode patient = Cast.patient(Cast.card());
    patient
        .withArray("identifier")
        .addObject()
        .put("system", "https://example.org/" + "s".repeat(300))
        .put("value", "v".repeat(400));
    HttpResponse<String> created = post("/Patient", patient.toString());
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(Told.json(get("/Patient?identifier=" + "v".repeat(400))).at("/entry")).hasSize(1);
    assertThat(Told.json(get("/Patient?identifier=" + "v".repeat(399))).at("/entry")).isEmpty();
  }

  @Test
  void followAnUpdateADeletionAndARevival() {
    String card = Cast.card();
    ObjectNode patient = Cast.patient(card);
    String id = Told.id(post("/Patient", patient.toString()));
    patient.put("id", id).put("birthDate", "1999-09-09").remove("telecom");
    assertThat(put("/Patient/" + id, patient.toString()).statusCode()).isEqualTo(200);

    ObjectNode fresh = patient.deepCopy();
    fresh.remove("id");
    String other = Told.id(post("/Patient", fresh.toString()));
    assertThat(rows(List.of(row(id)))).isEqualTo(rows(List.of(row(other))));

    assertThat(delete("/Patient/" + id).statusCode()).isEqualTo(200);
    assertThat(rows(List.of(row(id))).values()).allSatisfy(none -> assertThat(none).isEmpty());
    put("/Patient/" + id, patient.toString());
    assertThat(rows(List.of(row(id)))).isEqualTo(rows(List.of(row(other))));
  }

  @Test
  void areNotThereWhenTheTransactionFailed() {
    String card = Cast.card();
    String bundle =
        """
        {"resourceType": "Bundle", "type": "transaction", "entry": [
          {"resource": %s, "request": {"method": "POST", "url": "Patient"}},
          {"resource": {"resourceType": "Basic"}, "request": {"method": "PUT", "url": "Basic/1"}}]}
        """
            .formatted(Cast.patient(card));
    assertThat(post("/", bundle).statusCode()).isBetween(400, 499);
    assertThat(
            JDBC.queryForObject(
                "select count(*) from hfj_spidx_token where sp_value = ?", Long.class, card))
        .isZero();
  }

  @Test
  void neverStandAlone() {
    TABLES.forEach(
        (table, column) ->
            assertThat(
                    JDBC.queryForObject(
                        "select count(*) from %s i where not exists (select from hfj_resource r where r.res_id = i.%s)"
                            .formatted(table, column),
                        Long.class))
                .as(table)
                .isZero());
  }

  private static void write(DaoSearchParamSynchronizer by) {
    DaoRegistry daos = Running.bean(DaoRegistry.class);
    for (String type : daos.getRegisteredDaoTypes()) {
      BaseHapiFhirDao<?> dao = AopTestUtils.getUltimateTargetObject(daos.getResourceDao(type));
      dao.setDaoSearchParamSynchronizer(by);
    }
  }

  /** Every example of the package as one transaction. */
  /** The story's examples as one transaction. */
  static JsonNode story() throws IOException {
    List<JsonNode> examples = new ArrayList<>();
    try (Stream<Path> files = Files.list(STORY)) {
      for (Path file : files.sorted().toList()) {
        examples.add(JSON.readTree(file.toFile()));
      }
    }
    ObjectNode bundle = JSON.createObjectNode();
    bundle.put("resourceType", "Bundle").put("type", "transaction");
    ArrayNode entries = bundle.putArray("entry");
    Map<String, String> names = new HashMap<>();
    for (JsonNode example : examples) {
      String type = example.path("resourceType").asText();
      String name = "urn:uuid:" + UUID.randomUUID();
      names.put(type + "/" + example.path("id").asText(), name);
      ObjectNode entry = entries.addObject();
      entry.put("fullUrl", name);
      entry.set("resource", ((ObjectNode) example).without("id"));
      entry.putObject("request").put("method", "POST").put("url", type);
    }
    String text = bundle.toString();
    for (Map.Entry<String, String> name : names.entrySet()) {
      text =
          text.replace(
              "\"reference\":\"" + name.getKey() + "\"",
              "\"reference\":\"" + name.getValue() + "\"");
    }
    return JSON.readTree(text);
  }

  /** The row ids of the resources of a transaction, in its order. */
  private static List<Long> store(JsonNode bundle) {
    HttpResponse<String> answer = post("/", bundle.toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<Long> stored = new ArrayList<>();
    for (JsonNode entry : Told.json(answer).path("entry")) {
      stored.add(row(entry.at("/response/location").asText().split("/")[1]));
    }
    return stored;
  }

  private static long row(String id) {
    Long row =
        JDBC.queryForObject("select res_id from hfj_resource where fhir_id = ?", Long.class, id);
    assertThat(row).isNotNull();
    return row;
  }

  /** All rows of some resources, which stand for themselves by their place in the list. */
  private static Map<String, List<String>> rows(List<Long> resources) {
    Map<String, List<String>> rows = new TreeMap<>();
    TABLES.forEach(
        (table, column) -> {
          TreeSet<String> found = new TreeSet<>();
          JDBC.query(
              "select to_jsonb(i)::text from %s i where %s = any (?)".formatted(table, column),
              row -> {
                ObjectNode values = (ObjectNode) read(row.getString(1));
                values.remove(List.of("sp_id", "pid"));
                if (values.has("src_resource_id")) {
                  assertThat(values.path("sp_updated").asText()).isNotEmpty();
                  values.remove("sp_updated");
                }
                for (String pointer : List.of("res_id", "src_resource_id", "target_resource_id")) {
                  if (resources.contains(values.path(pointer).asLong())) {
                    values.put(pointer, "#" + resources.indexOf(values.path(pointer).asLong()));
                  }
                }
                assertThat(found.add(values.toString())).as("twice: %s", values).isTrue();
              },
              (Object) resources.toArray(Long[]::new));
          rows.put(table, List.copyOf(found));
        });
    return rows;
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
