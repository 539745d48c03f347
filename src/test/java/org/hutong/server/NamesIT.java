package org.hutong.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.Running.get;
import static org.hutong.Running.post;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.hutong.Cast;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Persons are found by their names as people type them, and sorted as people look for them. */
class NamesIT {
  /** Patients with nothing but a text, by that. */
  private static final Map<String, String> PATIENTS = new ConcurrentHashMap<>();

  @ParameterizedTest
  @CsvSource({
    "欧阳娜娜, name=欧阳",
    "欧阳娜娜, name=娜娜",
    "欧阳娜娜, name=欧阳娜娜",
    "欧阳娜娜, name=欧阳 娜娜",
    "欧阳娜娜, name=欧阳　娜娜",
    "欧阳娜娜, name=欧阳·娜娜",
    "欧阳娜娜, name=歐陽",
    "欧阳娜娜, 'name=王,娜'",
    "歐陽娜娜, name=欧阳",
    "歐陽娜娜, name=歐陽",
    "阿依古丽·买买提, name=买买提",
    "阿依古丽·买买提, name=阿依古丽.买买提",
    "阿依古丽·买买提, name=阿依古丽．买买提",
    "阿依古丽·买买提, name=阿依古丽•买买提",
    "阿依古丽·买买提, name=阿依古丽・买买提",
    "阿依古丽·买买提, name=阿依古丽 · 买买提",
    "阿依古丽·买买提, name=阿依古丽 买买提",
    "阿依古丽·买买提, name=阿依古丽买买提",
    "阿依古丽·买买提, name=阿依古丽买",
    "阿依古丽·买买提, name=阿依古丽·",
    "阿依古丽 买买提, name=阿依古丽·买买提",
    "ＴＯＭ 欧阳, name=tom",
    "TOM 欧阳, name=ｔｏｍ欧阳",
    "𠮷田茂, name=𠮷田",
    "𠮷田茂, name=𠮷",
    "𠮷田茂, name=田茂",
    "欧阳𬭎, name=𬭎",
    "欧阳𬭎, name=欧阳𬭎",
    "欧阳娜娜, phonetic=ouyangnana",
    "欧阳娜娜, phonetic=ouyang nana",
    "欧阳娜娜, phonetic=OuYang NaNa",
    "欧阳娜娜, phonetic=ōuyáng nànà",
    "欧阳娜娜, phonetic=ou-yang'na na",
    "欧阳娜娜, phonetic=ｏｕｙａｎｇ",
    "欧阳娜娜, phonetic=ouyang",
    "欧阳娜娜, phonetic=nana",
    "欧阳娜娜, phonetic=欧阳",
    "欧阳娜娜, phonetic=鸥洋娜娜",
    "欧阳娜娜, phonetic:exact=ouyangnana",
    "欧阳娜娜, pinyin-initials=oynn",
    "欧阳娜娜, pinyin-initials=OYNN",
    "欧阳娜娜, pinyin-initials=oy",
    "欧阳娜娜, pinyin-initials=o y n n",
    "阿依古丽·买买提, phonetic=ayiguli",
    "阿依古丽·买买提, phonetic=maimaiti",
    "阿依古丽·买买提, pinyin-initials=aygl",
    "单明, phonetic=shanming",
    "单明, phonetic=dan ming",
    "单明, pinyin-initials=sm",
    "单明, pinyin-initials=dm",
    "单于明, phonetic=chanyuming",
    "单于明, phonetic=shanyuming",
    "曾明, phonetic=zengming",
    "曾明, phonetic=cengming",
    "区明, phonetic=ouming",
    "覃明, phonetic=qinming",
    "覃明, phonetic=tanming",
    "尉迟明, phonetic=yuchi",
    "万俟明, phonetic=moqi",
    "朴明, phonetic=piao",
    "李长乐, phonetic=lichangle",
    "李长乐, phonetic=lizhangyue",
    "吕明, phonetic=lvming",
    "吕明, phonetic=luming",
    "吕明, phonetic=lüming",
    "吕明, phonetic=lǚ míng",
    "吕明, phonetic=lyu ming",
    "𠮷田茂, phonetic=jitianmao",
    "𠮷田茂, pinyin-initials=jtm",
    "欧阳𬭎, phonetic=ouyanghong",
    "欧阳𬭎, pinyin-initials=oyh",
  })
  void finds(String name, String query) {
    assertThat(found(patient(name), query)).as(query).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "欧阳娜娜, name=阳娜娜",
    "欧阳娜娜, name=欧阳娜娜娜",
    "欧阳娜娜, name=·",
    "欧阳娜娜, name:exact=娜娜",
    "欧阳娜娜, name:exact=欧阳",
    "欧阳娜娜, phonetic=yangnana",
    "欧阳娜娜, phonetic=12",
    "欧阳娜娜, phonetic=oynn",
    "欧阳娜娜, pinyin-initials=ouyang",
    "欧阳娜娜, pinyin-initials=·",
    "单明, phonetic=mingshan",
    "鲁明, phonetic=lvming",
    "丁红, phonetic=zhenghong",
  })
  void findsNoOther(String name, String query) {
    assertThat(found(patient(name), query)).as(query).isFalse();
  }

  @Test
  void findsBySurnameAndGivenNameWhereTheyAreApart() {
    ObjectNode patient = named("欧阳娜娜");
    ((ObjectNode) patient.at("/name/0")).put("family", "欧阳").putArray("given").add("娜娜");
    String id = Told.id(post("/Patient", patient.toString()));
    for (String query : List.of("name:exact=欧阳", "name:exact=娜娜", "name=欧阳 娜娜", "phonetic=nana")) {
      assertThat(found(id, query)).as(query).isTrue();
    }
  }

  @Test
  void findsByTheReadingThatTheResourceGives() {
    ObjectNode patient = named("乐某");
    ((ObjectNode) patient.at("/name/0"))
        .putArray("extension")
        .addObject()
        .put("url", "https://hutong.org/fhir/StructureDefinition/pinyin")
        .put("valueString", "lao lü");
    String id = Told.id(post("/Patient", patient.toString()));
    for (String query :
        List.of(
            "phonetic=lao lü",
            "phonetic=laolv",
            "phonetic=laolu",
            "phonetic=yuemou",
            "pinyin-initials=ll",
            "pinyin-initials=ym")) {
      assertThat(found(id, query)).as(query).isTrue();
    }
  }

  @Test
  void findsByFormerNamesAndNotByReplacedOnes() {
    ObjectNode patient = named("欧阳娜娜");
    ((ArrayNode) patient.path("name")).addObject().put("use", "old").put("text", "单明");
    String id = Told.id(post("/Patient", patient.toString()));
    assertThat(found(id, "phonetic=shanming")).isTrue();
    ObjectNode changed = (ObjectNode) Told.json(get("/Patient/" + id));
    ((ArrayNode) changed.path("name")).remove(1);
    ((ObjectNode) changed.at("/name/0")).put("text", "欧阳明");
    assertThat(Running.put("/Patient/" + id, changed.toString()).statusCode()).isEqualTo(200);
    assertThat(found(id, "phonetic=shanming")).isFalse();
    assertThat(found(id, "phonetic=ouyangnana")).isFalse();
    assertThat(found(id, "name=娜娜")).isFalse();
    assertThat(found(id, "phonetic=ouyangming")).isTrue();
    assertThat(found(id, "pinyin-initials=oym")).isTrue();
  }

  @Test
  void findsThroughChainsFormsAndConditions() {
    String id = patient("欧阳娜娜");
    String observation = Told.id(post("/Observation", Cast.observation(id).toString()));
    for (String query :
        List.of("subject:Patient.phonetic=ou yang", "patient.pinyin-initials=oynn")) {
      assertThat(Told.ids(get("/Observation?_id=" + observation + "&" + encoded(query))))
          .as(query)
          .containsExactly(observation);
    }
    String only = "unique" + Running.unique().replaceAll("[^a-z]", "");
    String latin = Told.id(post("/Patient", named(only + " Ou").toString()));
    HttpResponse<String> again =
        Running.send(
            Running.json("/Patient", "POST", named(only + " Ou").toString())
                .header("If-None-Exist", "phonetic=" + only.toUpperCase(Locale.ROOT)));
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(Told.id(again)).isEqualTo(latin);
  }

  @Test
  void findsPractitionersAndRelatedPersons() {
    ObjectNode doctor = Cast.story("Practitioner-ouyang-jing");
    ((ObjectNode) doctor.at("/identifier/0")).put("value", Running.unique());
    String id = Told.id(post("/Practitioner", doctor.toString()));
    for (String query : List.of("name=欧阳", "phonetic=ouyang", "pinyin-initials=oy")) {
      assertThat(Told.ids(get("/Practitioner?_id=" + id + "&" + encoded(query))))
          .as(query)
          .containsExactly(id);
    }
    String relative =
        Told.id(
            post(
                "/RelatedPerson",
                """
                {"resourceType":"RelatedPerson","patient":{"reference":"Patient/%s"},
                "relationship":[{"coding":[{"system":"urn:oid:2.16.156.10011.2.3.3.8","code":"1"}]}],
                "name":[{"text":"阿依古丽·买买提"}]}"""
                    .formatted(patient("欧阳娜娜"))));
    assertThat(Told.ids(get("/RelatedPerson?_id=" + relative + "&" + encoded("name=买买提"))))
        .containsExactly(relative);
    assertThat(Told.code(get("/RelatedPerson?phonetic=a"))).isEqualTo("parameter-unknown");
  }

  @Test
  void sortsByPinyin() {
    List<String> names =
        List.of(
            "阿依古丽·买买提",
            "单于明",
            "𬭎明",
            "李明",
            "鲁明",
            "吕明",
            "欧阳娜娜",
            "任明",
            "单明",
            "张爱",
            "张明",
            "章爱",
            "Müller",
            "Smith",
            "smith john");
    List<String> ids = names.stream().map(NamesIT::patient).toList();
    List<String> mixed = new ArrayList<>(ids);
    Collections.shuffle(mixed, new Random(1));
    String search = "/Patient?_id=" + String.join(",", mixed) + "&_count=100&_sort=";
    assertThat(Told.ids(get(search + "name"))).containsExactlyElementsOf(ids);
    List<String> backwards = new ArrayList<>(ids);
    Collections.reverse(backwards);
    assertThat(Told.ids(get(search + "-name"))).containsExactlyElementsOf(backwards);
    assertThat(Told.ids(get(search + "gender,name"))).containsExactlyElementsOf(ids);
    assertThat(Told.link(get(search + "name"), "self")).contains("_sort=name");
  }

  @Test
  void pagesOfSortedNamesNeitherSkipNorRepeat() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 23; i++) {
      ids.add(Told.id(post("/Patient", named(i % 3 == 0 ? "欧阳娜娜" : "歐陽娜娜").toString())));
    }
    for (String sort : List.of("name", "-name")) {
      List<String> paged = new ArrayList<>();
      HttpResponse<String> page =
          get("/Patient?_id=" + String.join(",", ids) + "&_count=4&_sort=" + sort);
      paged.addAll(Told.ids(page));
      for (String next = Told.link(page, "next"); next != null; next = Told.link(page, "next")) {
        page = get(next.substring(next.indexOf("/fhir") + 5));
        paged.addAll(Told.ids(page));
      }
      assertThat(paged).containsExactlyElementsOf(ids);
    }
  }

  /** What a client must not name, and what only sorting needs. */
  @ParameterizedTest
  @CsvSource({
    "hutong-name-order=A, parameter-unknown",
    "_sort=hutong-name-order, parameter-invalid",
    "organization.hutong-name-order=A, parameter-unknown",
    "phonetic:contains=a, parameter-invalid",
    "pinyin-initials=, parameter-invalid",
  })
  void refuses(String query, String code) {
    assertThat(Told.code(get("/Patient?" + query))).isEqualTo(code);
  }

  /** What a name costs: a row for each way to find it that has its own beginning. */
  @ParameterizedTest
  @CsvSource({"李秀兰, 6", "欧阳娜娜, 6", "阿依古丽·买买提, 6", "单明, 10"})
  void writesFewRows(String name, int rows) {
    Long row =
        jdbc()
            .queryForObject(
                "select res_id from hfj_resource where fhir_id = ?", Long.class, patient(name));
    List<String> codes =
        jdbc()
            .queryForList(
                """
                select i.sp_name from hfj_spidx_string s
                join hfj_spidx_identity i using (hash_identity)
                where s.res_id = ? order by 1
                """,
                String.class,
                row);
    assertThat(codes.stream().filter(code -> code.matches(".*(name|phonetic|initials).*")).toList())
        .as("" + codes)
        .hasSize(rows);
  }

  private static JdbcTemplate jdbc() {
    return Running.bean(JdbcTemplate.class);
  }

  private static boolean found(String id, String query) {
    HttpResponse<String> answer = get("/Patient?_id=" + id + "&" + encoded(query));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Told.ids(answer).contains(id);
  }

  private static String encoded(String query) {
    int equals = query.indexOf('=') + 1;
    return query.substring(0, equals)
        + URLEncoder.encode(query.substring(equals), StandardCharsets.UTF_8);
  }

  private static String patient(String name) {
    return PATIENTS.computeIfAbsent(
        name, text -> Told.id(post("/Patient", named(text).toString())));
  }

  private static ObjectNode named(String text) {
    ObjectNode patient = Cast.patient(Cast.card());
    patient.putArray("name").addObject().put("text", text);
    return patient;
  }
}
