package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.identity.Someone.linked;
import static org.hutong.identity.Someone.person;
import static org.hutong.identity.Someone.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.hutong.Running;
import org.hutong.Told;
import org.hutong.fhir.Canonical;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class StewardIT {
  private static String parameters(String... namesAndValues) {
    ObjectNode parameters = (ObjectNode) Told.json("{\"resourceType\":\"Parameters\"}");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      ObjectNode parameter = parameters.withArray("parameter").addObject();
      parameter.put("name", namesAndValues[i]);
      if (namesAndValues[i + 1].startsWith("Patient/")) {
        parameter.putObject("valueReference").put("reference", namesAndValues[i + 1]);
      } else {
        parameter.put("valueString", namesAndValues[i + 1]);
      }
    }
    return parameters.toString();
  }

  private static HttpResponse<String> decide(String operation, String one, String other) {
    return Running.post(
        "/Patient/" + operation,
        parameters("patient", "Patient/" + one, "other", "Patient/" + other, "reason", "与本人核对"));
  }

  private static String decided(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return value(Told.json(answer), "decision");
  }

  private static HttpResponse<String> undo(String decision) {
    return Running.post("/Patient/$link-undo", parameters("decision", decision, "reason", "判断有误"));
  }

  private static String value(JsonNode parameters, String name) {
    for (JsonNode parameter : parameters.path("parameter")) {
      if (parameter.path("name").asText().equals(name)) {
        for (String type : List.of("valueString", "valueUuid", "valueCode", "valueBoolean")) {
          if (parameter.has(type)) {
            return parameter.path(type).asText();
          }
        }
        return parameter.at("/valueReference/reference").asText();
      }
    }
    return "";
  }

  private static String problem(HttpResponse<String> answer) {
    return Told.json(answer).at("/issue/0/details/coding/0/code").asText();
  }

  private static JsonNode queue(String patient) {
    return Told.json(Running.get("/Patient/$link-queue?patient=Patient/" + patient));
  }

  @Test
  void asksAndLinksAndUndoes() {
    Someone someone = Someone.woman();
    String one = store(someone.registered("李秀兰"));
    String two = store(someone.registered("王桂英"));
    JsonNode task = queue(two).at("/entry/0/resource");
    assertThat(task.path("resourceType").asText()).isEqualTo("Task");
    assertThat(task.at("/reasonCode/coding/0/code").asText()).isEqualTo("proof-other-name");
    assertThat(task.at("/reasonCode/text").asText()).isEqualTo("证件相同而姓名不同");
    assertThat(List.of(task.at("/for/reference").asText(), task.at("/focus/reference").asText()))
        .containsExactlyInAnyOrder("Patient/" + one, "Patient/" + two);

    JsonNode compared =
        Told.json(
            Running.get("/Patient/$link-compare?patient=Patient/" + one + "&other=Patient/" + two));
    assertThat(value(compared, "verdict")).isEqualTo("possible");
    assertThat(compared.toString()).contains("李秀兰", "王桂英", "born-same-day", someone.number());

    String first = person(one).path("id").asText();
    String second = person(two).path("id").asText();
    String decision = decided(decide("$link", one, two));
    assertThat(linked(one)).containsExactly("Patient/" + one, "Patient/" + two);
    assertThat(queue(one).path("total").asInt()).isZero();
    JsonNode joined = person(two);
    assertThat(joined.at("/link/1/assurance").asText()).isEqualTo("level4");
    assertThat(joined.at("/extension/0/valueUuid").asText()).isEqualTo("urn:uuid:" + decision);
    JsonNode left = Told.json(Running.get("/Person/" + second));
    assertThat(left.path("active").asBoolean()).isFalse();
    assertThat(left.at("/link/0/target/reference").asText()).isEqualTo("Person/" + first);

    decided(undo(decision));
    assertThat(person(one).path("id").asText()).isEqualTo(first);
    assertThat(person(two).path("id").asText()).isEqualTo(second);
    assertThat(queue(one).path("total").asInt()).isEqualTo(1);
    assertThat(problem(undo(decision))).isEqualTo("decision-undone");

    JsonNode told = Told.json(Running.get("/Patient/$link-decisions?patient=Patient/" + one));
    List<String> kinds = new ArrayList<>();
    told.path("entry").forEach(e -> kinds.add(e.at("/resource/activity/coding/0/code").asText()));
    assertThat(kinds).containsExactly("undo", "link");
    assertThat(told.at("/entry/1/resource/reason/0/text").asText()).isEqualTo("与本人核对");
  }

  @Test
  void keepsApartWhatWasUnlinkedUntilThatIsUndone() {
    Someone someone = Someone.woman();
    String one = store(someone.registered("何春兰"));
    String two = store(someone.registered("何春兰"));
    String person = person(one).path("id").asText();
    String decision = decided(decide("$unlink", one, two));
    assertThat(linked(one)).containsExactly("Patient/" + one);
    assertThat(linked(two)).containsExactly("Patient/" + two);

    ObjectNode changed = someone.registered("何春兰");
    changed
        .put("id", two)
        .put("birthDate", someone.born())
        .putArray("telecom")
        .addObject()
        .put("system", "phone")
        .put("value", "13900139000");
    assertThat(Running.put("/Patient/" + two, changed.toString()).statusCode()).isEqualTo(200);
    assertThat(linked(two)).containsExactly("Patient/" + two);
    assertThat(queue(two).path("total").asInt()).isZero();

    String third = store(someone.registered("何春兰"));
    assertThat(linked(third)).as("claimed by two who are held apart").hasSize(1);
    assertThat(queue(third).path("total").asInt()).isEqualTo(2);

    decided(undo(decision));
    assertThat(linked(one)).containsExactly(ids(one, two, third));
    assertThat(person(one).path("id").asText()).isEqualTo(person);
  }

  @Test
  void refusesToJoinWhatIsHeldApart() {
    Someone someone = Someone.woman();
    String one = store(someone.registered("许玉兰"));
    String two = store(someone.registered("许玉兰"));
    String other = store(Someone.woman().registered("沈桂芝"));
    String apart = decided(decide("$unlink", one, two));
    decided(decide("$link", one, other));
    HttpResponse<String> refused = decide("$link", other, two);
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(problem(refused)).isEqualTo("link-held-apart");
    assertThat(refused.body()).contains(apart);
    assertThat(problem(decide("$link", one, one))).isEqualTo("link-alone");
    decided(decide("$link", two, one));
    assertThat(linked(two)).hasSize(3);
  }

  @Test
  void twoUndosOfAChainLeaveThreePeople() {
    String one = store(Someone.woman().registered("秦一鸣"));
    String two = store(Someone.woman().registered("尤二妹"));
    String three = store(Someone.woman().registered("许三多"));
    String first = decided(decide("$link", one, two));
    String second = decided(decide("$link", two, three));
    decided(undo(first));
    assertThat(linked(one)).containsExactly("Patient/" + one);
    assertThat(linked(two)).containsExactly("Patient/" + two, "Patient/" + three);
    decided(undo(second));
    for (String patient : List.of(one, two, three)) {
      assertThat(linked(patient)).containsExactly("Patient/" + patient);
    }
  }

  @Test
  void anUpdateOfAThirdTearsNoLinkOfASteward() {
    Someone someone = Someone.woman();
    String one = store(someone.registered("金凤云"));
    String third = store(someone.registered("金凤云"));
    String other = store(Someone.woman().registered("卫桂英"));
    decided(decide("$link", one, other));
    ObjectNode changed = someone.registered("金凤云");
    changed.put("id", third);
    changed.putArray("telecom").addObject().put("system", "phone").put("value", "13900139001");
    assertThat(Running.put("/Patient/" + third, changed.toString()).statusCode()).isEqualTo(200);
    assertThat(linked(third)).hasSize(3);
    String late = store(someone.registered("金凤云"));
    assertThat(linked(late)).hasSize(4);
  }

  @Test
  void staysApartThroughDeletion() {
    Someone someone = Someone.woman();
    String one = store(someone.registered("柳春梅"));
    String two = store(someone.registered("柳春梅"));
    decided(decide("$unlink", one, two));
    assertThat(Running.delete("/Patient/" + two).statusCode()).isEqualTo(200);
    ObjectNode back = someone.registered("柳春梅");
    back.put("id", two);
    assertThat(Running.put("/Patient/" + two, back.toString()).statusCode()).isIn(200, 201);
    assertThat(linked(two)).containsExactly("Patient/" + two);
  }

  @Test
  void mergesNothingThatIsHeldApartAndUnlinksNothingMerged() {
    Someone someone = Someone.woman();
    String source = store(someone.unnumbered("洪玉珍"));
    String target = store(someone.registered("洪玉珍"));
    String ask =
        parameters("source-patient", "Patient/" + source, "target-patient", "Patient/" + target);
    String apart = decided(decide("$unlink", source, target));
    assertThat(problem(Running.post("/Patient/$merge", ask))).isEqualTo("link-held-apart");
    decided(undo(apart));
    String merged = decided(Running.post("/Patient/$merge", ask));
    HttpResponse<String> refused = decide("$unlink", source, target);
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("link-merged", merged);
  }

  @Test
  void pagesThroughTheQueueAndThroughPersons() {
    Someone someone = Someone.woman();
    List<String> all = new ArrayList<>();
    for (String name : List.of("鲁一", "韦二花", "昌三妹", "马四凤")) {
      all.add(store(someone.registered(name)));
    }
    String last = all.get(3);
    JsonNode page = Told.json(Running.get("/Patient/$link-queue?_count=1&patient=Patient/" + last));
    int pages = 1;
    while (page.at("/link/1/relation").asText().equals("next")) {
      String next = page.at("/link/1/url").asText();
      assertThat(next).containsPattern("_after=-?[0-9]+[.][0-9a-f-]{36}[.][0-9a-f-]{36}$");
      page = Told.json(Running.get(next.substring(next.indexOf("/Patient"))));
      assertThat(page.path("entry").size()).isEqualTo(1);
      pages++;
    }
    assertThat(pages).isEqualTo(page.path("total").asInt()).isEqualTo(3);

    List<String> ids = new ArrayList<>();
    all.forEach(patient -> ids.add(person(patient).path("id").asText()));
    JsonNode persons = Told.json(Running.get("/Person?_count=3&_id=" + String.join(",", ids)));
    assertThat(persons.path("total").asInt()).isEqualTo(4);
    assertThat(persons.path("entry").size()).isEqualTo(3);
    String next = "";
    for (JsonNode link : persons.path("link")) {
      next = link.path("relation").asText().equals("next") ? link.path("url").asText() : next;
    }
    JsonNode rest = Told.json(Running.get(next.substring(next.indexOf("/Person"))));
    assertThat(rest.path("entry").size()).as(next).isEqualTo(1);
    assertThat(
            Told.json(Running.get("/Person?_id=" + ids.get(0) + "&_id=" + ids.get(1)))
                .path("total")
                .asInt())
        .isZero();
  }

  @Test
  void wantsAReasonAndWhatExists() {
    Someone someone = Someone.woman();
    String one = store(someone.registered("许玉兰"));
    HttpResponse<String> missing =
        Running.post(
            "/Patient/$link", parameters("patient", "Patient/" + one, "other", "Patient/" + one));
    assertThat(missing.statusCode()).isEqualTo(400);
    assertThat(problem(missing)).isEqualTo("parameter-missing");
    assertThat(decide("$link", one, "0b4f1f3e-0000-4000-8000-000000000000").statusCode())
        .isEqualTo(404);
    assertThat(Running.get("/Patient/$link?patient=Patient/" + one).statusCode()).isEqualTo(405);
    assertThat(undo("0b4f1f3e-0000-4000-8000-000000000000").statusCode()).isEqualTo(404);
    assertThat(problem(undo("7"))).isEqualTo("parameter-invalid");
  }

  @Test
  void sendsAStewardAwayWhenOthersTakeTooLong() {
    Someone someone = Someone.woman();
    String one = store(someone.registered("傅玉珍"));
    String two = store(someone.registered("傅春花"));
    TransactionTemplate other =
        new TransactionTemplate(Running.bean(PlatformTransactionManager.class));
    other.executeWithoutResult(
        status -> {
          Running.bean(Persons.class).holdBack();
          HttpResponse<String> refused = decide("$link", one, two);
          assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
          assertThat(refused.headers().firstValue("Retry-After")).contains("2");
        });
    decided(decide("$link", one, two));
  }

  @Test
  void relatesANewbornToTheMotherWhicheverComesFirst() {
    Someone mother = Someone.woman();
    ObjectNode newborn = mother.registered("程秀英之女");
    newborn.put("birthDate", "2026-01-02");
    String child = store(newborn);
    String woman = store(mother.registered("程秀英"));
    assertThat(linked(woman)).containsExactly("Patient/" + woman);
    assertThat(person(child).at("/extension/0/valueReference/reference").asText())
        .isEqualTo("Person/" + person(woman).path("id").asText());
    assertThat(person(woman).at("/extension/0/url").asText()).endsWith("person-child");
    assertThat(queue(child).path("total").asInt()).isZero();
  }

  @Test
  void believesNoNumberThatIsTypedForEverybody() {
    Someone someone = Someone.woman();
    List<String> others = new ArrayList<>();
    for (String name : List.of("甘玉珍", "卜桂兰", "柏春花", "窦秀珍", "章凤霞", "苗素琴")) {
      others.add(store(someone.registered(name)));
    }
    ObjectNode undated = someone.registered("甘玉珍");
    undated.remove("birthDate");
    String late = store(undated);
    assertThat(linked(late)).containsExactly("Patient/" + late);
    assertThat(linked(others.get(0))).hasSize(1);
  }

  @Test
  void refusesPatientsThatReplaceEachOther() {
    String one = store(Someone.woman().registered("牛秀云"));
    String two = store(Someone.woman().registered("牛秀云"));
    ObjectNode first = Someone.woman().registered("牛秀云");
    first.put("id", one);
    first
        .putArray("link")
        .addObject()
        .put("type", "replaced-by")
        .putObject("other")
        .put("reference", "Patient/" + two);
    assertThat(Running.put("/Patient/" + one, first.toString()).statusCode()).isEqualTo(200);
    ObjectNode second = Someone.woman().registered("牛秀云");
    second.put("id", two);
    second
        .putArray("link")
        .addObject()
        .put("type", "replaced-by")
        .putObject("other")
        .put("reference", "Patient/" + one);
    HttpResponse<String> refused = Running.put("/Patient/" + two, second.toString());
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(problem(refused)).isEqualTo("link-cycle");
    assertThat(refused.body()).contains("Patient/" + one, "Patient/" + two);
    first
        .withArray("link")
        .addObject()
        .put("type", "seealso")
        .putObject("other")
        .put("reference", "Patient/" + one);
    assertThat(Running.put("/Patient/" + one, first.toString()).statusCode()).isEqualTo(422);
  }

  @Test
  void mergesWithinAnInstitutionAndUndoes() {
    Someone someone = Someone.woman();
    String source = store(someone.unnumbered("姚桂芳"));
    String target = store(someone.registered("姚桂芳"));
    String ask =
        parameters("source-patient", "Patient/" + source, "target-patient", "Patient/" + target);
    ObjectNode preview = (ObjectNode) Told.json(ask);
    preview.withArray("parameter").addObject().put("name", "preview").put("valueBoolean", true);
    HttpResponse<String> shown = Running.post("/Patient/$merge", preview.toString());
    assertThat(shown.statusCode()).as(shown.body()).isEqualTo(200);
    assertThat(shown.body()).contains("\"replaces\"", "mergeable");
    assertThat(Told.json(Running.get("/Patient/" + source)).has("link")).isFalse();

    HttpResponse<String> merged = Running.post("/Patient/$merge", ask);
    String decision = decided(merged);
    JsonNode given = Told.json(Running.get("/Patient/" + source));
    assertThat(given.path("active").asBoolean()).isFalse();
    assertThat(given.at("/link/0/type").asText()).isEqualTo("replaced-by");
    assertThat(given.at("/link/0/other/reference").asText()).isEqualTo("Patient/" + target);
    JsonNode stays = Told.json(Running.get("/Patient/" + target));
    assertThat(stays.at("/link/0/type").asText()).isEqualTo("replaces");
    assertThat(stays.path("identifier").size()).isEqualTo(3);
    assertThat(stays.at("/identifier/2/use").asText()).isEqualTo("old");
    assertThat(linked(source)).containsExactly("Patient/" + source, "Patient/" + target);
    assertThat(problem(Running.post("/Patient/$merge", ask))).isEqualTo("merge-replaced");

    decided(undo(decision));
    assertThat(Told.json(Running.get("/Patient/" + source)).has("link")).isFalse();
    JsonNode again = Told.json(Running.get("/Patient/" + target));
    assertThat(again.has("link")).isFalse();
    assertThat(again.path("identifier").size()).isEqualTo(2);
  }

  @Test
  void refusesMergesThatMustNotBe() {
    Someone someone = Someone.woman();
    String one = store(someone.registered("康玉珍"));
    String two = store(Someone.woman().registered("康玉珍"));
    HttpResponse<String> numbers =
        Running.post(
            "/Patient/$merge",
            parameters("source-patient", "Patient/" + one, "target-patient", "Patient/" + two));
    assertThat(problem(numbers)).isEqualTo("merge-two-numbers");
    assertThat(
            problem(
                Running.post(
                    "/Patient/$merge",
                    parameters(
                        "source-patient", "Patient/" + one, "target-patient", "Patient/" + one))))
        .isEqualTo("link-alone");
    HttpResponse<String> stale =
        Running.post(
            "/Patient/$merge",
            parameters(
                "source-patient",
                "Patient/" + one + "/_history/7",
                "target-patient",
                "Patient/" + two));
    assertThat(stale.statusCode()).isEqualTo(412);

    HttpResponse<String> elsewhere =
        Running.send(
            Running.json("/Patient", "POST", someone.unnumbered("康玉珍").toString())
                .header("X-Hutong-Institution", "OTHER-1"));
    assertThat(elsewhere.statusCode()).as(elsewhere.body()).isEqualTo(201);
    HttpResponse<String> across =
        Running.post(
            "/Patient/$merge",
            parameters(
                "source-patient",
                "Patient/" + Told.id(elsewhere),
                "target-patient",
                "Patient/" + one));
    assertThat(across.statusCode()).isEqualTo(422);
    assertThat(problem(across)).isEqualTo("merge-across-institutions");
    assertThat(across.body()).contains("$link");
    assertThat(Told.json(Running.get("/Patient/" + one)).at("/meta/versionId").asText())
        .isEqualTo("1");
  }

  private static String[] ids(String... patients) {
    return Stream.of(patients).map(patient -> "Patient/" + patient).toArray(String[]::new);
  }

  private static List<String> persons(List<String> patients) {
    return patients.stream().map(patient -> person(patient).path("id").asText()).toList();
  }

  private static List<String> three(String name) {
    Someone someone = Someone.woman();
    return Stream.of(0, 1, 2).map(i -> store(someone.registered(name))).toList();
  }

  @Test
  void twoUnlinksAreUndoneInAnyOrder() {
    for (boolean firstFirst : List.of(true, false)) {
      List<String> all = three("石山川");
      List<String> before = persons(all);
      String first = decided(decide("$unlink", all.get(0), all.get(2)));
      String second = decided(decide("$unlink", all.get(1), all.get(2)));
      assertThat(linked(all.get(2))).hasSize(1);
      assertThat(linked(all.get(0))).containsExactly(ids(all.get(0), all.get(1)));
      decided(undo(firstFirst ? first : second));
      String apart = all.get(firstFirst ? 1 : 0);
      assertThat(linked(apart)).doesNotContain("Patient/" + all.get(2));
      decided(undo(firstFirst ? second : first));
      assertThat(persons(all)).isEqualTo(before);
    }
  }

  @Test
  void linksOneOfTwoFromWhomAThirdWasParted() {
    List<String> all = three("石山海");
    decided(decide("$unlink", all.get(0), all.get(2)));
    decided(decide("$unlink", all.get(1), all.get(2)));
    decided(decide("$link", all.get(0), all.get(2)));
    assertThat(linked(all.get(0))).containsExactly(ids(all.get(0), all.get(2)));
    assertThat(linked(all.get(1))).hasSize(1);
  }

  @Test
  void theSameDecisionTwiceIsOne() {
    List<String> all = three("石山河");
    for (String operation : List.of("$unlink", "$link")) {
      String once = decided(decide(operation, all.get(0), all.get(1)));
      HttpResponse<String> again = decide(operation, all.get(1), all.get(0));
      assertThat(decided(again)).isEqualTo(once);
    }
    JsonNode told =
        Told.json(Running.get("/Patient/$link-decisions?_count=1&patient=Patient/" + all.get(0)));
    assertThat(told.path("entry").size()).isEqualTo(1);
    assertThat(told.path("total").asInt()).isEqualTo(2);
    assertThat(linked(all.get(0))).hasSize(3);
  }

  @Test
  void aLinkAfterAnUnlinkIsUndoneBeforeOrAfterIt() {
    for (boolean linkFirst : List.of(true, false)) {
      List<String> all = three("石水河");
      List<String> before = persons(all);
      String unlink = decided(decide("$unlink", all.get(0), all.get(1)));
      String link = decided(decide("$link", all.get(0), all.get(1)));
      assertThat(linked(all.get(0))).hasSize(3);
      decided(undo(linkFirst ? link : unlink));
      assertThat(linked(all.get(0)).contains("Patient/" + all.get(1))).isEqualTo(!linkFirst);
      decided(undo(linkFirst ? unlink : link));
      assertThat(persons(all)).isEqualTo(before);
    }
  }

  @Test
  void whateverIsDecidedAndUndoneLeavesEverybodyWhereTheyWere() {
    Random random = new Random(20261122);
    for (int round = 0; round < 12; round++) {
      List<String> all = new ArrayList<>(three("石火" + "甲乙丙丁戊己庚辛壬癸子丑".charAt(round)));
      all.add(round % all.size(), store(Someone.woman().registered("胡不归")));
      List<String> before = persons(all);
      List<String> decisions = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        String one = all.get(random.nextInt(4));
        String other = all.get(random.nextInt(4));
        HttpResponse<String> answer =
            decide(random.nextBoolean() ? "$link" : "$unlink", one, other);
        if (answer.statusCode() == 200 && !decisions.contains(decided(answer))) {
          decisions.add(decided(answer));
        } else if (answer.statusCode() == 409) {
          assertThat(answer.body()).containsAnyOf(decisions.toArray(String[]::new));
        }
      }
      Collections.shuffle(decisions, random);
      decisions.forEach(decision -> decided(undo(decision)));
      assertThat(persons(all)).as("round " + round).isEqualTo(before);
    }
  }

  @Test
  void theDecisionThatStandsInTheWayCanBeUndone() {
    List<String> all = three("石木河");
    String other = store(Someone.woman().registered("何人斯"));
    String apart = decided(decide("$unlink", all.get(0), all.get(1)));
    String link = decided(decide("$link", all.get(0), other));
    HttpResponse<String> refused = decide("$link", other, all.get(1));
    assertThat(refused.body()).contains("link-held-apart", apart);
    decided(undo(apart));
    decided(decide("$link", other, all.get(1)));
    HttpResponse<String> together = decide("$unlink", all.get(0), all.get(1));
    assertThat(together.body()).contains("link-held-together", link);
    decided(undo(link));
    decided(decide("$unlink", all.get(0), all.get(1)));
  }

  @Test
  void putsBackWhoWentAlongWithOneOfTwo() {
    List<String> all = new ArrayList<>(three("贺新郎"));
    String other = store(Someone.woman().registered("何人斯"));
    all.add(other);
    List<String> before = persons(all);
    String link = decided(decide("$link", other, all.get(2)));
    String unlink = decided(decide("$unlink", other, all.get(0)));
    assertThat(linked(other)).containsExactly(ids(all.get(2), other));
    assertThat(linked(all.get(0))).containsExactly(ids(all.get(0), all.get(1)));
    decided(undo(link));
    decided(undo(unlink));
    assertThat(persons(all)).isEqualTo(before);
  }

  @Test
  void anUndoLinksWhatOnlyTheDecisionKeptApart() {
    Someone owner = Someone.woman();
    String bearer = store(owner.registered("贺新凉"));
    String one = store(owner.unnumbered("贺新凉"));
    String other = store(Someone.woman().registered("何人斯"));
    String link = decided(decide("$link", one, other));
    ObjectNode numbered = owner.registered("贺新凉");
    numbered.put("id", one);
    assertThat(Running.put("/Patient/" + one, numbered.toString()).statusCode()).isEqualTo(200);
    decided(undo(link));
    assertThat(linked(one)).containsExactly(ids(bearer, one));
    assertThat(linked(other)).hasSize(1);
  }

  @Test
  void asksAfterAnUndoOnlyWhatIsToAskStill() {
    Someone someone = Someone.woman();
    String one = store(someone.registered("严冬雪"));
    String two = store(someone.registered("王桂英"));
    assertThat(queue(two).path("total").asInt()).isEqualTo(1);
    String decision = decided(decide("$unlink", one, two));
    ObjectNode changed = Someone.woman().registered("霍去病");
    changed.put("id", two);
    assertThat(Running.put("/Patient/" + two, changed.toString()).statusCode()).isEqualTo(200);
    decided(undo(decision));
    assertThat(queue(one).path("total").asInt()).isZero();
  }

  @Test
  void aPatientThatComesBackIsWhomStewardsSaid() {
    String one = store(Someone.woman().registered("霍光耀"));
    Someone someone = Someone.woman();
    String two = store(someone.registered("霍去病"));
    String link = decided(decide("$link", one, two));
    String person = person(two).path("id").asText();
    assertThat(Running.delete("/Patient/" + two).statusCode()).isEqualTo(200);
    ObjectNode back = someone.registered("霍去病");
    back.put("id", two);
    assertThat(Running.put("/Patient/" + two, back.toString()).statusCode()).isIn(200, 201);
    assertThat(linked(two)).containsExactly(ids(one, two));
    assertThat(person(two).path("id").asText()).isEqualTo(person);
    assertThat(Running.delete("/Patient/" + two).statusCode()).isEqualTo(200);
    decided(undo(link));
    assertThat(Running.put("/Patient/" + two, back.toString()).statusCode()).isIn(200, 201);
    assertThat(linked(two)).containsExactly(ids(two));
  }

  @Test
  void aPersonWhosePatientsWereDeletedComesBackWithOne() {
    Someone someone = Someone.woman();
    String one = store(someone.registered("霍光明"));
    String two = store(someone.registered("霍光明"));
    String person = person(one).path("id").asText();
    for (String patient : List.of(one, two)) {
      assertThat(Running.delete("/Patient/" + patient).statusCode()).isEqualTo(200);
    }
    assertThat(Told.json(Running.get("/Person/" + person)).path("active").asBoolean()).isFalse();
    for (String patient : List.of(one, two)) {
      ObjectNode back = someone.registered("霍光明");
      back.put("id", patient);
      assertThat(Running.put("/Patient/" + patient, back.toString()).statusCode()).isIn(200, 201);
      assertThat(person(patient).path("id").asText()).isEqualTo(person);
    }
  }

  @Test
  void takesIdentifiersOfAMergeInAnySpelling() {
    Someone someone = Someone.woman();
    String one = Someone.store(someone.registered("何秀兰"));
    String two = Someone.store(someone.unnumbered("何秀兰"));
    HttpResponse<String> merged =
        Running.post(
            "/Patient/$merge",
            """
            {"resourceType":"Parameters","parameter":[
              {"name":"source-patient","valueReference":{"reference":"Patient/%s"}},
              {"name":"target-patient-identifier","valueIdentifier":
                {"system":"URN:OID:2.16.156.10011.1.3","value":" %s "}},
              {"name":"preview","valueBoolean":true}]}
            """
                .formatted(two, someone.number()));
    assertThat(merged.statusCode()).as(merged.body()).isEqualTo(200);
    assertThat(merged.body()).contains("\"id\":\"" + one + "\"");
  }

  private static HttpResponse<String> merge(String source, String target, String... more) {
    String[] all = Arrays.copyOf(more, more.length + 4);
    System.arraycopy(
        new String[] {"source-patient", "Patient/" + source, "target-patient", "Patient/" + target},
        0,
        all,
        more.length,
        4);
    return Running.post("/Patient/$merge", parameters(all));
  }

  @Test
  void undoesTheLaterOfTwoMergesFirst() {
    Someone someone = Someone.woman();
    String first = store(someone.registered("尹小姑"));
    String second = store(someone.unnumbered("尹小姑"));
    String last = store(someone.unnumbered("尹小姑"));
    List<String> all = List.of(first, second, last);
    List<String> before = persons(all);
    String merge = decided(merge(first, second));
    String later = decided(merge(second, last));
    HttpResponse<String> refused = undo(merge);
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("merge-continued", later);
    assertThat(linked(first)).hasSize(3);
    decided(undo(later));
    decided(undo(merge));
    assertThat(persons(all)).isEqualTo(before);
    for (String patient : all) {
      JsonNode now = Told.json(Running.get("/Patient/" + patient));
      assertThat(now.path("identifier").size()).isEqualTo(patient.equals(first) ? 2 : 1);
      assertThat(now.has("link")).isFalse();
    }
  }

  @Test
  void refusesAPatientThatReplacesWhatHasReplacedIt() {
    String one = store(Someone.woman().registered("牛秀云"));
    Someone someone = Someone.woman();
    String two = store(someone.registered("牛秀云"));
    ObjectNode both = someone.registered("牛秀云");
    both.put("id", two);
    for (String type : List.of("replaces", "replaced-by")) {
      both.withArray("link")
          .addObject()
          .put("type", type)
          .putObject("other")
          .put("reference", "Patient/" + one);
    }
    HttpResponse<String> refused = Running.put("/Patient/" + two, both.toString());
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(problem(refused)).isEqualTo("link-cycle");
  }

  @Test
  void mergesAndPatchesOfOneTargetWaitInOneOrder() throws Exception {
    Someone someone = Someone.woman();
    String target = store(someone.registered("毕发明"));
    List<String> sources = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      sources.add(store(someone.unnumbered("毕发明")));
    }
    JdbcTemplate jdbc = Running.bean(JdbcTemplate.class);
    String deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    Long before = jdbc.queryForObject(deadlocks, Long.class);
    List<Callable<HttpResponse<String>>> writes = new ArrayList<>();
    sources.forEach(source -> writes.add(() -> merge(source, target)));
    for (int i = 0; i < 12; i++) {
      String patch = "[{\"op\":\"add\",\"path\":\"/name/-\",\"value\":{\"text\":\"补名" + i + "\"}}]";
      writes.add(
          () ->
              Running.send(
                  Running.json("/Patient/" + target, "PATCH", patch)
                      .setHeader("Content-Type", "application/json-patch+json")));
    }
    Collections.shuffle(writes, new Random(1));
    List<String> merges = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(18);
    try {
      for (Future<HttpResponse<String>> write : threads.invokeAll(writes)) {
        assertThat(write.get().statusCode()).as(write.get().body()).isEqualTo(200);
        String decision = value(Told.json(write.get()), "decision");
        if (!decision.isEmpty()) {
          merges.add(decision);
        }
      }
      List<Callable<HttpResponse<String>>> undos = new ArrayList<>();
      merges.forEach(merge -> undos.add(() -> undo(merge)));
      for (Future<HttpResponse<String>> undone : threads.invokeAll(undos)) {
        decided(undone.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(merges).hasSize(6);
    JsonNode stays = Told.json(Running.get("/Patient/" + target));
    assertThat(stays.path("name").size()).isEqualTo(13);
    assertThat(stays.path("identifier").size()).isEqualTo(2);
    jdbc.queryForList("select pg_stat_clear_snapshot()");
    assertThat(jdbc.queryForObject(deadlocks, Long.class)).isEqualTo(before);
  }

  @Test
  void mergesARightNumberWithAMistypedOneAndPreviewsWhatItDoes() {
    Someone someone = Someone.woman();
    String target = store(someone.registered("袁朗玉"));
    char last = someone.number().charAt(17);
    String mistyped = someone.number().substring(0, 17) + (last == '0' ? '1' : '0');
    ObjectNode wrong = new Someone(someone.born(), mistyped).registered("袁朗玉");
    String source = store(wrong);
    ObjectNode preview =
        (ObjectNode)
            Told.json(
                parameters(
                    "source-patient", "Patient/" + source, "target-patient", "Patient/" + target));
    preview.withArray("parameter").addObject().put("name", "preview").put("valueBoolean", true);
    HttpResponse<String> shown = Running.post("/Patient/$merge", preview.toString());
    assertThat(shown.statusCode()).as(shown.body()).isEqualTo(200);
    assertThat(Told.json(Running.get("/Patient/" + target)).at("/meta/versionId").asText())
        .isEqualTo("1");
    String decision = decided(merge(source, target));
    JsonNode stays = Told.json(Running.get("/Patient/" + target));
    assertThat(cards(stays)).containsExactly(" " + someone.number(), "old " + mistyped);
    decided(undo(decision));
    assertThat(cards(Told.json(Running.get("/Patient/" + target))))
        .containsExactly(" " + someone.number());

    String back = decided(merge(target, source));
    assertThat(cards(Told.json(Running.get("/Patient/" + source))))
        .containsExactly("old " + mistyped, " " + someone.number());
    decided(undo(back));
    assertThat(cards(Told.json(Running.get("/Patient/" + source)))).containsExactly(" " + mistyped);
  }

  /** The identity card numbers of a Patient, each after its use. */
  private static List<String> cards(JsonNode patient) {
    List<String> cards = new ArrayList<>();
    for (JsonNode identifier : patient.path("identifier")) {
      if (identifier.path("system").asText().equals(Canonical.ID_CARD)) {
        cards.add(identifier.path("use").asText() + " " + identifier.path("value").asText());
      }
    }
    return cards;
  }

  @Test
  void previewsWhatAMergeWouldRefuse() {
    Someone someone = Someone.woman();
    String target = store(someone.registered("袁朗珍"));
    String source = store(someone.unnumbered("袁朗珍"));
    ObjectNode result = (ObjectNode) Told.json(Running.get("/Patient/" + target));
    Told.json(Running.get("/Patient/" + source))
        .path("identifier")
        .forEach(identifier -> result.withArray("identifier").add(identifier));
    result
        .putArray("link")
        .addObject()
        .put("type", "replaces")
        .putObject("other")
        .put("reference", "Patient/" + source);
    result.remove("gender");
    ObjectNode ask =
        (ObjectNode)
            Told.json(
                parameters(
                    "source-patient", "Patient/" + source, "target-patient", "Patient/" + target));
    ask.withArray("parameter").addObject().put("name", "result-patient").set("resource", result);
    HttpResponse<String> refused = Running.post("/Patient/$merge", ask.toString());
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    ask.withArray("parameter").addObject().put("name", "preview").put("valueBoolean", true);
    HttpResponse<String> preview = Running.post("/Patient/$merge", ask.toString());
    assertThat(preview.statusCode()).as(preview.body()).isEqualTo(422);
    assertThat(problem(preview)).isEqualTo(problem(refused));
    HttpResponse<String> tooLong = merge(source, target, "reason", "长".repeat(1001));
    assertThat(tooLong.statusCode()).isEqualTo(400);
    assertThat(problem(tooLong)).isEqualTo("parameter-invalid");
    assertThat(Told.json(Running.get("/Patient/" + source)).has("link")).isFalse();
  }

  @Test
  void believesNoPassportThatIsAWord() {
    for (String word : List.of("UNKNOWN", "NOPASSPORT", "E00000000", "TEST12345", "无")) {
      Someone someone = Someone.woman();
      List<String> both = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        ObjectNode patient = someone.unnumbered("赵明远");
        patient.remove("birthDate");
        patient
            .withArray("identifier")
            .addObject()
            .put("system", Canonical.BASE + "/sid/passport")
            .put("value", word);
        both.add(store(patient));
      }
      assertThat(linked(both.get(1))).as(word).containsExactly(ids(both.get(1)));
    }
  }
}
