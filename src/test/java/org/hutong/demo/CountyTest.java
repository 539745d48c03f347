package org.hutong.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CountyTest {
  private static final LocalDateTime AS_OF = LocalDateTime.parse("2026-11-01T12:00");
  private static final County SMALL = County.of(1, 300, AS_OF);
  private static final int MANY = 2000;
  private static final List<Resident> RESIDENTS = residents(MANY);
  private static final List<Entry> ENTRIES = entries(SMALL);

  @Test
  void isTheSameToTheByteForTheSameSeedSizeAndInstant() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int number : List.of(7, 0, 211)) {
      for (Transaction transaction : County.of(1, 300, AS_OF).resident(number)) {
        digest.update(transaction.bundle(true).toString().getBytes(StandardCharsets.UTF_8));
      }
    }

    assertThat(HexFormat.of().formatHex(digest.digest()))
        .as("Another county than before: is that meant? Then write down its new hash.")
        .isEqualTo("aa1c2b486113c648f76bfd7bf37230b9fa288ac5b0e2ab48bed9b2b3edd3b4f1");
  }

  @Test
  void differsByTheSeed() {
    assertThat(County.of(2, 300, AS_OF).resident(0).toString())
        .isNotEqualTo(SMALL.resident(0).toString());
  }

  @Test
  void refersOnlyToWhatHasBeenSentBefore() {
    Set<String> sent = new HashSet<>();
    SMALL
        .transactions()
        .forEach(
            transaction -> {
              JsonNode bundle = transaction.bundle(true);
              Set<String> within = new HashSet<>();
              bundle.path("entry").forEach(entry -> within.add(entry.path("fullUrl").asText()));
              for (String reference : bundle.findValuesAsText("reference")) {
                assertThat(reference.startsWith("urn:") ? within : sent).contains(reference);
              }
              for (Entry entry : transaction.entries()) {
                assertThat(sent.add(entry.key().toString())).as(entry.key().toString()).isTrue();
              }
            });
  }

  @Test
  void givesEachResidentAValidIdentityNumberOfNoPlace() {
    assertThat(RESIDENTS)
        .allSatisfy(
            resident -> {
              String number = resident.identity();
              assertThat(number).matches("159981[12][0-9]{10}[0-9X]");
              assertThat(number.substring(6, 14))
                  .isEqualTo(resident.birth().toString().replace("-", ""));
              assertThat((number.charAt(16) - '0') % 2 == 1).isEqualTo(resident.male());
              assertThat(remainder(number)).isOne();
              assertThat(Integer.parseInt(number.substring(14, 17))).isGreaterThanOrEqualTo(10);
            });
  }

  @Test
  void givesNoIdentityNumberTwiceAmongAHundredThousand() {
    Directory directory = new Directory(1, 300);
    Set<String> numbers = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      numbers.add(Resident.of(1, i, AS_OF.toLocalDate(), directory).identity());
    }
    assertThat(numbers).hasSize(100_000);
  }

  @Test
  void givesTelephoneNumbersThatNobodyHas() {
    assertThat(ENTRIES.stream().flatMap(entry -> values(entry.resource(), "telecom")))
        .isNotEmpty()
        .allSatisfy(phone -> assertThat(phone).matches("12[0-9]{9}"));
  }

  @Test
  void givesInstitutionsValidCodesAndTheStorysOwn() {
    assertThat(SMALL.directory().lead().caller()).isEqualTo("12159981471000015Y");
    assertThat(SMALL.directory().site(2).caller()).isEqualTo("12159981471000023R");
    assertThat(SMALL.directory().site(3).caller()).isEqualTo("471000031159981D600001");
    assertThat(SMALL.directory().site(4).caller()).isEqualTo("1215990047100004X2");
    assertThat(SMALL.directory().sites())
        .extracting(Site::code)
        .doesNotHaveDuplicates()
        .allMatch(code -> code.length() == 22);
    assertThat(SMALL.directory().sites())
        .extracting(Site::tier)
        .contains("county", "township", "village", "external");
  }

  @Test
  void keepsTheStorysStaffAsTheyAre() throws Exception {
    for (String name : List.of("chen-zhiyuan", "zhao-min", "wang-jianguo", "ouyang-jing")) {
      JsonNode told = org.hutong.Cast.story("Practitioner-" + name);
      assertThat(ENTRIES)
          .filteredOn(entry -> entry.key().type().equals("Practitioner"))
          .extracting(Entry::resource)
          .anySatisfy(made -> assertThat(made).isEqualTo(told));
    }
  }

  @Test
  void showsAReferralInEveryStateUpwardsAndDownwards() {
    Map<String, String> directions = new HashMap<>();
    Map<String, Set<String>> states = new HashMap<>();
    for (Entry entry : ENTRIES) {
      JsonNode resource = entry.resource();
      if (entry.key().type().equals("ServiceRequest")
          && resource.at("/extension/0/url").asText().endsWith("referral-direction")) {
        directions.put(
            entry.key().toString(), resource.at("/extension/0/valueCoding/code").asText());
      } else if (entry.key().type().equals("Task") && resource.has("businessStatus")) {
        states
            .computeIfAbsent(
                directions.getOrDefault(resource.at("/focus/reference").asText(), ""),
                none -> new TreeSet<>())
            .add(resource.at("/businessStatus/coding/0/code").asText());
      }
    }

    String[] every = Stream.of(State.values()).map(State::code).toArray(String[]::new);
    assertThat(states.get("up")).containsExactlyInAnyOrder(every);
    assertThat(states.get("down")).containsExactlyInAnyOrder(every);
    assertThat(states).containsKeys("out-of-county", "return");
  }

  @Test
  void hasOpenReferralsInTheLeadHospitalsInbox() {
    assertThat(ENTRIES)
        .filteredOn(entry -> entry.key().type().equals("Task"))
        .extracting(Entry::resource)
        .filteredOn(task -> task.path("status").asText().equals("requested"))
        .filteredOn(
            task ->
                task.at("/owner/reference")
                    .asText()
                    .equals(SMALL.directory().lead().key().toString()))
        .hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void tellsOfVisitsOneAfterTheOtherWithinALifeAndTheYear() {
    for (int number = 0; number < SMALL.residents(); number++) {
      Resident resident = Resident.of(1, number, AS_OF.toLocalDate(), SMALL.directory());
      List<JsonNode> visits = new ArrayList<>();
      for (Entry entry : Life.of(SMALL, number)) {
        if (entry.key().type().equals("Encounter")) {
          visits.add(entry.resource().path("period"));
        }
      }
      visits.sort(Comparator.comparing(period -> period.path("start").asText()));
      LocalDateTime free = resident.birth().atStartOfDay();
      for (JsonNode period : visits) {
        LocalDateTime start = local(period.path("start").asText());
        assertThat(start).as("resident %s", number).isBetween(free, AS_OF);
        free = period.has("end") ? local(period.path("end").asText()) : AS_OF;
        assertThat(free).as("resident %s", number).isBetween(start, AS_OF);
      }
    }
  }

  @Test
  void hasTheAgesSexesAndPeoplesThatTheTablesSay() {
    LocalDate today = AS_OF.toLocalDate();
    assertThat(share(resident -> resident.age(today) >= 60)).isCloseTo(0.224, within(0.01));
    assertThat(share(resident -> resident.age(today) < 15)).isCloseTo(0.176, within(0.01));
    assertThat(share(Resident::male)).isCloseTo(0.512, within(0.03));
    assertThat(share(resident -> resident.ethnicity().code().equals("01")))
        .isCloseTo(0.86, within(0.03));
  }

  @Test
  void hasTheNamesThatPeopleHave() {
    assertThat(share(resident -> resident.name().family().equals("王"))).isBetween(0.04, 0.1);
    assertThat(share(resident -> resident.name().text().contains("·"))).isPositive();
    assertThat(share(resident -> resident.name().family().length() == 2)).isPositive();
    assertThat(share(resident -> resident.name().text().codePoints().anyMatch(c -> c > 0xFFFF)))
        .isPositive();
    assertThat(RESIDENTS)
        .allSatisfy(resident -> assertThat(resident.name().pinyin()).matches("[a-zü]+( [a-zü]+)*"));
  }

  @Test
  void hasTheVisitsAndStaysThatTheDocumentsSay() {
    int visits = 0;
    int stays = 0;
    int basic = 0;
    for (int number = 0; number < MANY; number++) {
      for (Entry entry : Life.of(County.of(3, MANY, AS_OF), number)) {
        if (entry.key().type().equals("Encounter")) {
          boolean stay = entry.resource().at("/class/code").asText().equals("IMP");
          stays += stay ? 1 : 0;
          visits += stay ? 0 : 1;
          basic += !stay && (entry.owner().is("village") || entry.owner().is("township")) ? 1 : 0;
        }
      }
    }
    assertThat((double) visits / MANY).isBetween(2.4, 3.4);
    assertThat((double) stays / MANY).isBetween(0.13, 0.23);
    assertThat((double) basic / visits).isBetween(0.65, 0.85);
  }

  @Test
  void makesResidentsOnlyWhenTheyAreAskedFor() {
    County large = County.of(1, 3_000_000, AS_OF);
    int before = large.institutions().size();

    assertThat(large.transactions().skip(before).limit(5)).hasSize(5);
    assertThat(large.resident(2_999_999)).isNotEmpty();
  }

  private static double share(Predicate<Resident> predicate) {
    return (double) RESIDENTS.stream().filter(predicate).count() / RESIDENTS.size();
  }

  private static List<Resident> residents(int count) {
    Directory directory = new Directory(3, count);
    return IntStream.range(0, count)
        .mapToObj(number -> Resident.of(3, number, AS_OF.toLocalDate(), directory))
        .toList();
  }

  private static List<Entry> entries(County county) {
    return county.transactions().flatMap(transaction -> transaction.entries().stream()).toList();
  }

  private static Stream<String> values(JsonNode resource, String element) {
    return resource.findValues(element).stream()
        .flatMap(list -> list.findValuesAsText("value").stream());
  }

  private static LocalDateTime local(String time) {
    return OffsetDateTime.parse(time).toLocalDateTime();
  }

  /** GB 11643: the check character makes the weighted sum 1 modulo 11. */
  private static int remainder(String number) {
    int sum = 0;
    for (int i = 0; i < 18; i++) {
      sum += "0123456789X".indexOf(number.charAt(i)) * ((1 << (17 - i)) % 11);
    }
    return sum % 11;
  }
}
