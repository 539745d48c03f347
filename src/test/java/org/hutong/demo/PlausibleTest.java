package org.hutong.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What a clinician would find wrong at a glance, looked for in whole counties of several seeds. */
class PlausibleTest {
  private static final LocalDateTime AS_OF = LocalDateTime.parse("2026-11-01T12:00");
  private static final LocalDate TODAY = AS_OF.toLocalDate();
  private static final int RESIDENTS = 300;
  private static final List<Record> RECORDS =
      IntStream.rangeClosed(1, 4).boxed().flatMap(PlausibleTest::county).toList();

  /** Categories of ICD-10 that have no subdivisions, or none but the place of an accident. */
  private static final Set<String> WHOLE = Set.of("I10", "I48", "R42", "T07", "W19", "W26", "W54");

  /** Acute illnesses by the beginning of their codes. */
  private static final Pattern ACUTE =
      Pattern.compile("(A0|B0|H10|I2[01]|I63|J0|J18|J20|K35|N39|R|S|T|W|V|O8).*");

  private static final Pattern LASTING =
      Pattern.compile("(I10|E11|I25|J44[.]9|I69|M17|M47|H25|E78|C|J30|L20|I48|I50).*");

  private static final Pattern WEEKS = Pattern.compile("停经 ([0-9]+) 周");
  private static final Pattern HOURS = Pattern.compile("([0-9]+) 小时");

  /** Everything that is written about a resident. */
  private record Record(Resident resident, List<Entry> entries) {

    Stream<Entry> all(String type) {
      return entries.stream().filter(entry -> entry.key().type().equals(type));
    }

    Stream<JsonNode> of(String type) {
      return all(type).map(Entry::resource);
    }

    JsonNode get(JsonNode reference) {
      return entries.stream()
          .filter(entry -> entry.key().toString().equals(reference.path("reference").asText()))
          .findFirst()
          .orElseThrow()
          .resource();
    }

    double age(String time) {
      return resident.years(LocalDate.parse(time.substring(0, 10)));
    }

    @Override
    public String toString() {
      return resident.number() + " " + resident.name().text();
    }
  }

  @Test
  void givesChildrenDosesThatTheyCanBear() {
    Map<String, Double> most =
        Map.of(
            "阿莫西林颗粒", 0.03,
            "对乙酰氨基酚混悬液", 0.47,
            "布洛芬混悬液", 0.5,
            "头孢克洛干混悬剂", 0.013,
            "注射用头孢曲松钠", 0.08,
            "注射用头孢呋辛钠", 0.035,
            "注射用头孢唑林钠", 0.035,
            "氯雷他定糖浆", 0.55);
    Set<String> seen = new HashSet<>();
    every(
        "MedicationRequest",
        (record, drug) -> {
          double age = record.age(drug.path("authoredOn").asText());
          String name = drug.at("/medicationCodeableConcept/text").asText().replaceAll("（.*", "");
          double dose = drug.at("/dosageInstruction/0/doseAndRate/0/doseQuantity/value").asDouble();
          if (age < 14) {
            assertThat(name).doesNotContain("胶囊", "左氧氟沙星", "复方氨酚烷胺");
          }
          if (age < 12) {
            assertThat(name).doesNotEndWith("片");
          }
          if (age < 14 && most.containsKey(name)) {
            double weight = weight(record, drug.at("/encounter"));
            assertThat(dose / weight).as(name).isBetween(most.get(name) / 6, most.get(name));
            seen.add(name);
          }
        });
    assertThat(seen).contains("阿莫西林颗粒", "对乙酰氨基酚混悬液", "注射用头孢曲松钠");
  }

  @Test
  void weighsChildrenAsChildrenAre() {
    every(
        "Observation",
        (record, found) -> {
          if (loinc(found).equals("29463-7")) {
            double age = record.age(found.path("effectiveDateTime").asText());
            double kilograms = found.at("/valueQuantity/value").asDouble();
            double usual = age < 1 ? 3.5 + 6.2 * age : age < 10 ? 8 + 2.2 * age : 40;
            assertThat(kilograms).isBetween(usual * 0.6, usual * 2);
          }
        });
  }

  @Test
  void dissolvesClotsWithinFourAndAHalfHours() {
    assertThat(
            procedures("99.10")
                .filter(
                    pair -> {
                      JsonNode stay = pair.record().get(pair.procedure().at("/encounter"));
                      JsonNode condition = pair.record().get(stay.at("/diagnosis/0/condition"));
                      LocalDateTime onset = local(condition.path("onsetDateTime").asText());
                      LocalDateTime begin =
                          local(pair.procedure().at("/performedPeriod/start").asText());
                      assertThat(Duration.between(onset, begin))
                          .isBetween(Duration.ofMinutes(30), Duration.ofMinutes(270));
                      assertThat(pair.procedure().path("extension")).isEmpty();
                      return true;
                    }))
        .isNotEmpty();
  }

  @Test
  void operatesAtOnceWhereEveryMinuteCounts() {
    for (String code : List.of("36.07", "41.5", "47.01", "99.10")) {
      assertThat(procedures(code))
          .isNotEmpty()
          .allSatisfy(
              pair -> {
                JsonNode stay = pair.record().get(pair.procedure().at("/encounter"));
                Duration wait =
                    Duration.between(
                        local(stay.at("/period/start").asText()),
                        local(pair.procedure().at("/performedPeriod/start").asText()));
                assertThat(wait).isBetween(Duration.ofMinutes(20), Duration.ofHours(2));
                assertThat(pair.procedure().path("extension").findValuesAsText("display"))
                    .doesNotContain("择期手术");
              });
    }
  }

  @Test
  void leavesSurgeryOfTheHighestLevelToTheLargestHouses() {
    for (Record record : RECORDS) {
      record
          .all("Procedure")
          .forEach(
              entry -> {
                String level = entry.resource().at("/extension/0/valueCoding/code").asText();
                if (!level.isEmpty()) {
                  assertThat(entry.owner().tier()).isIn("county", "external");
                }
                if (level.equals("4")) {
                  assertThat(entry.owner().level()).isIn("2A", "3A");
                }
              });
    }
  }

