package org.hutong.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hutong.directory.Registered.all;
import static org.hutong.directory.Registered.value;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.Test;

/** {@code Organization/$import}: all of a table or nothing of it. */
class ImportIT {
  private static final Charset GB18030 = Charset.forName("GB18030");
  private static final String HEADER = "机构名称,登记号,层级,机构类别,上级机构,医共体角色,加入日期,退出日期,电话\n";

  private static HttpResponse<String> send(String query, byte[] table) {
    return Running.send(
        Running.request("/Organization/$import" + query)
            .header("Content-Type", "text/csv")
            .POST(BodyPublishers.ofByteArray(table)));
  }

  private static HttpResponse<String> send(String query, String table) {
    return send(query, table.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode taken(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Told.json(answer);
  }

  private static String counts(JsonNode answer) {
    return value(answer, "created")
        + "/"
        + value(answer, "updated")
        + "/"
        + value(answer, "unchanged");
  }

  private static List<String> places(HttpResponse<String> answer) {
    JsonNode told = Told.json(answer);
    JsonNode outcome =
        told.path("resourceType").asText().equals("Parameters")
            ? all(told, "outcome").get(0).path("resource")
            : told;
    List<String> places = new ArrayList<>();
    outcome
        .path("issue")
        .forEach(
            issue ->
                places.add(
                    issue.path("severity").asText().charAt(0)
                        + " "
                        + issue.at("/expression/0").asText()));
    return places;
  }

  private static JsonNode found(String licence) {
    return Told.json(
        Running.get(
            "/Organization?identifier=https://hutong.org/fhir/sid/licence-no%7C" + licence));
  }

  /** A county hospital, a township below it and a village below that. */
  private record County(String lead, String township, String village) {
    static County named() {
      return new County(Registered.licence(), Registered.licence(), Registered.licence());
    }

    String table() {
      return HEADER
          + "县医院,%s,县级,A100,无,牵头,2024-01-01,,0471-1234567\n".formatted(lead)
          + "柳溪村卫生室,%s,村级,村卫生室,%s,成员机构,2024年3月1日,,\n".formatted(village, township)
          + "\"清河镇\n卫生院\",%s,乡镇级,C210,%s,member,20240201,,\n".formatted(township, lead);
    }
  }

  @Test
  void takesARegisterInAndOnlyWhatChangedAgain() {
    County county = County.named();
    JsonNode first = taken(send("", county.table().getBytes(GB18030)));
    assertThat(value(first, "encoding")).isEqualTo("GB18030");
    assertThat(value(first, "dryRun")).isEqualTo("false");
    assertThat(counts(first)).isEqualTo("3/0/0");
    JsonNode township = found(county.township()).at("/entry/0/resource");
    JsonNode lead = found(county.lead()).at("/entry/0/resource");
    assertThat(township.path("name").asText()).isEqualTo("清河镇 卫生院");
    assertThat(township.at("/partOf/reference").asText())
        .isEqualTo("Organization/" + lead.path("id").asText());
    JsonNode tree =
        Told.json(
            Running.get("/Organization/" + lead.path("id").asText() + "/$tree?date=2024-02-15"));
    assertThat(all(tree, "institution")).hasSize(3);
    assertThat(tree.toString()).contains("\"2024-02-01\"").doesNotContain("\"2024-03-01\"");

    JsonNode again = taken(send("", county.table()));
    assertThat(value(again, "encoding")).isEqualTo("UTF-8");
    assertThat(counts(again)).isEqualTo("0/0/3");
    assertThat(found(county.township()).at("/entry/0/resource/meta/versionId").asText())
        .isEqualTo("1");

    JsonNode changed =
        taken(send("", county.table().replace("20240201,,", "20240201,2025-12-31,0471-7654321")));
    assertThat(counts(changed)).isEqualTo("0/1/2");
    JsonNode row = all(changed, "row").get(0);
    assertThat(value(row, "number")).isEqualTo("4");
    assertThat(value(row, "key")).isEqualTo(county.township());
    assertThat(all(row, "column").toString()).contains("phone", "end");
    assertThat(found(county.township()).at("/entry/0/resource/telecom/0/value").asText())
        .isEqualTo("0471-7654321");

    JsonNode without =
        taken(send("", HEADER + "县医院,%s,县级,A100,无,牵头,2024-01-01,,\n".formatted(county.lead())));
    assertThat(counts(without)).isEqualTo("0/0/1");
    assertThat(all(without, "absent").toString()).contains(township.path("id").asText());
    assertThat(found(county.township()).path("total").asInt(1)).isEqualTo(1);
  }

  @Test
  void aDryRunSaysTheSameAndKeepsNothing() {
    County county = County.named();
    long before = Running.rows();
    JsonNode dry = taken(send("?dryRun=true", county.table()));
    assertThat(value(dry, "dryRun")).isEqualTo("true");
    assertThat(counts(dry)).isEqualTo("3/0/0");
    assertThat(Running.rows()).isEqualTo(before);
    assertThat(found(county.lead()).at("/entry/0").isMissingNode()).isTrue();
    assertThat(counts(taken(send("", county.table())))).isEqualTo("3/0/0");
  }

  @Test
  void namesEveryBadCellAndKeepsNothing() {
    County county = County.named();
    String table =
        county.table()
            + "层级不对,%s,省级,A100,,,,,\n".formatted(Registered.licence())
            + "日期不对,%s,村级,D600,,成员,2024-02-30,,\n".formatted(Registered.licence())
            + "重复,%s,村级,D600,,,,,\n".formatted(county.village())
            + "没有上级,%s,村级,D600,不存在的卫生院,,,,\n".formatted(Registered.licence())
            + "=1+1,%s,村级,D600,,,,,\n".formatted(Registered.licence())
            + "短行,X\n"
            + "号码,1.2E+17,村级,D600,,,,,abc\n";
    long before = Running.rows();
    HttpResponse<String> dry = send("?dryRun=true", table);
    assertThat(dry.statusCode()).as(dry.body()).isEqualTo(200);
    List<String> expected =
        List.of(
            "e row[5].层级",
            "e row[6].加入日期",
            "e row[7].登记号",
            "e row[8].上级机构",
            "e row[9].机构名称",
            "e row[10]",
            "e row[11].登记号",
            "e row[11].电话");
    assertThat(places(dry)).containsAll(expected);
    HttpResponse<String> refused = send("", table);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(places(refused)).containsAll(expected);
    assertThat(Told.code(refused)).isEqualTo("table-cell");
    assertThat(Running.rows()).isEqualTo(before);
    HttpResponse<String> english =
        Running.send(
            Running.request("/Organization/$import?dryRun=true")
                .header("Content-Type", "text/csv; charset=utf-8")
                .header("Accept-Language", "en")
                .POST(BodyPublishers.ofString(table)));
    assertThat(english.body()).contains("Row 6", "there is no such day");
  }

  @Test
  void refusesALoopInTheTableAndWithTheDirectory() {
    String one = Registered.licence();
    String two = Registered.licence();
    HttpResponse<String> refused =
        send(
            "",
            HEADER
                + "甲,%s,乡镇级,,%s,,,,\n".formatted(one, two)
                + "乙,%s,乡镇级,,%s,,,,\n".formatted(two, one));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(places(refused)).containsExactly("e row[2].上级机构", "e row[3].上级机构");
    assertThat(refused.body()).contains("甲 → 乙 → 甲");

    County county = County.named();
    taken(send("", county.table()));
    HttpResponse<String> closing =
        send("", HEADER + "县医院,%s,县级,,%s,,,,\n".formatted(county.lead(), county.village()));
    assertThat(closing.statusCode()).as(closing.body()).isEqualTo(422);
    assertThat(places(closing)).containsExactly("e row[2].上级机构", "w row[2].上级机构");
    assertThat(closing.body()).contains("柳溪村卫生室");
  }

  @Test
  void warnsOfAWrongCheckCharacterAndTakesItIn() {
    String wrong = "1215998147" + Running.unique().replaceAll("\\D", "").substring(0, 7) + "A";
    String right = wrong.substring(0, 17);
    char check = '0';
    for (char c : "0123456789ABCDEFGHJKLMNPQRTUWXY".toCharArray()) {
      check = Uscc.isChecked(right + c) ? c : check;
    }
    String code = right + (check == 'A' ? 'B' : 'A');
    HttpResponse<String> answer = send("", "name,uscc,tier\n试点地区医院,%s,county\n".formatted(code));
    assertThat(counts(taken(answer))).isEqualTo("1/0/0");
    assertThat(places(answer)).containsExactly("w row[2].uscc");
  }

  @Test
  void sayWhatTheServerSaysOfARowThatBreaksARule() {
    County county = County.named();
    taken(send("", county.table()));
    String other = Registered.licence();
    HttpResponse<String> refused =
        send(
            "",
            HEADER
                + "二县医院,%s,县级,,,牵头,2024-01-01,,\n".formatted(other)
                + "清河镇 卫生院,%s,乡镇级,,,成员,2025-01-01,,\n".formatted(county.township()));
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(Told.code(refused)).isEqualTo("membership-of-two");
    assertThat(places(refused)).containsExactly("e row[3].period");
    assertThat(found(other).at("/entry/0").isMissingNode()).isTrue();
  }

  @Test
  void refusesWhatIsNoTable() {
    byte[] xlsx = {'P', 'K', 3, 4, 20, 0};
    assertThat(Told.code(send("", xlsx))).isEqualTo("table-unreadable");
    assertThat(Told.code(send("", "name,uscc\n"))).isEqualTo("table-unreadable");
    assertThat(Told.code(send("?dryRun=true", "name,uscc\n\"a,1\n"))).isEqualTo("table-unreadable");
    assertThat(Told.code(send("", ""))).isEqualTo("table-unreadable");
    assertThat(
            Told.code(Running.post("/Organization/$import", "{\"resourceType\":\"Parameters\"}")))
        .isEqualTo("parameter-missing");
    assertThat(Told.code(send("?kind=patients", "a\nb"))).isEqualTo("parameter-invalid");
    assertThat(Told.code(send("?dryrun=true", "a\nb"))).isEqualTo("parameter-unknown");
    assertThat(places(send("", "别的列\nb\n"))).contains("e row[1].uscc");
    assertThat(
            Running.send(
                    Running.request("/Organization")
                        .header("Content-Type", "text/csv")
                        .POST(BodyPublishers.ofString("a,b")))
                .statusCode())
        .isEqualTo(415);
    assertThat(Running.get("/Organization/$import").statusCode()).isEqualTo(405);
  }

  @Test
  void takesAFileInParameters() {
    County county = County.named();
    String file = Base64.getEncoder().encodeToString(county.table().getBytes(GB18030));
    HttpResponse<String> answer =
        Running.post(
            "/Organization/$import",
            """
            {"resourceType":"Parameters","parameter":[
              {"name":"dryRun","valueBoolean":true},
              {"name":"file","valueAttachment":{"contentType":"text/csv","data":"%s"}}]}
            """
                .formatted(file));
    assertThat(counts(taken(answer))).isEqualTo("3/0/0");
    assertThat(value(taken(answer), "encoding")).isEqualTo("GB18030");
  }

  @Test
  void ofManyImportsAtOnceOneCreates() throws Exception {
    County county = County.named();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<String>> imports = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        imports.add(() -> counts(taken(send("", county.table()))));
      }
      List<String> counts = new ArrayList<>();
      for (Future<String> each : threads.invokeAll(imports)) {
        counts.add(each.get());
      }
      assertThat(counts).containsExactlyInAnyOrder("3/0/0", "0/0/3", "0/0/3", "0/0/3");
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void takesStaffWithTheirPostsAndSecondmentsIn() {
    County county = County.named();
    taken(send("", county.table()));
    String number = "110" + Running.unique().replaceAll("\\D", "").substring(0, 12);
    String header = "姓名,执业证书编号,性别,职称,职称级别,所在机构,岗位,诊疗科目,开始日期,结束日期,下沉方式,派出机构\n";
    String table =
        header
            + "𠮷日格勒,%s,男,主治医师,中级,%s,主诊医师,0304,2024-01-01,,,\n".formatted(number, county.lead())
            + "𠮷日格勒,%s,男,主治医师,中级,%s,派驻医师,0304,2025/3/1,2025/9/30,派驻,%s\n"
                .formatted(number, county.township(), county.lead());
    JsonNode first = taken(send("?kind=staff", table.getBytes(GB18030)));
    assertThat(counts(first)).isEqualTo("1/1/0");
    JsonNode practitioner =
        Told.json(
            Running.get(
                "/Practitioner?identifier=https://hutong.org/fhir/sid/practising-licence%7C"
                    + number));
    assertThat(practitioner.at("/entry/0/resource/name/0/text").asText()).isEqualTo("𠮷日格勒");
    assertThat(
            Told.ids(
                Running.get(
                    "/PractitionerRole?practitioner="
                        + practitioner.at("/entry/0/resource/id").asText())))
        .hasSize(2);
    JsonNode counted =
        Told.json(
            Running.get(
                "/PractitionerRole/$secondments?period-start=2025-09-30&period-end=2025-12-31"
                    + "&organization="
                    + county.township()));
    assertThat(value(all(counted, "total").get(0), "persons")).isEqualTo("1");

    assertThat(counts(taken(send("?kind=staff", table)))).isEqualTo("0/0/2");
    assertThat(counts(taken(send("?kind=staff", table.replace("2025/9/30", "2025/8/31")))))
        .isEqualTo("0/1/1");
    HttpResponse<String> wrong =
        send(
            "?kind=staff",
            header
                + "甲,%s,,,,%s,,,2024-01-01,,派驻,\n".formatted(number, county.township())
                + "乙,%s,不详,,,没有的机构,,9999,,,,\n".formatted(number));
    assertThat(wrong.statusCode()).as(wrong.body()).isEqualTo(422);
    assertThat(places(wrong))
        .contains("e row[2].派出机构", "e row[3].性别", "e row[3].所在机构", "e row[3].诊疗科目");
  }
}
