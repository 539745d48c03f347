package org.hutong.store;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.jpa.model.util.SearchParamHash;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.hutong.HutongApplication;
import org.hutong.Told;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A database that was written by other rules, and the nodes that come after: one that is held up,
 * overtaken and killed in the middle, then two at once.
 *
 * <p>A transaction that stays open holds the back-fill up after each batch, at a place that the
 * test can rely on; the next is opened before it ends.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BackfillIT {
  /** Three batches, the last one not full. */
  private static final int PATIENTS = 250;

  private static final String LICENCE = "47100004X159900A100001";
  private static final String FULL_WIDTH = "４７１００００４Ｘ１５９９００Ａ１００００１";
  private static final String SYSTEM = "urn:oid:2.16.156.10011.1.5";
  private static final String DIVISION =
      "hash_identity = " + SearchParamHash.hashSearchParam("Patient", "division");
  private static final String NAMES =
      "hash_identity in (%d, %d)"
          .formatted(
              SearchParamHash.hashSearchParam("Patient", "phonetic"),
              SearchParamHash.hashSearchParam("Patient", "hutong-name-order"));
  private static final String INCOMPLETE =
      "select count(*) from hutong.index_rule where position is not null";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static Sandbox sandbox;
  private static EmbeddedDatabase database;
  private static @Nullable Node node;
  private static @Nullable Connection holding;

  private record Node(Process process, int port, Path log) {}

  @BeforeAll
  static void start() throws Exception {
    sandbox = new Sandbox(BackfillIT.class);
    // For two nodes, the test itself, and the transaction that it holds open.
    database = EmbeddedDatabase.start(sandbox.folder("data"), Sandbox.PROGRAM, 20);
    Node launched = launch();
    node = launched;
    awaitReady(launched);
  }

  @AfterAll
  static void stop() throws IOException {
    sandbox.close();
    database.close();
  }

  @Test
  @Order(1)
  void knowsItsRulesAtOnceWhereNothingIsStored() throws Exception {
    assertThat(number("select count(*) from hutong.index_rule")).isGreaterThan(200);
    assertThat(number(INCOMPLETE)).isZero();
    assertThat(Files.readString(node().log())).doesNotContain("again");
  }

  @Test
  @Order(2)
  void refusesSearchesThatWouldMissWhatWasStoredBefore() throws Exception {
    store();
    Sandbox.kill(node().process());
    spoil();
    holding = hold();
    Node launched = launch();
    node = launched;
    awaitReady(launched);
    await(() -> number("select count(*) from hutong.resource where type = 'Organization'") == 1);

    HttpResponse<String> refusal = get("/Patient?division=" + division(0));
    assertThat(refusal.statusCode()).isEqualTo(503);
    assertThat(refusal.headers().firstValue("Retry-After")).contains("30");
    assertThat(Told.code(refusal)).isEqualTo("index-incomplete");
    assertThat(Told.json(refusal).at("/issue/0/details/text").asText())
        .contains("division", "Patient", "still being indexed");
    assertThat(
            Told.json(get("/Patient?division=" + division(0), "zh"))
                .at("/issue/0/details/text")
                .asText())
        .contains("索引");
    for (String search :
        List.of(
            "/Patient?_sort=-division",
            "/Patient?phonetic=ou",
            "/Patient?_sort=gender,name",
            "/Observation?patient.phonetic=ou",
            "/Patient?organization.name=x",
            "/Patient?division:missing=true",
            "/Observation?patient.division=1",
            "/Observation?subject:Patient.division=1",
            "/Organization?_has:Patient:organization:division=1",
            "/Organization?_has:Patient:organization:_id=1",
            "/Patient?_id=1&_include=Patient:organization",
            "/Organization?_lastUpdated=gt2020&_revinclude=Patient:organization",
            "/Organization?identifier=" + LICENCE)) {
      HttpResponse<String> answer = get(search);
      assertThat(answer.statusCode()).as(search + answer.body()).isEqualTo(503);
    }
    assertThat(Told.json(get("/Patient?_sort=name")).at("/issue/0/details/text").asText())
        .contains("name")
        .doesNotContain("hutong");
    String patient = Told.json(get("/Patient?_count=1")).at("/entry/0/resource/id").asText();
    HttpResponse<String> record = get("/Patient/" + patient + "/$everything");
    assertThat(record.statusCode()).isEqualTo(503);
    assertThat(Told.code(record)).isEqualTo("index-incomplete");
  }

  @Test
  @Order(3)
  void refusesConditionsOfWritesToo() throws Exception {
    String body = patient(9000);
    assertThat(
            exchange(
                    request("/Patient")
                        .header("If-None-Exist", "division=" + division(0))
                        .POST(BodyPublishers.ofString(body)))
                .statusCode())
        .isEqualTo(503);
    assertThat(
            exchange(request("/Patient?division=" + division(0)).PUT(BodyPublishers.ofString(body)))
                .statusCode())
        .isEqualTo(503);
    String conditional =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[{"resource":%s,
        "request":{"method":"POST","url":"Patient","ifNoneExist":"division=%s"}}]}"""
            .formatted(body, division(0));
    HttpResponse<String> answer = post("", conditional);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    String referring =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[{"resource":%s,
        "request":{"method":"POST","url":"Observation"}}]}"""
            .formatted(observation("Patient?division=" + division(0)));
    answer = post("", referring);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(number("select count(*) from hfj_resource where res_type = 'Patient'"))
        .isEqualTo(PATIENTS);
  }

  @Test
  @Order(4)
  void answersEverythingElseMeanwhile() throws Exception {
    assertThat(exchange(actuator("/health/readiness")).body()).contains("UP");
    assertThat(total("/Patient?identifier=" + SYSTEM + "|card-7")).isEqualTo(1);
    assertThat(total("/Observation?code=x")).isEqualTo(1);
    assertThat(total("/Patient?name=" + encoded("阳一"))).as("did not change").isZero();
    assertThat(total("/Patient?name=" + encoded("欧阳"))).isEqualTo(PATIENTS);
    assertThat(total("/Patient?pinyin-initials=oyy")).isEqualTo(PATIENTS);
    assertThat(post("/Patient", patient(8000)).statusCode()).isEqualTo(201);
    assertThat(
            exchange(
                    request("/Patient")
                        .header("If-None-Exist", "identifier=" + SYSTEM + "|card-7")
                        .POST(BodyPublishers.ofString(patient(7))))
                .statusCode())
        .isEqualTo(200);
    String metrics = exchange(actuator("/prometheus")).body();
    assertThat(metrics).containsPattern("hutong_index_rules_incomplete [1-9]");
    assertThat(metrics).containsPattern("hutong_index_resources_left [1-9]");
  }

  @Test
  @Order(5)
  void goesOnWhereAKilledNodeStoppedThoughTwoStartAtOnce() throws Exception {
    // The Organization is done; the first batch of patients waits.
    pass();
    await(() -> number("select count(*) from hfj_spidx_string where " + DIVISION) == 101);
    assertThat(number("select count(*) from hutong.index_rule where position > 0")).isZero();
    assertThat(total("/Organization?identifier=" + LICENCE)).isEqualTo(1);
    assertThat(get("/Patient?division=" + division(0)).statusCode()).isEqualTo(503);

    // A write that has begun before that batch and ends after it.
    overtake(row(59), division(59), division(5000));
    pass();
    await(() -> number("select count(*) from hfj_spidx_string where " + DIVISION) == 201);
    assertThat(number("select min(position) from hutong.index_rule")).isEqualTo(row(59) - 1);
    Sandbox.kill(node().process());
    held().close();

    Node first = launch();
    Node second = launch();
    awaitReady(first);
    awaitReady(second);
    await(() -> number(INCOMPLETE) == 0);
    List<String> work = new ArrayList<>(work(first));
    work.addAll(work(second));
    assertThat(work)
        .as("one node works, from where the killed one stopped")
        .containsExactly("Indexing Patient again: 192 resources");
    for (Node one : List.of(first, second)) {
      node = one;
      await(() -> get("/Patient?division=" + division(0)).statusCode() == 200);
      for (int i = 0; i < PATIENTS; i++) {
        assertThat(total("/Patient?division=" + division(i))).as("" + i).isEqualTo(i == 59 ? 0 : 1);
      }
      assertThat(total("/Patient?division=" + division(5000))).isEqualTo(1);
      assertThat(total("/Patient?division=" + division(8000))).isEqualTo(1);
      assertThat(total("/Patient?organization.name=x")).isEqualTo(PATIENTS + 1);
      assertThat(total("/Patient?phonetic=ouyangyi")).isEqualTo(PATIENTS + 1);
      assertThat(number("select count(*) from hfj_spidx_string where " + NAMES))
          .as("all of the name, the given name, its place")
          .isEqualTo(3 * (PATIENTS + 1));
      assertThat(get("/Patient?_sort=name&_count=1").statusCode()).isEqualTo(200);
      await(() -> exchange(actuator("/prometheus")).body().contains("_incomplete 0"));
    }
  }

  @Test
  @Order(6)
  void leavesWhatIsStoredAsItIs() throws Exception {
    JsonNode organization =
        Told.json(get("/Organization?identifier=" + SYSTEM + "|" + LICENCE))
            .at("/entry/0/resource");
    assertThat(organization.at("/identifier/0/value").asText()).isEqualTo(FULL_WIDTH);
    assertThat(organization.at("/meta/versionId").asText()).isEqualTo("1");
    assertThat(number("select max(res_ver) from hfj_resource where res_id <> " + row(59)))
        .isEqualTo(1);
    assertThat(number("select count(*) from hfj_resource where res_updated > '2021-01-01'"))
        .as("what the test wrote since")
        .isEqualTo(1);
    assertThat(number("select count(*) from hfj_res_ver")).isEqualTo(PATIENTS + 4);
  }

  @Test
  @Order(7)
  void makesNarrowRowsThatAreMissingOrOfAnOlderForm() throws Exception {
    assertThat(number("select count(*) from hutong.resource where patient is distinct from res_id"))
        .as("all but the Organization and the Observation")
        .isEqualTo(2);
    assertThat(
            number(
                "select count(*) from hutong.resource r join hutong.institution i on i.id = r.owner"
                    + " where r.type = 'Organization' and i.code = '?'"))
        .isEqualTo(1);
    assertThat(
            number(
                "select count(*) from hutong.resource r join hutong.institution i on i.id = r.owner"
                    + " where r.type = 'Patient' and i.code = 'SANDBOX'"))
        .isEqualTo(PATIENTS + 1);
    String observed =
        Told.json(get("/Observation?code=x")).at("/entry/0/resource/subject/reference").asText();
    assertThat(Told.json(get("/" + observed + "/$everything")).path("total").asInt()).isEqualTo(3);
  }

  /** One Organization, the patients in the order of their rows, and an Observation. */
  private static void store() throws Exception {
    String organization =
        Told.id(
            post(
                "/Organization",
                """
                {"resourceType":"Organization","name":"x",
                "identifier":[{"system":"%s","value":"%s"}]}"""
                    .formatted(SYSTEM, LICENCE)));
    StringBuilder entries = new StringBuilder();
    for (int i = 0; i < PATIENTS; i++) {
      entries
          .append(i == 0 ? "" : ",")
          .append("{\"resource\":")
          .append(patient(i).replace("{organization}", organization))
          .append(",\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}");
    }
    HttpResponse<String> stored =
        post(
            "",
            "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + entries + "]}");
    assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
    String location = Told.json(stored).at("/entry/3/response/location").asText();
    String[] parts = location.split("/");
    assertThat(post("/Observation", observation(parts[0] + "/" + parts[1])).statusCode())
        .isEqualTo(201);
    organizationId = organization;
  }

  private static String organizationId = "";

  private static String patient(int number) {
    return """
    {"resourceType":"Patient","name":[{"text":"欧阳一"}],
    "identifier":[{"system":"%s","value":"card-%d"}],
    "managingOrganization":{"reference":"Organization/{organization}"},
    "address":[{"text":"x","extension":[{"url":"https://hutong.org/fhir/StructureDefinition/division",
    "valueCode":"%s"}]}]}"""
        .formatted(SYSTEM, number, division(number))
        .replace("{organization}", organizationId.isEmpty() ? "{organization}" : organizationId);
  }

  private static String observation(String subject) {
    return """
    {"resourceType":"Observation","status":"final","code":{"coding":[{"code":"x"}]},
    "subject":{"reference":"%s"}}"""
        .formatted(subject);
  }

  private static String division(int number) {
    return String.valueOf(159981100000L + number);
  }

  /** What other rules would have left: no such rows, other spellings, narrow rows as they were. */
  private static void spoil() throws SQLException {
    Sandbox.execute(
        database,
        "delete from hfj_spidx_string where " + DIVISION,
        "delete from hfj_spidx_string where " + NAMES,
        "update hfj_res_ver set res_text_vc = replace(res_text_vc, '%s', '%s')"
            .formatted(LICENCE, FULL_WIDTH),
        "delete from hfj_spidx_token where res_id in"
            + " (select res_id from hfj_resource where res_type = 'Organization')",
        "delete from hfj_res_link where src_path = 'Patient.managingOrganization'",
        "delete from hutong.resource where type = 'Organization'",
        "update hutong.resource set patient = null where type = 'Patient'",
        "update hfj_resource set res_updated = '2020-01-01'",
        "update hutong.index_rule set digest = 'other' where (type, rule) in (('Patient',"
            + " 'division'), ('Patient', 'phonetic'), ('Patient', 'hutong-name-order'),"
            + " ('Patient', 'organization'), ('Patient', 'hutong-row'),"
            + " ('Organization', 'hutong-row'), ('Organization', 'hutong-forms'))");
  }

  /** The row id of a patient. */
  private static long row(int number) throws SQLException {
    return number(
        "select res_id from hfj_resource where res_type = 'Patient' order by res_id offset "
            + number
            + " limit 1");
  }

  /** A new version, in the transaction that is held open: its index rows are as they were. */
  private static void overtake(long row, String before, String after) throws SQLException {
    try (Statement statement = held().createStatement()) {
      statement.executeUpdate(
          """
          insert into hfj_res_ver
          select (jsonb_populate_record(v, jsonb_build_object(
              'pid', nextval('seq_resource_history_id'), 'res_ver', 2,
              'res_text_vc', replace(res_text_vc, '%s', '%s')))).*
          from hfj_res_ver v where res_id = %d
          """
              .formatted(before, after, row));
      statement.executeUpdate("update hfj_resource set res_ver = 2 where res_id = " + row);
    }
  }

  /** Lets the back-fill go on to the end of its next batch. */
  private static void pass() throws SQLException {
    Connection next = hold();
    held().commit();
    held().close();
    holding = next;
  }

  private static Connection held() {
    return Objects.requireNonNull(holding);
  }

  /** The one that is asked. */
  private static Node node() {
    return Objects.requireNonNull(node);
  }

  private static Connection hold() throws SQLException {
    DatabaseAddress address = database.address();
    Connection connection =
        DriverManager.getConnection(
            address.url() + "?currentSchema=public&ApplicationName=hutong",
            address.user(),
            address.password());
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("select 1");
    }
    return connection;
  }

  private static Node launch() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Path log = sandbox.folder("node-" + port + ".log");
    DatabaseAddress address = database.address();
    Process process =
        sandbox.launch(
            HutongApplication.class,
            "--server.port=" + port,
            "--hutong.db.url=" + address.url(),
            "--hutong.db.user=" + address.user(),
            "--hutong.db.password=" + address.password(),
            "--hutong.store.pool-size=8",
            "--hutong.profiles.policy=off",
            "--hutong.demo.enabled=false",
            "--logging.file.name=" + log);
    return new Node(process, port, log);
  }

  private static void awaitReady(Node started) throws Exception {
    await(
        () -> {
          assertThat(started.process().isAlive()).as("the node runs").isTrue();
          try {
            return exchange(
                    HttpRequest.newBuilder(
                        URI.create(
                            "http://localhost:" + started.port() + "/actuator/health/readiness")))
                .body()
                .contains("UP");
          } catch (IOException notYet) {
            return false;
          }
        });
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    for (int tries = 0; !condition.call(); tries++) {
      assertThat(tries).as("tries").isLessThan(1500);
      Thread.sleep(200);
    }
  }

  private static List<String> work(Node of) throws IOException {
    return Files.readAllLines(of.log()).stream()
        .map(line -> Told.json(line).path("message").asText())
        .filter(message -> message.matches("Indexing \\w+ again: \\d+ resources, .*"))
        .map(message -> message.replaceFirst(",.*", ""))
        .toList();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static int total(String path) throws Exception {
    HttpResponse<String> answer = get(path + (path.contains("?") ? "&" : "?") + "_total=accurate");
    assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
    return Told.json(answer).path("total").asInt();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return get(path, "en");
  }

  private static HttpResponse<String> get(String path, String language) throws Exception {
    return exchange(
        HttpRequest.newBuilder(uri("/fhir" + path)).header("Accept-Language", language));
  }

  private static HttpResponse<String> post(String path, String json) throws Exception {
    return exchange(request(path).POST(BodyPublishers.ofString(json)));
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri("/fhir" + path))
        .header("Content-Type", "application/fhir+json");
  }

  private static HttpRequest.Builder actuator(String path) {
    return HttpRequest.newBuilder(uri("/actuator" + path));
  }

  private static URI uri(String path) {
    String bar = URLEncoder.encode("|", StandardCharsets.UTF_8);
    return URI.create("http://localhost:" + node().port() + path.replace("|", bar));
  }

  private static HttpResponse<String> exchange(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static long number(String sql) throws SQLException {
    try (Connection connection = Sandbox.connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