  @Test
  void endsWhatPassesAndKeepsWhatStays() {
    every(
        "Condition",
        (record, condition) -> {
          String code = code(condition);
          LocalDate recorded =
              LocalDate.parse(condition.path("recordedDate").asText().substring(0, 10));
          boolean resolved =
              condition.at("/clinicalStatus/coding/0/code").asText().equals("resolved");
          assertThat(condition.has("abatementDateTime")).isEqualTo(resolved);
          if (resolved) {
            assertThat(LocalDate.parse(condition.path("abatementDateTime").asText()))
                .isAfterOrEqualTo(recorded)
                .isBeforeOrEqualTo(TODAY);
          }
          boolean suspected =
              condition.at("/verificationStatus/coding/0/code").asText().equals("provisional");
          assertThat(condition.has("clinicalStatus")).isNotEqualTo(suspected);
          if (!suspected
              && ACUTE.matcher(code).matches()
              && recorded.isBefore(TODAY.minusDays(170))) {
            assertThat(resolved).as(code).isTrue();
          }
          if (LASTING.matcher(code).matches()) {
            assertThat(resolved).as(code).isFalse();
          }
          String onset = condition.path("onsetDateTime").asText();
          String day = recorded.toString();
          assertThat(onset.substring(0, Math.min(onset.length(), 10))).isLessThanOrEqualTo(day);
          if (onset.length() >= 10) {
            assertThat(LocalDate.parse(onset.substring(0, 10)))
                .isAfterOrEqualTo(record.resident().birth());
          }
        });
  }

  @Test
  void namesTheInjuryBeforeWhatCausedIt() {
    int[] caused = {0};
    every(
        "Encounter",
        (record, visit) -> {
          List<String> codes = new ArrayList<>();
          visit
              .path("diagnosis")
              .forEach(each -> codes.add(code(record.get(each.path("condition")))));
          if (!codes.isEmpty()) {
            assertThat(codes.get(0)).doesNotMatch("[VWXY].*");
          }
          if (codes.size() > 1 && !codes.get(0).startsWith("O")) {
            assertThat(codes.get(0)).matches("[ST].*");
            assertThat(codes.get(1)).matches("[VW].*");
            caused[0]++;
          }
        });
    assertThat(caused[0]).isPositive();
  }

  @Test
  void codesToOneDepth() {
    every(
        "Condition",
        (record, condition) -> {
          String code = code(condition);
          assertThat(WHOLE.contains(code) || code.matches("[A-Z][0-9]{2}[.][0-9]"))
              .as(code)
              .isTrue();
        });
    every(
        "Procedure",
        (record, procedure) -> assertThat(code(procedure)).matches("[0-9]{2}[.][0-9]{1,2}"));
  }

  @Test
  void givesChildrenTheirFathersFamilyName() {
    int children = 0;
    for (Record record : RECORDS) {
      Resident resident = record.resident();
      if (resident.age(TODAY) < 18) {
        assertThat(resident.kin().relation()).isIn("父亲", "母亲");
        assertThat(resident.marriage()).isEqualTo("10");
        String family = resident.name().family();
        if (resident.kin().relation().equals("父亲") && !family.isEmpty()) {
          assertThat(resident.kin().name()).startsWith(family);
          children++;
        }
      }
    }
    assertThat(children).isGreaterThan(50);
  }

  @Test
  void keepsHouseholdsTogether() {
    Map<String, Resident> byPhone = new HashMap<>();
    Map<String, String> homes = new HashMap<>();
    for (Record record : RECORDS.subList(0, RESIDENTS)) {
      byPhone.put(Numbers.phone(1, record.resident().number()), record.resident());
    }
    int couples = 0;
    for (Record record : RECORDS.subList(0, RESIDENTS)) {
      Resident resident = record.resident();
      String village = homes.putIfAbsent("" + resident.house(), resident.village().code());
      assertThat(resident.village().code())
          .isEqualTo(village == null ? resident.village().code() : village);
      Resident kin = byPhone.get(resident.kin().phone());
      if (kin != null) {
        assertThat(kin.name().text()).isEqualTo(resident.kin().name());
        double years = ChronoUnit.DAYS.between(kin.birth(), resident.birth()) / 365.25;
        switch (resident.kin().relation()) {
          case "配偶" -> {
            assertThat(kin.male()).isNotEqualTo(resident.male());
            assertThat(Math.abs(years)).isLessThan(8);
            assertThat(kin.house()).isEqualTo(resident.house());
            couples++;
          }
          case "父亲" -> assertThat(years).isBetween(20.0, 46.0);
          case "母亲" -> assertThat(years).isBetween(19.0, 39.0);
          default -> assertThat(years).isBetween(-46.0, -19.0);
        }
      }
    }
    assertThat(couples).isGreaterThan(40);
  }

  @Test
  void marriesNobodyTooYoung() {
    for (Record record : RECORDS) {
      Resident resident = record.resident();
      if (!resident.marriage().equals("10")) {
        assertThat(resident.age(TODAY)).isGreaterThanOrEqualTo(resident.male() ? 22 : 20);
      }
      if (resident.marriage().equals("30")) {
        assertThat(resident.age(TODAY)).isGreaterThan(58);
      }
    }
  }

  @Test
  void judgesResultsByRangesForSexAndAge() {
    Map<String, Set<String>> ranges = new HashMap<>();
    every(
        "Observation",
        (record, found) -> {
          if (!found.has("referenceRange")) {
            return;
          }
          double value = found.at("/valueQuantity/value").asDouble();
          JsonNode range = found.at("/referenceRange/0");
          boolean low = range.has("low") && value < range.at("/low/value").asDouble();
          boolean high = value > range.at("/high/value").asDouble();
          assertThat(found.at("/interpretation/0/coding/0/code").asText())
              .isEqualTo(low ? "L" : high ? "H" : "N");
          assertThat(range.toString()).doesNotContain("E+");
          double age = record.age(found.path("effectiveDateTime").asText());
          String sex = record.resident().male() ? "M" : "F";
          ranges
              .computeIfAbsent(
                  loinc(found) + (age >= 20 ? sex : age < 13 ? "child" : "young"),
                  none -> new TreeSet<>())
              .add(range.at("/low/value").asText() + "–" + range.at("/high/value").asText());
        });
    assertThat(ranges.get("718-7M")).containsExactly("130–175");
    assertThat(ranges.get("718-7F")).containsExactly("115–150");
    assertThat(ranges.get("718-7child")).contains("112–149").doesNotContain("130–175");
    assertThat(ranges.get("14682-9M")).containsExactlyInAnyOrder("57–97", "57–111");
    assertThat(ranges.get("14682-9F")).containsExactlyInAnyOrder("41–73", "41–81");
    assertThat(ranges.get("14933-6M")).containsExactly("208–428");
    assertThat(ranges.get("14933-6F")).containsExactly("155–357");
  }

