package org.hutong.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.directory.Registered.all;
import static org.hutong.directory.Registered.created;
import static org.hutong.directory.Registered.institution;
import static org.hutong.directory.Registered.join;
import static org.hutong.directory.Registered.membership;
import static org.hutong.directory.Registered.move;
import static org.hutong.directory.Registered.value;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Facts;
import org.hutong.store.Writes;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** The tree, dated memberships, who takes in what, and how many are seconded. */
class DirectoryIT {
  // The tree has no loops.

  @Test
  void refusesALoopAndNamesIt() {
    String county = institution("甲县医院", "county", null);
    String township = institution("乙镇卫生院", "township", county);
    String village = institution("丙村卫生室", "village", township);
    HttpResponse<String> refused = move(county, village);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(Told.code(refused)).isEqualTo("directory-loop");
    assertThat(Told.places(refused)).containsExactly("Organization.partOf");
    assertThat(refused.body()).contains("甲县医院 → 丙村卫生室 → 乙镇卫生院 → 甲县医院");
    assertThat(Told.json(Running.get("/Organization/" + county)).has("partOf")).isFalse();
    HttpResponse<String> own = move(county, county);
    assertThat(Told.code(own)).as(own.body()).isEqualTo("directory-loop");

    HttpResponse<String> english =
        Running.send(
            Running.json(
                    "/Organization/" + county,
                    "PUT",
                    Registered.organization("甲县医院", "county", village).put("id", county).toString())
                .header("Accept-Language", "en"));
    assertThat(english.body()).contains("administrative parents form a loop");
  }

  @Test
  void refusesALoopThatATransactionWouldMakeOfNewInstitutions() {
    long before = Running.rows();
    ObjectNode bundle = transaction();
    for (int i = 0; i < 3; i++) {
      ObjectNode one = Registered.organization("环" + i, "township", null);
      one.putObject("partOf").put("reference", uuid((i + 1) % 3));
      entry(bundle, "POST", "Organization", one).put("fullUrl", uuid(i));
    }
    HttpResponse<String> refused = Running.post("", bundle.toString());
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(Told.code(refused)).isEqualTo("directory-loop");
    assertThat(Told.places(refused).get(0)).matches("Bundle\\.entry\\[\\d]\\.resource\\.partOf");
    assertThat(Running.rows()).isEqualTo(before);
  }

