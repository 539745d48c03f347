package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.get;
import static org.hutong.Running.post;
import static org.hutong.Running.request;
import static org.hutong.Running.send;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.util.ICachedSearchDetails;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.fhir.Stage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchIT {
  private static final int TIED = 250;

  private static String card = "";
  private static String patient = "";

  @BeforeAll
  static void storeRowsThatTieOnEverything() {
    card = Cast.card();
    patient = Told.id(post("/Patient", Cast.patient(card).toString()));
    String entry =
        "{\"resource\":%s,\"request\":{\"method\":\"POST\",\"url\":\"Observation\"}}"
            .formatted(Cast.observation(patient));
    String entries = IntStream.range(0, TIED).mapToObj(i -> entry).collect(Collectors.joining(","));
    HttpResponse<String> stored =
        post(
            "/",
            "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[" + entries + "]}");
    assertThat(stored.statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "foo=1",
        "foo:exact=1",
        "foo.bar=1",
        "foo:Patient.name=1",
        "hutong-links=Patient/1",
        "_pid=1",
        "_source=x",
        "_text=x",
        "_content=x",
        "_filter=name eq x",
        "_list=1",
        "_tag=x",
        "_profile=x",
        "_security=x",
        "_language=zh",
        "_type=Patient",
        "_query=x",
        "_contained=true",
        "_at=2026",
        "_since=2026",
        "_has:Observation:hutong-links:code=1",
        "_has:Observation:nope:code=1",
        "_has:Observation:patient:nope=1",
        "_has:Observation:patient:_tag=1",
        "_has:Observation:encounter:code=1",
        "_has:Nope:patient:code=1",
        "_has=1",
        "organization.nope=1",
        "organization.hutong-links=1",
        "organization.partof.nope=1",
        "organization:Patient.name=x",
        "general-practitioner:Group.name=x",
        "name.family=x",
        "identifier.system=x"
      })
  void refusesTheParameter(String query) {
    HttpResponse<String> answer = get("/Patient?" + plain(query));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("parameter-unknown");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "identifier:foo=1",
        "identifier:text=1",
        "identifier:of-type=1",
        "identifier:in=1",
        "name:contains=x",
        "name:text=x",
        "birthdate:exact=2026",
        "organization:foo=1",
        "_id:not=1",
        "_include=*",
        "_include=Patient:*",
        "_include=Patient:nope",
        "_include=Patient:name",
        "_include=Patient:hutong-links",
        "_include=Observation:patient",
        "_include=Patient:organization:Patient",
        "_include=",
        "_revinclude=*",
        "_revinclude=Observation:hutong-links",
        "_revinclude=Observation:encounter",
        "_revinclude:iterate=Nope:nope",
        "_sort=nope",
        "_sort=_pid",
        "_sort=hutong-links",
        "_sort=name,-_pid",
        "_sort=organization.name",
        "_count=-1",
        "_count=abc",
        "_offset=-1",
        "_offset=99999999999",
        "_summary=x",
        "_total=foo",
        "identifier=|",
        "identifier=|,|",
        "gender=|",
        "name:missing=maybe",
        "name:missing="
      })
  void refusesTheModifierOrValue(String query) {
    HttpResponse<String> answer = get("/Patient?" + plain(query));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("parameter-invalid");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name:foo=x | name | foo | :exact, :missing",
        "identifier:of-type=1 | identifier | of-type | :missing, :not",
        "birthdate:exact=2026 | birthdate | exact | :missing",
        "organization:foo=1 | organization | foo | :Organization, :missing",
        "organization.name:foo=x | name | foo | :exact, :missing",
        "organization:Organization.name:foo=x | name | foo | :exact, :missing",
        "_has:Observation:patient:code:foo=1 | code | foo | :missing, :not",
        "_id:not=1 | _id | not | ''",
        "_count:foo=1 | _count | foo | ''",
        "_sort:foo=name | _sort | foo | ''",
        "_include:foo=Patient:organization | _include | foo | :iterate"
      })
  void namesTheParameterItsModifierAndThoseThatItTakes(
      String query, String parameter, String modifier, String allowed) {
    for (String language : List.of("zh", "en")) {
      HttpResponse<String> answer =
          send(request("/Patient?" + plain(query)).header("Accept-Language", language));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      JsonNode issue = Told.json(answer).at("/issue/0");
      assertThat(issue.at("/details/coding/0/code").asText()).isEqualTo("parameter-invalid");
      assertThat(issue.at("/expression/0").asText())
          .isEqualTo("http." + query.substring(0, query.indexOf('=')));
      assertThat(issue.at("/details/text").asText())
          .contains(" " + parameter + " ", " :" + modifier)
          .containsPattern(language.equals("zh") ? "修饰符" : "modifier");
      assertThat(issue.path("diagnostics").asText()).contains(allowed);
    }
  }

  /** FHIR R4 has the search go on; who wants to be refused says so. */
  @ParameterizedTest
  @CsvSource({"zh, 没有代码“男”, 可用的代码：male、female", "en, has no code \"男\", male"})
  void saysThatNoRecordHasACode(String language, String what, String mend) {
    String query = "/Patient?gender=%E7%94%B7";
    HttpResponse<String> answer = send(request(query).header("Accept-Language", language));
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode page = Told.json(answer);
    assertThat(page.path("total").asInt()).isZero();
    assertThat(page.path("entry")).hasSize(1);
    assertThat(page.at("/entry/0/search/mode").asText()).isEqualTo("outcome");
    JsonNode issue = page.at("/entry/0/resource/issue/0");
    assertThat(issue.path("severity").asText()).isEqualTo("warning");
    assertThat(issue.at("/details/text").asText()).contains(what);
    assertThat(issue.path("diagnostics").asText()).contains(mend);
    assertThat(Told.json(get(query + "&_summary=count")).has("entry")).isFalse();
    assertThat(Told.json(get("/Patient?gender=male&_count=1")).toString())
        .doesNotContain("OperationOutcome");
    HttpResponse<String> strict = send(request(query).header("Prefer", "handling=strict"));
    assertThat(strict.statusCode()).isEqualTo(400);
    assertThat(Told.code(strict)).isEqualTo("parameter-invalid");
  }

  @Test
  void tellsEveryUnknownParameterAtOnce() {
    assertThat(Told.codes(get("/Patient?foo=1&bar=2&_sort=nope")))
        .containsExactlyInAnyOrder(
            "parameter-unknown", "parameter-unknown", "parameter-invalid", "handling-strict");
  }

  @Test
  void ignoresUnknownParametersOnRequestAndShowsWhatItUsed() {
    String query =
        "/Patient?identifier=" + card + "&foo=1&foo:exact=2&foo.bar=3&identifier:foo=4&_sort=nope";
    HttpResponse<String> answer = send(request(query).header("Prefer", "handling=lenient"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Told.ids(answer)).containsExactly(patient);
    assertThat(Told.link(answer, "self"))
        .contains("identifier=" + card)
        .doesNotContain("foo", "nope");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "identifier=",
        "identifier=&gender=female",
        "identifier=,",
        "_has:Observation:patient:code=",
        "organization=Organization/"
      })
  void neverTakesAnEmptyValueForEverybody(String query) {
    for (String handling : List.of("handling=strict", "handling=lenient", "return=minimal")) {
      for (HttpResponse<String> answer :
          List.of(
              send(request("/Patient?" + query).header("Prefer", handling)),
              send(
                  request("/Patient/_search")
                      .header("Prefer", handling)
                      .header("Content-Type", "application/x-www-form-urlencoded")
                      .POST(BodyPublishers.ofString(query))))) {
        assertThat(answer.statusCode()).as(handling + answer.body()).isEqualTo(400);
        assertThat(Told.code(answer)).isEqualTo("parameter-invalid");
        assertThat(Told.json(answer).at("/issue/0/expression/0").asText())
            .isEqualTo("http." + query.replaceFirst("=.*", ""));
      }
    }
  }

  @Test
  void takesTheSameSearchAsAForm() {
    HttpResponse<String> answer =
        send(
            request("/Patient/_search")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("identifier=" + card)));
    assertThat(Told.ids(answer)).containsExactly(patient);
    HttpResponse<String> refused =
        send(
            request("/Patient/_search?_count=1")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("foo=1")));
    assertThat(Told.code(refused)).isEqualTo("parameter-unknown");
  }

  @ParameterizedTest
  @CsvSource({
    "identifier={card}, 1",
    "identifier=urn:oid:2.16.156.10011.1.19|{card}, 1",
    "identifier=|{card}, 0",
    "identifier=urn:oid:2.16.156.10011.1.2|{card}, 0",
    "'identifier={card},x', 1",
    "identifier={card}&gender=female, 1",
    "identifier={card}&gender=male, 0",
    "identifier={card}&gender:not=male, 1",
    "identifier={card}&name=李, 1",
    "identifier={card}&name:exact=李秀兰, 1",
    "identifier={card}&name:exact=秀, 0",
    "identifier={card}&birthdate=1958-03-14, 1",
    "identifier={card}&birthdate=1958-03, 1",
    "identifier={card}&birthdate=lt1958-03-14, 0",
    "identifier={card}&general-practitioner:missing=true, 1",
    "identifier={card}&general-practitioner:missing=false, 0",
    "identifier={card}&birthdate:missing=true, 0",
    "identifier={card}&organization.name=云泽县人民医院, 1",
    "identifier={card}&organization:Organization.name=柳溪村卫生室, 0",
    "identifier={card}&_has:Observation:patient:status=final, 1",
    "identifier={card}&_has:Observation:subject:date=2026-10-12, 1",
    "identifier={card}&_has:Observation:patient:status=amended, 0",
    "identifier={card}&_id={id}, 1",
    "_id={id}&_lastUpdated=lt2026-01-01, 0",
  })
  void finds(String query, int expected) {
    String asked = query.replace("{card}", card).replace("{id}", patient);
    HttpResponse<String> answer = get("/Patient?" + plain(asked));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Told.ids(answer)).hasSize(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "date=2026-10-12T09:18:00+08:00, true",
    "date=2026-10-12T01:18:00Z, true",
    "date=ge2026-10-12T09:18:00+08:00, true",
    "date=gt2026-10-12T09:18:00+08:00, false",
    "date=lt2026-10-12T09:18:01+08:00, true",
    "date=ge2026-10-12T00:00:00+08:00&date=lt2026-10-13T00:00:00+08:00, true",
    "date=ge2026-10-13T00:00:00+08:00, false",
    "patient.identifier={card}, true",
    "subject.identifier={card}, true",
    "subject:Patient.identifier={card}, true",
    "subject.organization.name=云泽县人民医院, true",
    "patient.name=nobody, false",
    "subject=Patient/{id}, true",
    "subject:Patient={id}, true",
    "subject:Device={id}, false",
  })
  void findsObservationsBy(String query, boolean found) {
    String asked = query.replace("{card}", card).replace("{id}", patient);
    HttpResponse<String> answer =
        get("/Observation?patient=" + patient + "&_summary=count&" + plain(asked));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Told.json(answer).path("total").asInt(-1)).isEqualTo(found ? TIED : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "1000, ''",
    "97, ''",
    "50, &_sort=date",
    "50, '&_sort=-date,status'",
    "37, '&_sort=code,-_lastUpdated,subject'",
    "41, &_include=Observation:subject",
    "23, &_sort=-date&_include=Observation:patient&_elements=status",
  })
  void pagesThroughTiesWithoutSkippingOrRepeating(int size, String more) {
    List<String> seen = new ArrayList<>();
    String next = Running.base() + "/Observation?patient=" + patient + "&_count=" + size + more;
    int pages = 0;
    while (next != null) {
      assertThat(++pages).isLessThan(TIED);
      HttpResponse<String> page = get(next.substring(Running.base().toString().length()));
      assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
      for (JsonNode entry : Told.json(page).path("entry")) {
        if (entry.at("/search/mode").asText().equals("match")) {
          seen.add(entry.at("/resource/id").asText());
        }
      }
      next = Told.link(page, "next");
    }
    assertThat(seen).doesNotHaveDuplicates().hasSize(TIED);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 60, 7})
  void pagesThroughEverythingWithoutSkippingOrRepeating(int size) {
    List<String> seen = new ArrayList<>();
    String next =
        Running.base()
            + "/Patient/"
            + patient
            + "/$everything"
            + (size == 20 ? "" : "?_count=" + size);
    while (next != null) {
      HttpResponse<String> page = get(next.substring(Running.base().toString().length()));
      assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
      List<String> ids = Told.ids(page);
      assertThat(ids).hasSizeLessThanOrEqualTo(size + 2);
      ids.removeAll(List.of(Cast.hospital(), patient));
      seen.addAll(ids);
      next = Told.link(page, "next");
    }
    assertThat(seen).doesNotHaveDuplicates().hasSize(TIED);
  }

  @ParameterizedTest
  @CsvSource({
    "date=ge{month}, true",
    "date=le{month}, true",
    "date=ge2026, true",
    "date=lt{month}, false",
    "date=gt{month}, false",
    "date:missing=false, true",
    "patient.birthdate=ge1958-03, true",
    "patient.birthdate=le1958, true",
    "subject:Patient.birthdate=le1958-03, true",
    "patient.birthdate=le1957, false",
    "patient._has:Observation:patient:date=ge{month}, true",
  })
  void takesAMonthOrYearForAllOfIt(String query, boolean found) {
    String asked =
        "/Observation?patient="
            + patient
            + "&_summary=count&"
            + plain(query.replace("{month}", "2026-10"));
    assertThat(Told.json(get(asked)).path("total").asInt(-1)).isEqualTo(found ? TIED : 0);
    JsonNode entry = Told.json(post("/", Told.bundle("batch", "GET", asked.substring(1))));
    assertThat(entry.at("/entry/0/resource/total").asInt(-1)).isEqualTo(found ? TIED : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "_has:Observation:patient:date=ge2026-10, 1",
    "_has:Observation:patient:date=le2026, 1",
    "_has:Observation:patient:date=lt2026-10, 0",
    "_has:Observation:patient:_lastUpdated=ge{today}, 1",
    "_has:Observation:patient:_lastUpdated=lt{today}, 0",
    "_has:Observation:patient:_lastUpdated=le{yesterday}, 0",
    "_lastUpdated={today}, 1",
    "_lastUpdated=ne{today}, 0",
    "_lastUpdated=ne{yesterday}, 1",
    "_lastUpdated=lt{today}, 0",
    "_lastUpdated=eb{today}, 0",
    "_lastUpdated=le{yesterday}, 0",
    "_lastUpdated=gt{yesterday}, 1",
    "_lastUpdated=gt{today}, 0",
    "_lastUpdated=ge{yesterday}&_lastUpdated=le{today}, 1",
  })
  void takesADayForTheDayOfBeijing(String query, int expected) {
    OffsetDateTime stored =
        OffsetDateTime.parse(
            Told.json(get("/Patient/" + patient)).at("/meta/lastUpdated").asText());
    LocalDate today = stored.withOffsetSameInstant(ZoneOffset.ofHours(8)).toLocalDate();
    String asked =
        query
            .replace("{today}", today.toString())
            .replace("{yesterday}", today.minusDays(1).toString());
    assertThat(Told.ids(get("/Patient?identifier=" + card + "&" + plain(asked)))).hasSize(expected);
  }

  @Test
  void matchesAConditionByTheWholeMonth() {
    String marker = Running.unique();
    ObjectNode observation = Cast.observation(Cast.patient());
    observation.putArray("identifier").addObject().put("system", "urn:t").put("value", marker);
    String id = Told.id(post("/Observation", observation.toString()));
    for (String date : List.of("ge2026-10", "le2026-10", "le2026")) {
      HttpResponse<String> again =
          send(
              request("/Observation")
                  .header("Content-Type", "application/fhir+json")
                  .header("If-None-Exist", "identifier=urn:t|" + marker + "&date=" + date)
                  .POST(BodyPublishers.ofString(observation.toString())));
      assertThat(again.statusCode()).as(date + again.body()).isEqualTo(200);
      assertThat(Told.id(again)).isEqualTo(id);
    }
  }

  /** Notes by what the searches for one type are sorted first. */
  @Interceptor(order = Stage.TOTAL_ORDER + 1)
  public static class Sorting {
    private final List<String> sorts = new CopyOnWriteArrayList<>();

    @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
    public void searched(SearchParameterMap search, ICachedSearchDetails details) {
      if (details.getResourceType().equals("Slot")) {
        SortSpec sort = search.getSort();
        sorts.add(sort == null ? "" : sort.getParamName());
      }
    }
  }

  @Test
  void ordersTheSearchesOfABundleTotally() {
    RestfulServer engine = Running.bean(RestfulServer.class);
    Sorting sorting = new Sorting();
    engine.registerInterceptor(sorting);
    try {
      post("/", Told.bundle("batch", "GET", "Slot?status=free"));
      post("/", Told.bundle("transaction", "GET", "Slot?status=free"));
      get("/Slot?status=free");
    } finally {
      engine.unregisterInterceptor(sorting);
    }
    assertThat(sorting.sorts).containsExactly("_pid", "_pid", "_pid");
  }

  @Test
  void tellsTheTrueTotalOfAPageBeyondTheEnd() {
    String query = "Observation?patient=" + patient + "&_offset=999";
    assertThat(Told.json(get("/" + query)).path("total").asInt(-1)).isEqualTo(TIED);
    JsonNode entry = Told.json(post("/", Told.bundle("batch", "GET", query)));
    assertThat(entry.at("/entry/0/resource/total").asInt(-1)).isEqualTo(TIED);
  }

  @Test
  void pagesThroughAPostedSearchWithoutPuttingItIntoLinks() {
    List<String> seen = new ArrayList<>();
    HttpResponse<String> page =
        send(
            request("/Observation/_search")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("patient.identifier=" + card + "&_count=90")));
    String next = null;
    do {
      if (next != null) {
        page = get(next.substring(Running.base().toString().length()));
      }
      assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
      seen.addAll(Told.ids(page));
      next = Told.link(page, "next");
      assertThat(String.valueOf(next) + Told.link(page, "previous"))
          .doesNotContain(card, "identifier");
    } while (next != null);
    assertThat(seen).doesNotHaveDuplicates().hasSize(TIED);
  }

  @Test
  void hasAPostedSearchThatIsTooLongForALinkRepeated() {
    String others =
        IntStream.range(0, 300).mapToObj(i -> Running.unique()).collect(Collectors.joining(","));
    String form = "patient.identifier=" + card + "," + others + "&_count=90";
    String next = "/Observation/_search";
    List<String> seen = new ArrayList<>();
    while (next != null) {
      HttpResponse<String> page =
          send(
              request(next)
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .POST(BodyPublishers.ofString(form)));
      assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
      seen.addAll(Told.ids(page));
      String link = Told.link(page, "next");
      next = link == null ? null : link.substring(Running.base().toString().length());
      assertThat(String.valueOf(next)).doesNotContain(card);
    }
    assertThat(seen).doesNotHaveDuplicates().hasSize(TIED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"_page=x", "_page=", "_page=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void refusesALinkThatItDidNotGive(String query) {
    HttpResponse<String> answer = get("/Observation?" + query);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Told.code(answer)).isEqualTo("parameter-invalid");
  }

  @Test
  void saysHowToHaveUnknownParametersIgnoredOnce() {
    HttpResponse<String> answer = get("/Patient?foo=1&bar=2&baz=3");
    assertThat(answer.body().split("handling=lenient", -1)).hasSize(2);
  }

  @Test
  void countsExactlyWhenAsked() {
    HttpResponse<String> accurate =
        get("/Observation?patient=" + patient + "&_total=accurate&_count=3");
    assertThat(Told.json(accurate).path("total").asInt()).isEqualTo(TIED);
    assertThat(Told.json(accurate).path("entry")).hasSize(3);
    HttpResponse<String> count = get("/Observation?patient=" + patient + "&_summary=count");
    assertThat(Told.json(count).path("total").asInt()).isEqualTo(TIED);
    assertThat(Told.json(count).path("entry")).isEmpty();
    HttpResponse<String> zero = get("/Observation?patient=" + patient + "&_count=0");
    assertThat(Told.json(zero).path("total").asInt()).isEqualTo(TIED);
    assertThat(Told.json(zero).path("entry")).isEmpty();
  }

  @Test
  void sortsByTheKeysGiven() {
    String name = Running.unique().substring(0, 8);
    for (String day : List.of("1958-03-16", "1958-03-14", "1958-03-15")) {
      ObjectNode other = Cast.patient(Cast.card()).put("birthDate", day);
      ((ObjectNode) other.at("/name/0")).put("text", name).put("family", name);
      post("/Patient", other.toString());
    }
    assertThat(birthDates("/Patient?name=" + name + "&_sort=birthdate"))
        .containsExactly("1958-03-14", "1958-03-15", "1958-03-16");
    assertThat(birthDates("/Patient?name=" + name + "&_sort=gender,-birthdate"))
        .containsExactly("1958-03-16", "1958-03-15", "1958-03-14");
  }

  @Test
  void includesWhatIsReferredToAndWhatRefers() {
    JsonNode forward =
        Told.json(
            get(
                "/Observation?patient="
                    + patient
                    + "&_count=2&_include=Observation:patient&_include:iterate=Patient:organization"));
    assertThat(types(forward))
        .containsExactlyInAnyOrder("Observation", "Observation", "Patient", "Organization");
    JsonNode back = Told.json(get("/Patient?_id=" + patient + "&_revinclude=Observation:subject"));
    assertThat(types(back)).hasSize(TIED + 1).contains("Patient");
  }

  @Test
  void servesLessWhenAsked() {
    String base = "/Patient?_id=" + patient;
    JsonNode elements = Told.json(get(base + "&_elements=birthDate")).at("/entry/0/resource");
    assertThat(elements.has("birthDate")).isTrue();
    assertThat(elements.has("address")).isFalse();
    assertThat(elements.at("/meta/tag").toString()).contains("SUBSETTED");
    JsonNode summary = Told.json(get(base + "&_summary=true")).at("/entry/0/resource");
    assertThat(summary.has("name")).isTrue();
    assertThat(summary.has("maritalStatus")).isFalse();
    JsonNode data = Told.json(get(base + "&_summary=data")).at("/entry/0/resource");
    assertThat(data.has("maritalStatus")).isTrue();
    assertThat(get(base + "&_summary=text").statusCode()).isEqualTo(200);
  }

  @Test
  void findsValuesWithSpecialCharacters() {
    String value = "a,b|c$d\\e&f=g+h %李" + Running.unique();
    ObjectNode other = Cast.patient(value);
    String id = Told.id(post("/Patient", other.toString()));
    String escaped =
        value.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|").replace("$", "\\$");
    String query = encoded(Cast.HEALTH_CARD + "|" + escaped);
    assertThat(Told.ids(get("/Patient?identifier=" + query))).containsExactly(id);
    HttpResponse<String> again =
        send(
            request("/Patient")
                .header("Content-Type", "application/fhir+json")
                .header("If-None-Exist", "identifier=" + query)
                .POST(BodyPublishers.ofString(other.toString())));
    assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
    assertThat(Told.id(again)).isEqualTo(id);
  }

  private static List<String> types(JsonNode bundle) {
    List<String> types = new ArrayList<>();
    bundle.path("entry").forEach(e -> types.add(e.at("/resource/resourceType").asText()));
    return types;
  }

  private static List<String> birthDates(String query) {
    List<String> dates = new ArrayList<>();
    for (JsonNode entry : Told.json(get(query)).path("entry")) {
      dates.add(entry.at("/resource/birthDate").asText());
    }
    return dates;
  }

  /** A query as a person writes it, made fit for a request line. */
  private static String plain(String query) {
    return List.of(query.split("&")).stream()
        .map(
            part -> {
              String[] sides = part.split("=", 2);
              return encoded(sides[0]) + "=" + encoded(sides[1]);
            })
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