  @Test
  void numbersPatientsInEachHouseItsOwnWay() {
    Map<String, Set<String>> given = new HashMap<>();
    for (Record record : RECORDS.subList(0, RESIDENTS)) {
      List<String> own = record.all("Patient").map(entry -> entry.key().value()).toList();
      assertThat(own).doesNotHaveDuplicates();
      record
          .entries()
          .forEach(
              entry ->
                  assertThat(
                          given
                              .computeIfAbsent(
                                  entry.key().type() + entry.key().system(),
                                  none -> new HashSet<>())
                              .add(entry.key().value()))
                      .as(entry.key().toString())
                      .isTrue());
      assertThat(
              record
                  .all("Encounter")
                  .filter(entry -> !entry.key().value().contains("-"))
                  .map(entry -> entry.owner().code() + entry.key().value().substring(10))
                  .distinct()
                  .map(number -> number.substring(22))
                  .toList())
          .as("%s", record)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void writesNothingBeforeItsExaminationNorAfterItsVisit() {
    for (Record record : RECORDS) {
      Map<String, JsonNode> visits = new HashMap<>();
      record
          .all("Encounter")
          .forEach(entry -> visits.put(entry.key().toString(), entry.resource().path("period")));
      for (Entry entry : record.entries()) {
        JsonNode period = visits.get(entry.resource().at("/encounter/reference").asText());
        if (period == null || entry.key().type().equals("Task")) {
          continue;
        }
        for (String element :
            List.of(
                "effectiveDateTime", "issued", "started", "authoredOn", "recordedDate", "date")) {
          String time = entry.resource().path(element).asText();
          if (!time.isEmpty()) {
            assertThat(time)
                .as("%s %s %s", record, entry.key().type(), element)
                .isGreaterThanOrEqualTo(period.path("start").asText())
                .isLessThanOrEqualTo(period.path("end").asText(Chart.time(AS_OF)));
          }
        }
        if (entry.resource().has("issued")) {
          assertThat(entry.resource().path("issued").asText())
              .isGreaterThan(entry.resource().path("effectiveDateTime").asText());
        }
        if (entry.key().type().equals("MedicationRequest")) {
          record
              .of("DiagnosticReport")
              .filter(
                  report ->
                      report.at("/encounter").equals(entry.resource().at("/encounter"))
                          && period.has("end"))
              .forEach(
                  report ->
                      assertThat(entry.resource().path("authoredOn").asText())
                          .isGreaterThan(report.path("issued").asText()));
        }
      }
    }
  }

  @Test
  void keepsIllnessesToTheirAgesAndSexes() {
    every(
        "Condition",
        (record, condition) -> {
          double age = record.age(condition.path("recordedDate").asText());
          String code = code(condition);
          boolean male = record.resident().male();
          if (code.matches("[OZ].*|N76.*|N95.*|D25.*")) {
            assertThat(male).as(code).isFalse();
          }
          if (code.matches("[OZ].*")) {
            assertThat(age).isBetween(19.5, 43.0);
          }
          if (code.matches("I[1-6].*|E11.*|J44.*")) {
            assertThat(age).as(code).isGreaterThan(24);
          }
          if (code.matches("H25.*|M17.*")) {
            assertThat(age).as(code).isGreaterThan(44);
          }
          if (code.matches("B08.*|J18.0|R56.*")) {
            assertThat(age).as(code).isLessThan(10.1);
          }
        });
  }

  @Test
  void sendsSmallChildrenToThePaediatrician() {
    every(
        "Encounter",
        (record, visit) -> {
          if (record.age(visit.at("/period/start").asText()) < 14) {
            assertThat(visit.at("/serviceType/coding/0/code").asText())
                .isNotIn("0301", "0302", "0303", "0304", "0305", "0307", "0501", "0502");
          }
        });
  }

  @Test
  void givesNobodyTwoBirthsInAYearAndNoVisitsForOneAfterIt() {
    int births = 0;
    for (Record record : RECORDS) {
      List<String> delivered =
          record
              .of("Condition")
              .filter(condition -> code(condition).matches("O8.*"))
              .map(condition -> condition.path("recordedDate").asText())
              .toList();
      births += delivered.size();
      assertThat(delivered).hasSizeLessThan(2);
      record
          .of("Condition")
          .filter(condition -> code(condition).matches("Z3[45].*|O10.*|O34.*"))
          .map(condition -> condition.path("recordedDate").asText())
          .forEach(visit -> delivered.forEach(birth -> assertThat(visit).isLessThan(birth)));
    }
    assertThat(births).isBetween(3, 25);
  }

  @Test
  void measuresPressuresAndFeversThatFit() {
    every(
        "Observation",
        (record, found) -> {
          double age = record.age(found.path("effectiveDateTime").asText());
          if (loinc(found).equals("85354-9")) {
            double systolic = found.at("/component/0/valueQuantity/value").asDouble();
            double diastolic = found.at("/component/1/valueQuantity/value").asDouble();
            assertThat(age).isGreaterThanOrEqualTo(3);
            assertThat(systolic - diastolic).isGreaterThan(15);
            assertThat(systolic).isBetween(70.0, age < 12 ? 128.0 : 200.0);
          } else if (loinc(found).equals("8310-5")) {
            JsonNode visit = record.get(found.path("encounter"));
            boolean fever = visit.at("/reasonCode/0/text").asText().contains("热");
            assertThat(found.at("/valueQuantity/value").asDouble() >= 37.3).isEqualTo(fever);
          }
        });
  }

  @Test
  void readsPicturesAndTracingsAsTheDiagnosisSays() {
    every(
        "DiagnosticReport",
        (record, report) -> {
          String conclusion = report.path("conclusion").asText();
          String diagnosis = diagnosis(record, report);
          Map<String, String> only =
              Map.of(
                  "考虑炎症", "J18.9",
                  "胆囊结石", "K80",
                  "急性前壁心肌梗死", "I21.0",
                  "急性下壁心肌梗死", "I21.1",
                  "股骨颈骨折", "S72.0",
                  "考虑脑梗死", "I63.9",
                  "阑尾炎", "K35",
                  "脾破裂", "S36.0");
          only.forEach(
              (words, code) -> {
                if (conclusion.contains(words)) {
                  assertThat(diagnosis).as(conclusion).startsWith(code);
                }
              });
          if (diagnosis.startsWith("S72") && report.at("/code/text").asText().contains("X 线")) {
            assertThat(conclusion).contains("股骨颈骨折");
          }
        });
  }

  @Test
  void measuresTheIntervalsOfTheTracing() {
    every(
        "Observation",
        (record, found) -> {
          if (loinc(found).equals("11524-6")) {
            Map<String, Double> measured = new HashMap<>();
            found
                .path("component")
                .forEach(
                    each ->
                        measured.put(
                            each.at("/code/coding/0/code").asText(),
                            each.at("/valueQuantity/value").asDouble()));
            double beat = 60 / measured.getOrDefault("8867-4", 0.0);
            assertThat(measured.get("8636-3"))
                .isCloseTo(measured.getOrDefault("8634-8", 0.0) / Math.sqrt(beat), within(8.0))
                .isBetween(380.0, 470.0);
            assertThat(measured.get("8633-0")).isLessThan(110);
          }
        });
    for (Record record : RECORDS) {
      record
          .of("DiagnosticReport")
          .filter(report -> report.path("conclusion").asText().equals("心房颤动"))
          .forEach(
              report ->
                  assertThat(record.get(report.at("/result/0")).path("component").toString())
                      .doesNotContain("8625-6"));
    }
  }

  @Test
  void runsTheClockOfAGreenChannelForwards() {
    Set<String> channels = new HashSet<>();
    for (Record record : RECORDS) {
      record
          .of("Observation")
          .filter(found -> found.at("/code/text").asText().endsWith("绿色通道时间节点"))
          .forEach(
              clock -> {
                channels.add(clock.at("/code/text").asText());
                Map<String, String> nodes = new HashMap<>();
                clock
                    .path("component")
                    .forEach(
                        node ->
                            nodes.put(
                                node.at("/code/text").asText(),
                                node.path("valueDateTime").asText()));
                List<String> order =
                    Stream.of("发病", "首次医疗接触", "首份心电图完成", "心电图诊断", "到达县医院大门", "头颅 CT 完成", "静脉溶栓开始")
                        .filter(nodes::containsKey)
                        .map(nodes::get)
                        .toList();
                assertThat(order).isSorted();
                JsonNode stay = record.get(clock.path("encounter"));
                assertThat(nodes.get("到达县医院大门")).isEqualTo(stay.at("/period/start").asText());
                Matcher said = HOURS.matcher(stay.at("/reasonCode/0/text").asText());
                if (nodes.containsKey("发病") && said.find()) {
                  assertThat(local(nodes.get("发病")).plusHours(Integer.parseInt(said.group(1))))
                      .isCloseTo(
                          local(nodes.getOrDefault("到达县医院大门", "")), within(30, ChronoUnit.MINUTES));
                }
                record
                    .of("Procedure")
                    .filter(done -> done.at("/encounter").equals(clock.at("/encounter")))
                    .filter(done -> code(done).equals("99.10"))
                    .forEach(
                        done ->
                            assertThat(done.at("/performedPeriod/start").asText())
                                .isEqualTo(nodes.get("静脉溶栓开始")));
              });
    }
    assertThat(channels).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void letsNobodyWhoReadsSamplesSeePatients() {
    Directory directory = County.of(1, RESIDENTS, AS_OF).directory();
    Map<String, Doctor> staff = new HashMap<>();
    directory
        .sites()
        .forEach(
            site ->
                directory
                    .staff(site)
                    .forEach(doctor -> staff.put(doctor.role().toString(), doctor)));
    for (Record record : RECORDS.subList(0, RESIDENTS)) {
      record
          .of("Encounter")
          .forEach(
              visit ->
                  assertThat(staff.get(visit.at("/participant/0/individual/reference").asText()))
                      .matches(doctor -> doctor != null && !doctor.specialty().technical()));
    }
  }

  @Test
  void repeatsAFollowUpWithTheSameMedicines() {
    int compared = 0;
    for (Record record : RECORDS) {
      boolean fell =
          record
              .of("Condition")
              .anyMatch(each -> code(each).matches("I21.*|I48|[OZ].*|[FKI][0-9]+[.]4"));
      List<JsonNode> visits = followUps(record);
      int high = !visits.isEmpty() && high(record, visits.get(0)) ? 1 : 0;
      for (int i = 1; i < visits.size() && !fell; i++) {
        high = high(record, visits.get(i)) ? high + 1 : 0;
        if (high < 2) {
          assertThat(new TreeSet<>(drugs(record, visits.get(i))))
              .as("%s", record)
              .isEqualTo(new TreeSet<>(drugs(record, visits.get(i - 1))));
          compared++;
        } else {
          high = 0;
        }
      }
    }
    assertThat(compared).isGreaterThan(100);
  }

  @Test
  void addsADrugWhenThePressureIsTooHighTwiceAndLooksAgain() {
    int changed = 0;
    for (Record record : RECORDS) {
      boolean pressed = record.of("Condition").anyMatch(each -> code(each).equals("I10"));
      boolean pregnant = record.of("Condition").anyMatch(each -> code(each).matches("[OZ].*"));
      List<JsonNode> visits = followUps(record);
      int high = 0;
      for (JsonNode visit : pressed && !pregnant ? visits : List.<JsonNode>of()) {
        high = high(record, visit) ? high + 1 : 0;
        if (high == 2) {
          high = 0;
          LocalDateTime at = local(visit.at("/period/start").asText());
          JsonNode before = visits.get(visits.indexOf(visit) - 1);
          assertThat(drugs(record, visit)).hasSizeGreaterThan(drugs(record, before).size());
          boolean seen =
              record
                  .of("Encounter")
                  .map(any -> local(any.at("/period/start").asText()))
                  .anyMatch(any -> any.isAfter(at) && any.isBefore(at.plusDays(21)));
          assertThat(seen || at.plusDays(20).isAfter(AS_OF)).as("%s %s", record, at).isTrue();
          changed++;
        }
      }
    }
    assertThat(changed).isGreaterThan(10);
  }

  @Test
  void givesNothingThatPregnancyForbids() {
    Pattern forbidden = Pattern.compile("(缬沙坦|阿托伐他汀|复方氨酚烷胺|布洛芬|塞来昔布|左氧氟沙星|格列美脲|利伐沙班|替格瑞洛|螺内酯).*");
    Set<String> seen = new HashSet<>();
    for (Record record : RECORDS) {
      record
          .of("Encounter")
          .forEach(
              visit -> {
                Matcher weeks = WEEKS.matcher(visit.at("/reasonCode/0/text").asText());
                if (weeks.find()) {
                  LocalDateTime at = local(visit.at("/period/start").asText());
                  LocalDateTime from = at.minusWeeks(Integer.parseInt(weeks.group(1)));
                  seen.addAll(drugs(record, from, from.plusWeeks(40)));
                }
              });
    }
    assertThat(seen).contains("叶酸片").noneMatch(drug -> forbidden.matcher(drug).matches());
  }

  @Test
  void givesPregnantWomenWhatTakesThePlace() {
    Chart chart = chart();
    chart.diagnosed(new Chart.Spell(Pregnancy.STATE, AS_OF.minusDays(60), null));

    assertThat(
            Contraindication.heed(
                chart, List.of("valsartan", "aspirin", "atorvastatin", "cold"), AS_OF))
        .containsExactly("labetalol", "aspirin", "paracetamol");
    assertThat(Contraindication.heed(chart, List.of("valsartan"), AS_OF.minusDays(61)))
        .containsExactly("valsartan");
  }

  @Test
  void endsWithThePregnancyWhatItForbids() {
    Chart chart = chart();
    chart.diagnosed(new Chart.Spell(Pregnancy.STATE, AS_OF.minusDays(100), AS_OF.minusDays(60)));

    assertThat(Contraindication.heed(chart, List.of("valsartan"), AS_OF))
        .containsExactly("valsartan");
    assertThat(Contraindication.heed(chart, List.of("valsartan"), AS_OF.minusDays(30)))
        .containsExactly("labetalol");
  }

  @Test
  void givesNoAnalgesicThatHarmsStomachOrHeart() {
    int[] diagnosed = {0};
    every(
        "Condition",
        (record, condition) -> {
          if (code(condition).matches("(K25|I50|I2[015]|I48|I6[39]).*")) {
            LocalDateTime from = local(condition.path("recordedDate").asText());
            diagnosed[0]++;
            assertThat(drugs(record, from, AS_OF.plusDays(1)))
                .as("%s %s", record, code(condition))
                .noneMatch(drug -> drug.matches("(布洛芬|塞来昔布).*"));
          }
        });
    assertThat(diagnosed[0]).isGreaterThan(50);
    Chart chart = chart();
    chart.diagnosed(new Chart.Spell("K25.7", AS_OF.minusDays(300), AS_OF.minusDays(240)));
    assertThat(Contraindication.heed(chart, List.of("celecoxib", "aspirin"), AS_OF))
        .containsExactly("paracetamol-pain", "aspirin", "omeprazole");
    assertThat(Contraindication.heed(chart, List.of("celecoxib"), AS_OF.minusDays(301)))
        .containsExactly("celecoxib");
  }

  @Test
  void knowsTheDrugsOfItsRules() {
    assertThat(Contraindication.ALL)
        .flatExtracting(Contraindication::instead)
        .allMatch(drug -> Prescription.knows(drug, 30));
    assertThat(Contraindication.ALL)
        .flatExtracting(Contraindication::drugs)
        .allMatch(drug -> Prescription.knows(drug, 30));
  }

  @Test
  void followsUpNotBeforeTheSupplyIsUsedUp() {
    int pairs = 0;
    for (Record record : RECORDS) {
      List<LocalDate> days =
          record
              .of("Encounter")
              .filter(visit -> visit.at("/reasonCode/0/text").asText().endsWith("季度随访"))
              .map(visit -> local(visit.at("/period/start").asText()).toLocalDate())
              .sorted()
              .toList();
      for (int i = 1; i < days.size(); i++) {
        assertThat(ChronoUnit.DAYS.between(days.get(i - 1), days.get(i)))
            .as("%s", record)
            .isGreaterThanOrEqualTo(84);
        pairs++;
      }
    }
    assertThat(pairs).isGreaterThan(100);
  }

  @Test
  void hasAProblemOnceAtATime() {
    for (Record record : RECORDS) {
      Map<String, List<JsonNode>> problems = new HashMap<>();
      record
          .of("Condition")
          .filter(condition -> condition.has("clinicalStatus"))
          .filter(condition -> !code(condition).matches("[VW].*"))
          .forEach(
              each -> problems.computeIfAbsent(code(each), none -> new ArrayList<>()).add(each));
      problems.forEach(
          (code, each) -> {
            List<String> days =
                each.stream()
                    .sorted(Comparator.comparing(one -> one.path("recordedDate").asText()))
                    .flatMap(
                        one ->
                            Stream.of(
                                one.path("recordedDate").asText().substring(0, 10),
                                one.path("abatementDateTime").asText("9999")))
                    .toList();
            assertThat(days).as("%s %s", record, code).isSorted();
            assertThat(days.indexOf("9999")).isIn(-1, days.size() - 1);
          });
    }
  }

  @Test
  void letsReferralsFailOnlyWhenTheirTimeHasCome() {
    Map<String, Integer> failed = new HashMap<>();
    referrals(
        (record, request, task) -> {
          if (task.path("status").asText().equals("failed")) {
            LocalDateTime changed = local(task.path("lastModified").asText());
            String state = task.at("/businessStatus/coding/0/code").asText();
            LocalDateTime due =
                state.equals("no-show")
                    ? local(task.at("/executionPeriod/start").asText()).plusHours(48)
                    : local(request.at("/occurrencePeriod/end").asText());
            assertThat(changed).as("%s %s", record, state).isBetween(due, AS_OF);
            failed.merge(state, 1, Integer::sum);
          }
        });
    assertThat(failed).containsKeys("no-show", "expired");
  }

  @Test
  void makesAppointmentsWhenTheClinicsAreOpen() {
    int[] made = {0};
    referrals(
        (record, request, task) -> {
          String state = task.at("/businessStatus/coding/0/code").asText();
          if (List.of("accepted", "no-show").contains(state)) {
            LocalDateTime at = local(task.at("/executionPeriod/start").asText());
            if (request.path("priority").asText().equals("routine")) {
              assertThat(at.getHour()).as("%s", record).isBetween(8, 16);
              assertThat(at.getDayOfWeek().getValue()).isLessThan(6);
              made[0]++;
            } else {
              assertThat(at).isBetween(local(task.path("authoredOn").asText()), AS_OF.plusHours(3));
            }
          }
        });
    assertThat(made[0]).isPositive();
  }

  @Test
  void sendsWithAPriorityThatTheWordsBear() {
    Set<String> seen = new HashSet<>();
    referrals(
        (record, request, task) -> {
          String words = request.at("/reasonCode/0").toString();
          String priority = request.path("priority").asText();
          String extensions = request.path("extension").toString();
          seen.add(priority);
          if (words.contains("病情平稳")) {
            assertThat(priority).isEqualTo("routine");
            assertThat(extensions).contains("住院");
          } else if (words.matches(".*(病情危重|急性阑尾炎|股骨颈骨折|黑便|绞痛 [0-9]|抽搐|突发).*")) {
            assertThat(priority).as(words).isNotEqualTo("routine");
          }
          boolean pressing = !priority.equals("routine");
          assertThat(extensions.contains("患者自理") || extensions.contains("门诊")).isEqualTo(!pressing);
          if (pressing) {
            assertThat(task.path("status").asText()).isNotIn("failed", "rejected", "cancelled");
          }
        });
    assertThat(seen).containsExactlyInAnyOrder("routine", "urgent", "stat");
  }

  @Test
  void leavesWhatWasEnteredTwiceOnce() {
    int[] found = {0};
    referrals(
        (record, request, task) -> {
          if (task.at("/businessStatus/coding/0/code").asText().equals("void")) {
            assertThat(
                    record
                        .of("ServiceRequest")
                        .filter(other -> other != request)
                        .filter(
                            other -> other.path("reasonCode").equals(request.path("reasonCode")))
                        .filter(other -> other.path("performer").equals(request.path("performer")))
                        .filter(other -> other.path("status").asText().equals("completed")))
                .as("%s", record)
                .hasSize(1);
            found[0]++;
          }
          assertThat(task.at("/statusReason/text").asText()).doesNotContain("好转");
        });
    assertThat(found[0]).isPositive();
  }

  @Test
  void countsTheHoursOfAComplaintOnWithTheClock() {
    assertThat(Illness.later("突发胸痛 2 小时", Duration.ofMinutes(75))).isEqualTo("突发胸痛 3 小时");
    assertThat(Illness.later("咳嗽 4 天", Duration.ofMinutes(75))).isEqualTo("咳嗽 4 天");
    int[] counted = {0};
    referrals(
        (record, request, task) -> {
          Matcher said = HOURS.matcher(request.at("/reasonCode/0/text").asText());
          JsonNode stay = task.has("encounter") ? record.get(task.path("encounter")) : task;
          Matcher then = HOURS.matcher(stay.at("/reasonCode/0/text").asText());
          if (said.find() && then.find()) {
            assertThat(Integer.parseInt(then.group(1)))
                .isGreaterThan(Integer.parseInt(said.group(1)));
            counted[0]++;
          }
        });
    assertThat(counted[0]).isPositive();
  }

  @Test
  void seesThoseWhoComeAtNightAsEmergencies() {
    every(
        "Encounter",
        (record, visit) -> {
          int hour = local(visit.at("/period/start").asText()).getHour();
          if (visit.at("/class/code").asText().equals("AMB")) {
            assertThat(hour).as("%s %s", record, visit.path("reasonCode")).isBetween(7, 17);
          }
        });
  }

  @Test
  void looksAndGivesBeforeItOperates() {
    int[] looked = {0};
    every(
        "Procedure",
        (record, procedure) -> {
          String begin = procedure.at("/performedPeriod/start").asText();
          if (!procedure.has("extension")) {
            return;
          }
          record
              .of("DiagnosticReport")
              .filter(report -> report.path("encounter").equals(procedure.path("encounter")))
              .forEach(report -> assertThat(report.path("issued").asText()).isLessThan(begin));
          record
              .of("MedicationRequest")
              .filter(drug -> drug.path("encounter").equals(procedure.path("encounter")))
              .filter(drug -> drug.path("medicationCodeableConcept").toString().contains("头孢"))
              .forEach(
                  drug -> {
                    assertThat(drug.path("authoredOn").asText()).isLessThan(begin);
                    looked[0]++;
                  });
        });
    assertThat(looked[0]).isPositive();
  }

  @Test
  void givesForPainWhatIsForPain() {
    Set<String> for_ = new HashSet<>();
    every(
        "MedicationRequest",
        (record, drug) -> {
          String how = drug.at("/dosageInstruction/0/text").asText();
          if (how.contains("38.5 ℃")) {
            String visit = record.get(drug.path("encounter")).at("/reasonCode/0/text").asText();
            assertThat(visit).matches(".*(热|咽痛|鼻塞).*");
          }
          for_.add(how.contains("疼痛时") ? "pain" : "");
        });
    assertThat(for_).contains("pain");
  }

  @Test
  void seesInTheHeartWhatItHasSuffered() {
    Set<String> seen = new HashSet<>();
    for (Record record : RECORDS) {
      List<String> tracings =
          record
              .of("DiagnosticReport")
              .filter(report -> report.at("/category/0/coding/0/code").asText().equals("EC"))
              .sorted(Comparator.comparing(report -> report.path("effectiveDateTime").asText()))
              .map(report -> report.path("conclusion").asText())
              .toList();
      boolean fibrillates = record.of("Condition").anyMatch(each -> code(each).equals("I48"));
      Set<String> drugs = new HashSet<>(drugs(record, AS_OF.minusYears(2), AS_OF.plusDays(1)));
      boolean scar = false;
      boolean thick = false;
      boolean irregular = false;
      for (String tracing : tracings) {
        boolean now = tracing.equals("心房颤动");
        assertThat(!irregular || now).as("%s %s", record, tracings).isTrue();
        irregular |= now;
        assertThat(scar && tracing.contains("正常心电图")).as("%s", record).isFalse();
        assertThat(thick && tracing.contains("正常心电图")).as("%s", record).isFalse();
        scar |= tracing.contains("梗死");
        thick |= tracing.contains("高电压");
        seen.add(tracing);
      }
      if (irregular) {
        assertThat(fibrillates).as("%s", record).isTrue();
        assertThat(drugs).as("%s", record).containsAnyOf("利伐沙班片", "依诺肝素钠注射液");
      }
    }
    assertThat(seen).anyMatch(tracing -> tracing.contains("陈旧性")).contains("心房颤动");
  }

  @Test
  void goesOnAfterAnInfarction() {
    int[] followed = {0};
    for (Record record : RECORDS) {
      record
          .of("Encounter")
          .filter(visit -> visit.at("/class/code").asText().equals("IMP"))
          .filter(visit -> code(record.get(visit.at("/diagnosis/0/condition"))).startsWith("I21"))
          .filter(visit -> visit.at("/period").has("end"))
          .forEach(
              stay -> {
                LocalDateTime left = local(stay.at("/period/end").asText());
                assertThat(drugs(record, left.minusHours(1), left)).contains("替格瑞洛片");
                record
                    .of("MedicationRequest")
                    .filter(drug -> drug.path("encounter").equals(stayReference(record, stay)))
                    .filter(
                        drug ->
                            local(drug.path("authoredOn").asText()).isBefore(left.minusHours(1)))
                    .forEach(
                        drug ->
                            assertThat(
                                    drug.at("/dispenseRequest/expectedSupplyDuration/value")
                                        .asInt())
                                .isLessThan(28));
                if (left.isBefore(AS_OF.minusDays(80))) {
                  assertThat(record.of("Condition").map(PlausibleTest::code)).contains("I25.2");
                  assertThat(drugs(record, left.plusDays(20), left.plusDays(60)))
                      .as("%s", record)
                      .contains("阿司匹林肠溶片", "替格瑞洛片", "阿托伐他汀钙片", "琥珀酸美托洛尔缓释片");
                  followed[0]++;
                }
              });
    }
    assertThat(followed[0]).isPositive();
  }

  @Test
  void callsAnUlcerThatBleedsByItsNameAndGoesOnTreatingIt() {
    int[] bled = {0};
    every(
        "Encounter",
        (record, stay) -> {
          if (stay.at("/reasonCode/0/text").asText().contains("黑便")) {
            assertThat(code(record.get(stay.at("/diagnosis/0/condition")))).isEqualTo("K25.4");
            if (stay.at("/class/code").asText().equals("IMP") && stay.at("/period").has("end")) {
              LocalDateTime left = local(stay.at("/period/end").asText());
              assertThat(drugs(record, left.minusHours(1), left)).contains("奥美拉唑肠溶胶囊");
              bled[0]++;
            }
          }
        });
    assertThat(bled[0]).isPositive();
  }

  @Test
  void keepsNoStrokeWhereThereIsNoScanner() {
    int[] strokes = {0};
    for (Record record : RECORDS) {
      record
          .all("Encounter")
          .filter(entry -> entry.resource().at("/class/code").asText().equals("IMP"))
          .forEach(
              entry -> {
                String code = code(record.get(entry.resource().at("/diagnosis/0/condition")));
                if (code.matches("I63.*|K25.*")) {
                  assertThat(entry.owner().tier()).isNotEqualTo("township");
                  strokes[0]++;
                }
              });
    }
    assertThat(strokes[0]).isPositive();
  }

  @Test
  void caresForBitesOfDogsWholly() {
    int[] bites = {0};
    every(
        "Encounter",
        (record, visit) -> {
          if (visit.at("/reasonCode/0/text").asText().contains("犬咬伤")) {
            LocalDateTime at = local(visit.at("/period/start").asText());
            List<String> drugs = drugs(record, at, at.plusHours(5));
            assertThat(drugs).contains("冻干人用狂犬病疫苗（Vero 细胞）".replaceAll("（.*", ""), "狂犬病人免疫球蛋白");
            if (record.age(visit.at("/period/start").asText()) >= 11) {
              assertThat(drugs).contains("破伤风人免疫球蛋白");
            }
            assertThat(drugs).containsAnyOf("阿莫西林克拉维酸钾片", "头孢呋辛酯干混悬剂");
            assertThat(record.of("Procedure").map(PlausibleTest::code)).contains("86.28");
            bites[0]++;
          }
        });
    assertThat(bites[0]).isPositive();
  }

  @Test
  void namesWhatMakesAPregnancyUnusual() {
    Set<String> seen = new HashSet<>();
    for (Record record : RECORDS) {
      List<JsonNode> antenatal =
          record
              .of("Encounter")
              .filter(visit -> visit.at("/reasonCode/0/text").asText().endsWith("产前检查"))
              .toList();
      boolean pressed = record.of("Condition").anyMatch(each -> code(each).equals("I10"));
      boolean scar =
          record
              .of("Encounter")
              .anyMatch(visit -> visit.at("/reasonCode/0/text").asText().contains("瘢痕子宫"));
      for (JsonNode visit : antenatal) {
        Set<String> codes = new HashSet<>();
        visit
            .path("diagnosis")
            .forEach(each -> codes.add(code(record.get(each.path("condition")))));
        boolean elder = record.age(visit.at("/period/start").asText()) >= 35;
        assertThat(codes.contains("O10.0")).as("%s", record).isEqualTo(pressed);
        assertThat(codes.contains("Z35.5") || !elder).as("%s", record).isTrue();
        assertThat(codes.contains("O34.2") || !scar).as("%s", record).isTrue();
        assertThat(codes.contains("Z34.9"))
            .isEqualTo(codes.size() == 1 && !codes.toString().matches(".*(O10|O34|Z35).*"));
        seen.addAll(codes);
      }
      List<LocalDateTime> labetalol =
          record
              .of("MedicationRequest")
              .filter(drug -> drug.path("medicationCodeableConcept").toString().contains("拉贝洛尔"))
              .map(drug -> local(drug.path("authoredOn").asText()))
              .toList();
      for (JsonNode visit : antenatal) {
        Matcher weeks = WEEKS.matcher(visit.at("/reasonCode/0/text").asText());
        assertThat(weeks.find()).isTrue();
        LocalDateTime conceived =
            local(visit.at("/period/start").asText())
                .minusWeeks(Integer.parseInt(weeks.group(1)) - 1);
        assertThat(labetalol).allMatch(at -> at.isAfter(conceived.minusWeeks(2)));
      }
    }
    assertThat(seen).contains("Z34.9", "Z35.5", "O34.2");
  }

  @Test
  void worsensOnlyWhatIsKnown() {
    for (Record record : RECORDS) {
      Set<String> codes = new HashSet<>();
      record.of("Condition").forEach(each -> codes.add(code(each)));
      assertThat(!codes.contains("J44.1") || codes.contains("J44.9")).as("%s", record).isTrue();
      assertThat(!codes.contains("E11.6") || codes.contains("E11.9")).as("%s", record).isTrue();
    }
  }

  @Test
  void sendsABrokenHipWithItsPictureAndNotWithItsHeart() {
    int hips = 0;
    for (Record record : RECORDS) {
      for (JsonNode request : record.of("ServiceRequest").toList()) {
        String why = request.at("/reasonCode/0/text").asText();
        String what = request.at("/category/0/coding/0/code").asText();
        if (why.contains("股骨颈骨折")) {
          assertThat(what).isNotEqualTo("remote-ecg");
          if (what.equals("referral") && why.contains("可能")) {
            assertThat(record.of("ImagingStudy").map(study -> study.path("encounter")))
                .contains(request.path("encounter"));
            hips++;
          }
        }
      }
    }
    assertThat(hips).isPositive();
  }

  @Test
  void namesTheLastReceiverInARedirectedReferral() {
    int redirected = 0;
    for (Record record : RECORDS) {
      for (JsonNode first : record.of("Task").toList()) {
        if (first.at("/businessStatus/coding/0/code").asText().equals("redirected")) {
          JsonNode request = record.get(first.path("focus"));
          JsonNode second =
              record
                  .of("Task")
                  .filter(task -> task != first && task.path("focus").equals(first.path("focus")))
                  .findFirst()
                  .orElseThrow();
          assertThat(request.at("/performer/0")).isEqualTo(second.path("owner"));
          assertThat(request.at("/performer/0")).isNotEqualTo(first.path("owner"));
          redirected++;
        }
      }
    }
    assertThat(redirected).isPositive();
  }

  private record Done(Record record, JsonNode procedure) {}

  private interface Look {
    void at(Record record, JsonNode resource);
  }

  private static void every(String type, Look look) {
    for (Record record : RECORDS) {
      record.of(type).forEach(resource -> look.at(record, resource));
    }
  }

  private interface Sent {
    void at(Record record, JsonNode request, JsonNode task);
  }

  /** Every referral with its Task. */
  private static void referrals(Sent sent) {
    every(
        "Task",
        (record, task) -> {
          if (task.has("businessStatus")) {
            sent.at(record, record.get(task.path("focus")), task);
          }
        });
  }

  /** The visits for long-term illnesses, in their order. */
  private static List<JsonNode> followUps(Record record) {
    return record
        .of("Encounter")
        .filter(visit -> visit.at("/reasonCode/0/text").asText().matches(".*(季度随访|血压复查)"))
        .sorted(Comparator.comparing(visit -> visit.at("/period/start").asText()))
        .toList();
  }

  private static JsonNode stayReference(Record record, JsonNode stay) {
    return record
        .of("Observation")
        .filter(found -> record.get(found.path("encounter")).equals(stay))
        .findFirst()
        .orElseThrow()
        .path("encounter");
  }

  private static boolean high(Record record, JsonNode visit) {
    LocalDateTime at = local(visit.at("/period/start").asText());
    return record
        .of("Observation")
        .filter(found -> loinc(found).equals("85354-9"))
        .filter(found -> local(found.path("effectiveDateTime").asText()).isAfter(at))
        .filter(found -> local(found.path("effectiveDateTime").asText()).isBefore(at.plusHours(1)))
        .anyMatch(
            found ->
                found.at("/component/0/valueQuantity/value").asDouble() >= 140
                    || found.at("/component/1/valueQuantity/value").asDouble() >= 90);
  }

  private static List<String> drugs(Record record, JsonNode visit) {
    LocalDateTime at = local(visit.at("/period/start").asText());
    return drugs(record, at, at.plusHours(2));
  }

  private static Stream<Done> procedures(String code) {
    return RECORDS.stream()
        .flatMap(record -> record.of("Procedure").map(done -> new Done(record, done)))
        .filter(done -> code(done.procedure()).equals(code));
  }

  private static Stream<Record> county(int seed) {
    County county = County.of(seed, RESIDENTS, AS_OF);
    return IntStream.range(0, RESIDENTS)
        .mapToObj(
            number ->
                new Record(
                    Resident.of(seed, number, TODAY, county.directory()), Life.of(county, number)));
  }

  private static Chart chart() {
    County county = County.of(1, RESIDENTS, AS_OF);
    return new Chart(county, Resident.of(1, 7, TODAY, county.directory()));
  }

  /** Names of the drugs that are prescribed in a span. */
  private static List<String> drugs(Record record, LocalDateTime from, LocalDateTime to) {
    return record
        .of("MedicationRequest")
        .filter(drug -> local(drug.path("authoredOn").asText()).isAfter(from))
        .filter(drug -> local(drug.path("authoredOn").asText()).isBefore(to))
        .map(drug -> drug.at("/medicationCodeableConcept/text").asText().replaceAll("（.*", ""))
        .toList();
  }

  private static String code(JsonNode resource) {
    return resource.at("/code/coding/0/code").asText();
  }

  private static String loinc(JsonNode observation) {
    return code(observation);
  }

  private static String diagnosis(Record record, JsonNode report) {
    JsonNode visit = record.get(report.path("encounter"));
    return StreamSupport.stream(visit.path("diagnosis").spliterator(), false)
        .findFirst()
        .map(each -> code(record.get(each.path("condition"))))
        .orElse("");
  }

  private static double weight(Record record, JsonNode encounter) {
    return record
        .of("Observation")
        .filter(found -> loinc(found).equals("29463-7") && found.at("/encounter").equals(encounter))
        .findFirst()
        .orElseThrow()
        .at("/valueQuantity/value")
        .asDouble();
  }

  private static LocalDateTime local(String time) {
    return OffsetDateTime.parse(time).toLocalDateTime();
  }
}