  @Test
  void lastOfThoseWhoWouldCloseALoopTogetherIsRefused() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 6; round++) {
        List<String> ring = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          ring.add(institution("并发" + i, "township", null));
        }
        List<Callable<Integer>> moves = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          String id = ring.get(i);
          String parent = ring.get((i + 1) % 4);
          moves.add(() -> move(id, parent).statusCode());
        }
        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> each : threads.invokeAll(moves)) {
          statuses.add(each.get());
        }
        assertThat(statuses).containsExactlyInAnyOrder(200, 200, 200, 422);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  // Memberships.

  @Test
  void refusesASecondMembershipInTheSameAllianceAtTheSameTime() {
    String lead = institution("牵头医院", "county", null);
    String member = institution("成员卫生院", "township", null);
    assertThat(join(lead, member, "member", "2024-01-01", "2024-12-31").statusCode())
        .isEqualTo(201);
    HttpResponse<String> refused = join(lead, member, "partner", "2024-12-31", null);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(Told.code(refused)).isEqualTo("membership-overlap");
    assertThat(Told.places(refused)).containsExactly("OrganizationAffiliation.period");
    assertThat(refused.body())
        .contains("成员卫生院", "牵头医院", "2024-01-01 – 2024-12-31", "2024-12-31 – …");
    assertThat(join(lead, member, "member", "2025-01-01", null).statusCode()).isEqualTo(201);
  }

  @Test
  void refusesTwoLeadsAtTheSameTimeButNotASupporter() {
    String one = institution("一县医院", "county", null);
    String two = institution("二县医院", "county", null);
    String member = institution("两属卫生院", "township", null);
    assertThat(join(one, member, "member", "2024-01-01", null).statusCode()).isEqualTo(201);
    HttpResponse<String> refused = join(two, member, "member", "2025-01-01", null);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(Told.code(refused)).isEqualTo("membership-of-two");
    assertThat(refused.body()).contains("两属卫生院", "一县医院", "二县医院");
    assertThat(join(two, member, "partner", "2025-01-01", null).statusCode()).isEqualTo(201);
  }

  @Test
  void refusesALeadThatBelongsToAnotherAlliance() {
    String one = institution("甲县医院", "county", null);
    String two = institution("乙县医院", "county", null);
    String member = institution("甲镇卫生院", "township", null);
    assertThat(join(one, member, "member", "2024-01-01", null).statusCode()).isEqualTo(201);
    HttpResponse<String> joins = join(two, one, "member", "2025-01-01", null);
    assertThat(joins.statusCode()).as(joins.body()).isEqualTo(422);
    assertThat(Told.code(joins)).isEqualTo("membership-of-two");
    assertThat(join(two, one, "partner", "2025-01-01", null).statusCode()).isEqualTo(201);

    String late = institution("丙县医院", "county", null);
    assertThat(join(two, late, "member", "2024-01-01", "2024-12-31").statusCode()).isEqualTo(201);
    String its = institution("丙镇卫生院", "township", null);
    HttpResponse<String> leads = join(late, its, "member", "2024-06-01", null);
    assertThat(leads.statusCode()).as(leads.body()).isEqualTo(422);
    assertThat(leads.body()).contains("丙县医院", "乙县医院");
    assertThat(join(late, its, "member", "2025-01-01", null).statusCode()).isEqualTo(201);
  }

  @Test
  void movesAMemberFromOneAllianceToAnotherInOneTransaction() {
    String one = institution("旧县医院", "county", null);
    String two = institution("新县医院", "county", null);
    String member = institution("改属卫生院", "township", null);
    String former =
        created("/OrganizationAffiliation", membership(one, member, "member", "2024-01-01", null));
    ObjectNode bundle = transaction();
    entry(
        bundle,
        "POST",
        "OrganizationAffiliation",
        membership(two, member, "member", "2026-01-01", null));
    ObjectNode ended = membership(one, member, "member", "2024-01-01", "2025-12-31");
    ended.put("id", former);
    entry(bundle, "PUT", "OrganizationAffiliation/" + former, ended);
    HttpResponse<String> done = Running.post("", bundle.toString());
    assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    assertThat(lead(tree(member, "2025-12-31"), member)).isEqualTo("Organization/" + one);
    assertThat(lead(tree(member, "2026-01-01"), member)).isEqualTo("Organization/" + two);
  }

  @Test
  void refusesAPeriodThatEndsBeforeItBegins() {
    String lead = institution("牵头医院", "county", null);
    String member = institution("成员卫生院", "township", null);
    HttpResponse<String> refused = join(lead, member, "member", "2025-01-01", "2024-01-01");
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(Told.places(refused)).contains("OrganizationAffiliation.period");
  }

  // The tree as of a day.

  @Test
  void showsTheAllianceAsOfADay() {
    String lead = institution("县人民医院", "county", null);
    String township = institution("清河镇卫生院", "township", lead);
    String village = institution("柳溪村卫生室", "village", township);
    String late = institution("后来加入的卫生院", "township", null);
    String outside = institution("市第一医院", "external", null);
    assertThat(join(lead, township, "member", "2024-01-01", null).statusCode()).isEqualTo(201);
    assertThat(join(lead, late, "member", "2025-07-01", "2026-06-30").statusCode()).isEqualTo(201);
    assertThat(join(lead, outside, "partner", "2025", "2025").statusCode()).isEqualTo(201);

    JsonNode before = tree(lead, "2024-06-01");
    assertThat(ids(before)).containsExactlyInAnyOrder(lead, township, village);
    assertThat(node(before, lead).toString()).contains("\"lead\"");
    assertThat(value(node(before, township), "tier")).isEqualTo("township");
    assertThat(value(node(before, township), "parent")).isEqualTo("Organization/" + lead);
    assertThat(value(node(before, village), "parent")).isEqualTo("Organization/" + township);
    assertThat(all(node(before, village), "membership")).isEmpty();

    assertThat(ids(tree(lead, "2025-06-30"))).contains(outside).doesNotContain(late);
    JsonNode within = tree(lead, "2025-07-01");
    assertThat(ids(within)).contains(late, outside);
    JsonNode joined = all(node(within, late), "membership").get(0);
    assertThat(value(joined, "role")).isEqualTo("member");
    assertThat(value(joined, "period"))
        .isEqualTo("{\"start\":\"2025-07-01\",\"end\":\"2026-06-30\"}");
    assertThat(ids(tree(lead, "2026-01-01"))).contains(late).doesNotContain(outside);
    assertThat(ids(tree(lead, "2026-07-01"))).containsExactlyInAnyOrder(lead, township, village);
    assertThat(ids(Told.json(Running.get("/Organization/$tree?date=2024-06-01"))))
        .contains(lead, township, village)
        .doesNotContain(late, outside);
    assertThat(value(Told.json(Running.get("/Organization/" + lead + "/$tree")), "date"))
        .isEqualTo(LocalDate.now(Facts.BEIJING).toString());
    HttpResponse<String> posted =
        Running.post(
            "/Organization/" + lead + "/$tree",
            """
            {"resourceType":"Parameters","parameter":[{"name":"date","valueDate":"2024-06-01"}]}
            """);
    assertThat(ids(Told.json(posted))).hasSize(3);
  }

  @Test
  void takesMembershipsThatBeginAndEndWithinADay() {
    String lead = institution("县中医院", "county", null);
    String township = institution("石桥镇卫生院", "township", null);
    HttpResponse<String> joined =
        join(lead, township, "member", "2025-04-01T08:00:00+08:00", "2025-04-30T12:00:00+08:00");
    assertThat(joined.statusCode()).as(joined.body()).isEqualTo(201);
    assertThat(value(all(node(tree(lead, "2025-04-15"), township), "membership").get(0), "period"))
        .isEqualTo(
            "{\"start\":\"2025-04-01T08:00:00+08:00\",\"end\":\"2025-04-30T12:00:00+08:00\"}");
    HttpResponse<String> again =
        join(lead, township, "member", "2025-04-30T12:00:00+08:00", "2025-04-30T23:59:59+08:00");
    assertThat(again.statusCode()).as(again.body()).isEqualTo(422);
    assertThat(
            join(lead, township, "member", "2025-04-30T12:00:01+08:00", "2025-04-30T23:59:59+08:00")
                .statusCode())
        .isEqualTo(201);
    assertThat(ids(tree(lead, "2025-04-30"))).contains(township);
  }

  @Test
  void remembersUnderWhomAnInstitutionWas() {
    String one = institution("原上级", "county", null);
    String two = institution("新上级", "county", null);
    String moved = institution("划转的卫生院", "township", one);
    assertThat(move(moved, two).statusCode()).isEqualTo(200);
    // As if that had happened yesterday, and not just now.
    Running.bean(JdbcTemplate.class)
        .update(
            """
            update hutong.organization o
            set since = case when since = '-infinity' then since else since - interval '1 day' end,
                until = case when until = 'infinity' then until else until - interval '1 day' end
            from public.hfj_resource f where f.res_id = o.org and f.fhir_id = ?
            """,
            moved);
    String before = LocalDate.now(Facts.BEIJING).minusDays(2).toString();
    assertThat(ids(tree(one, before))).containsExactly(one, moved);
    assertThat(ids(tree(two, before))).containsExactly(two);
    String today = LocalDate.now(Facts.BEIJING).toString();
    assertThat(ids(tree(one, today))).containsExactly(one);
    assertThat(ids(tree(two, today))).containsExactly(two, moved);
  }

  @Test
  void makesAnewWhatWasStoredBeforeThereWasADirectory() {
    String lead = institution("早有的医院", "county", null);
    String member = institution("早有的卫生院", "township", lead);
    assertThat(join(lead, member, "member", "2024-01-01", null).statusCode()).isEqualTo(201);
    JsonNode before = tree(lead, "2026-01-01");
    JdbcTemplate jdbc = Running.bean(JdbcTemplate.class);
    List<Long> rows =
        jdbc.queryForList(
            "select res_id from public.hfj_resource where fhir_id in (?, ?)",
            Long.class,
            lead,
            member);
    Long affiliation =
        jdbc.queryForObject(
            "select m.affiliation from hutong.membership m where m.member = any(?)",
            Long.class,
            (Object) rows.toArray(Long[]::new));
    jdbc.update(
        "delete from hutong.organization where org = any(?)", (Object) rows.toArray(Long[]::new));
    jdbc.update(
        "delete from hutong.directory_code where listed = any(?)",
        (Object) rows.toArray(Long[]::new));
    jdbc.update("delete from hutong.membership where affiliation = ?", affiliation);
    assertThat(ids(tree(lead, "2026-01-01"))).isEmpty();
    Writes writes = Running.bean(Writes.class);
    Running.bean(Organizations.class).renew(new HashMap<>(writes.read(rows)));
    Running.bean(Memberships.class)
        .renew(new HashMap<>(writes.read(List.of(affiliation == null ? 0 : affiliation))));
    assertThat(tree(lead, "2026-01-01")).isEqualTo(before);
  }

  @Test
  void leavesDepartmentsAndWhatIsDeletedOut() {
    String hospital = institution("有科室的医院", "county", null);
    ObjectNode department = (ObjectNode) Told.json("{\"resourceType\":\"Organization\"}");
    department
        .putArray("type")
        .addObject()
        .putArray("coding")
        .addObject()
        .put("system", "http://terminology.hl7.org/CodeSystem/organization-type")
        .put("code", "dept");
    department.put("name", "内科").putObject("partOf").put("reference", "Organization/" + hospital);
    created("/Organization", department);
    String closed = institution("撤销的卫生室", "village", hospital);
    assertThat(ids(tree(hospital, "2026-01-01"))).containsExactly(hospital, closed);
    assertThat(Running.delete("/Organization/" + closed).statusCode()).isEqualTo(200);
    assertThat(ids(Told.json(Running.get("/Organization/" + hospital + "/$tree"))))
        .containsExactly(hospital);
  }

  @Test
  void refusesWhatItDoesNotUnderstand() {
    String hospital = institution("被问的医院", "county", null);
    for (Map.Entry<String, String> wrong :
        Map.of(
                "/Organization/" + hospital + "/$tree?date=2024-02-30",
                "parameter-invalid",
                "/Organization/" + hospital + "/$tree?dtae=2024-02-01",
                "parameter-unknown",
                "/Organization/$tree?date=2024-02-01&date=2024-02-02",
                "parameter-invalid",
                "/Organization/no-such-thing/$tree",
                "not-found",
                "/HealthcareService/$receivers?direction=sideways",
                "parameter-invalid",
                "/HealthcareService/$receivers?at=2024-02-01",
                "parameter-invalid",
                "/HealthcareService/$receivers?from=XYZ",
                "parameter-invalid",
                "/PractitionerRole/$secondments?period-start=2024-01-01",
                "parameter-missing",
                "/PractitionerRole/$secondments?period-start=2024-01-02&period-end=2024-01-01",
                "parameter-invalid")
            .entrySet()) {
      assertThat(Told.code(Running.get(wrong.getKey())))
          .as(wrong.getKey())
          .isEqualTo(wrong.getValue());
    }
  }

  // Who takes in what, when.

  @Test
  void knowsWhoTakesInAReferralAtAnInstant() {
    String lead = institution("县人民医院", "county", null);
    String township = institution("转出的卫生院", "township", lead);
    String outside = institution("外院", "external", null);
    String stranger = institution("未入医共体的医院", "county", null);
    assertThat(join(lead, township, "member", "2024-01-01", null).statusCode()).isEqualTo(201);
    assertThat(join(lead, outside, "partner", "2024-01-01", "2025-12-31").statusCode())
        .isEqualTo(201);
    String chest =
        service(lead, "胸痛中心", List.of("referral"), List.of("up"), List.of("chest-pain"), "0304");
    String general = service(lead, "转诊办", List.of("referral"), List.of("up"), List.of(), "03");
    ObjectNode hours =
        serviceOf(township, "康复门诊", List.of("referral"), List.of("down"), List.of(), "21");
    ObjectNode open = hours.putArray("availableTime").addObject();
    open.putArray("daysOfWeek").add("mon").add("tue");
    open.put("availableStartTime", "08:00:00").put("availableEndTime", "17:30:00");
    hours
        .putArray("notAvailable")
        .addObject()
        .put("description", "春节")
        .putObject("during")
        .put("start", "2026-02-16")
        .put("end", "2026-02-23");
    String rehabilitation = created("/HealthcareService", hours);
    String far =
        service(outside, "会诊转诊", List.of("referral"), List.of("out-of-county"), List.of(), "0304");
    String foreign =
        service(stranger, "无关", List.of("referral"), List.of("up"), List.of("chest-pain"), "0304");
    String ecg = service(lead, "心电诊断中心", List.of("remote-ecg"), List.of(), List.of(), "3206");

    String from = "&from=Organization/" + township;
    String monday = "&at=2026-10-12T09:00:00%2B08:00";
    assertThat(receivers("direction=up" + from + monday)).containsExactly(chest, general);
    assertThat(receivers("direction=up&channel=chest-pain" + monday))
        .contains(chest)
        .doesNotContain(foreign, general);
    assertThat(receivers("specialty=0304&direction=up" + from + monday))
        .containsExactly(chest, general);
    assertThat(receivers("specialty=0401" + from + monday)).isEmpty();
    assertThat(receivers("kind=remote-ecg" + from + monday)).containsExactly(ecg);
    assertThat(receivers("direction=out-of-county" + from + monday)).isEmpty();
    assertThat(receivers("direction=out-of-county" + from + "&at=2025-12-31T23:59:00%2B08:00"))
        .containsExactly(far);

    String down = "direction=down&from=Organization/" + lead + "&at=";
    assertThat(receivers(down + "2026-10-12T17:29:59%2B08:00")).containsExactly(rehabilitation);
    assertThat(receivers(down + "2026-10-12T17:30:00%2B08:00")).isEmpty();
    assertThat(receivers(down + "2026-10-14T09:00:00%2B08:00")).isEmpty();
    assertThat(receivers(down + "2026-02-23T09:00:00%2B08:00")).isEmpty();
    assertThat(receivers(down + "2026-02-24T09:00:00%2B08:00")).containsExactly(rehabilitation);

    ObjectNode shut = (ObjectNode) Told.json(Running.get("/HealthcareService/" + ecg));
    shut.put("active", false).remove("meta");
    assertThat(Running.put("/HealthcareService/" + ecg, shut.toString()).statusCode())
        .isEqualTo(200);
    assertThat(receivers("kind=remote-ecg" + from + monday)).isEmpty();
  }

  // Secondments.

  @Test
  void countsPersonsAndPersonTimes() {
    String home = institution("派出医院", "county", null);
    String one = institution("甲乡卫生院", "township", home);
    String two = institution("乙乡卫生院", "township", home);
    String certificate = "110" + Running.unique().replaceAll("\\D", "").substring(0, 10);
    String busy = Registered.practitioner("巴特尔", certificate);
    String again = Registered.practitioner("巴特尔", certificate);
    String other =
        Registered.practitioner(
            "萨仁", "111" + Running.unique().replaceAll("\\D", "").substring(0, 10));
    Registered.second(busy, home, one, "touring", "2025-01-10", "2025-01-31");
    Registered.second(busy, home, one, "touring", "2025-03-01", "2025-03-01");
    Registered.second(again, home, two, "resident", "2025-06-30", null);
    Registered.second(other, home, two, "resident", "2024-01-01", "2024-12-31");

    String asked = "&organization=Organization/" + home;
    JsonNode half = secondments("2025-01-01", "2025-06-30", asked);
    assertThat(count(all(half, "total").get(0))).isEqualTo("1/3");
    assertThat(all(half, "kind").stream().map(kind -> value(kind, "code") + count(kind)))
        .containsExactly("resident1/1", "touring1/2");
    assertThat(all(half, "home").stream().map(each -> value(each, "organization") + count(each)))
        .containsExactly("Organization/" + home + "1/3");
    assertThat(
            all(half, "receiving").stream().map(each -> value(each, "organization") + count(each)))
        .containsExactlyInAnyOrder("Organization/" + one + "1/2", "Organization/" + two + "1/1");
    assertThat(half.toString()).doesNotContain("巴特尔", certificate, busy);

    assertThat(count(all(secondments("2025-06-29", "2025-06-29", asked), "total").get(0)))
        .isEqualTo("0/0");
    assertThat(count(all(secondments("2024-12-31", "2025-01-10", asked), "total").get(0)))
        .isEqualTo("2/2");
    assertThat(
            count(
                all(secondments("2024-01-01", "2025-12-31", "&organization=" + one), "total")
                    .get(0)))
        .isEqualTo("1/2");
  }

  private static JsonNode secondments(String start, String end, String more) {
    HttpResponse<String> answer =
        Running.get(
            "/PractitionerRole/$secondments?period-start=" + start + "&period-end=" + end + more);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Told.json(answer);
  }

  private static String count(JsonNode counted) {
    return value(counted, "persons") + "/" + value(counted, "personTimes");
  }

  private static List<String> receivers(String query) {
    HttpResponse<String> answer = Running.get("/HealthcareService/$receivers?" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return all(Told.json(answer), "receiver").stream()
        .map(receiver -> value(receiver, "service").replace("HealthcareService/", ""))
        .toList();
  }

  private static String service(
      String provider,
      String name,
      List<String> kinds,
      List<String> directions,
      List<String> channels,
      String specialty) {
    return created(
        "/HealthcareService", serviceOf(provider, name, kinds, directions, channels, specialty));
  }

  private static ObjectNode serviceOf(
      String provider,
      String name,
      List<String> kinds,
      List<String> directions,
      List<String> channels,
      String specialty) {
    ObjectNode service = (ObjectNode) Told.json("{\"resourceType\":\"HealthcareService\"}");
    service.put("active", true).put("name", name);
    service.putObject("providedBy").put("reference", "Organization/" + provider);
    Map<String, Stream<String>> codes = new HashMap<>();
    codes.put("type request-category", kinds.stream());
    codes.put("characteristic referral-direction", directions.stream());
    codes.put("characteristic green-channel", channels.stream());
    codes.put("specialty specialty", Stream.of(specialty));
    codes.forEach(
        (place, all) ->
            all.forEach(
                code ->
                    service
                        .withArray(place.split(" ")[0])
                        .addObject()
                        .putArray("coding")
                        .addObject()
                        .put("system", Canonical.BASE + "/CodeSystem/" + place.split(" ")[1])
                        .put("code", code)));
    return service;
  }

  private static JsonNode tree(String id, String date) {
    HttpResponse<String> answer = Running.get("/Organization/" + id + "/$tree?date=" + date);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Told.json(answer);
  }

  private static Set<String> ids(JsonNode tree) {
    Set<String> ids = new LinkedHashSet<>();
    all(tree, "institution")
        .forEach(node -> ids.add(value(node, "organization").replace("Organization/", "")));
    return ids;
  }

  private static JsonNode node(JsonNode tree, String id) {
    return all(tree, "institution").stream()
        .filter(node -> value(node, "organization").equals("Organization/" + id))
        .findFirst()
        .orElseThrow();
  }

  private static String lead(JsonNode tree, String id) {
    return value(all(node(tree, id), "membership").get(0), "lead");
  }

  private static ObjectNode transaction() {
    return (ObjectNode) Told.json("{\"resourceType\":\"Bundle\",\"type\":\"transaction\"}");
  }

  private static ObjectNode entry(
      ObjectNode bundle, String method, String url, ObjectNode resource) {
    ObjectNode entry = bundle.withArray("entry").addObject();
    entry.putObject("request").put("method", method).put("url", url);
    entry.set("resource", resource);
    return entry;
  }

  private static String uuid(int number) {
    return "urn:uuid:00000000-0000-4000-8000-00000000000" + number;
  }
}
