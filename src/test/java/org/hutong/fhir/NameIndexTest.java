package org.hutong.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.HumanName.NameUse;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.RelatedPerson;
import org.hl7.fhir.r4.model.StringType;
import org.hutong.fhir.NameIndex.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person is found and sorted by. */
class NameIndexTest {

  @ParameterizedTest
  @CsvSource({
    "欧阳娜娜, 娜娜",
    "欧阳 娜娜, 娜娜",
    "歐陽娜娜, 娜娜",
    "李秀兰, 秀兰",
    "李兰, 兰",
    "东方不败, 不败",
    "阿依古丽·买买提, 买买提",
    "阿依古丽・买买提, 买买提",
    "𠮷田茂, 田茂",
    "𬭎𬭎, 𬭎",
    "John Smith, Smith",
  })
  void findsTheGivenNameWithinTheText(String text, String given) {
    assertThat(searched(text(text), NameIndex.NAME))
        .containsExactlyInAnyOrder(PersonName.searched(text), given);
  }

  @ParameterizedTest
  @ValueSource(strings = {"李", "孟和巴雅尔", "J. Smith-Müller"})
  void cutsNoOther(String text) {
    assertThat(searched(text(text), NameIndex.NAME)).doesNotContain("和巴雅尔", "").hasSizeLessThan(3);
  }

  @ParameterizedTest
  @CsvSource({
    "欧阳娜娜, 欧阳, 娜娜",
    "歐陽娜娜, 欧阳, 娜娜",
    "李秀兰, 李, 秀兰",
    "𬭎𬭎, 𬭎, 𬭎",
    "阿依古丽·买买提, '', 阿依古丽买买提 买买提",
    "李, '', 李"
  })
  void findsSurnameAndGivenNameOfATextAlone(String text, String family, String given) {
    assertThat(String.join(" ", searched(text(text), NameIndex.FAMILY))).isEqualTo(family);
    assertThat(String.join(" ", searched(text(text), NameIndex.GIVEN))).isEqualTo(given);
  }

  @Test
  void takesSurnameAndGivenNameAsTheElementsSay() {
    HumanName name = text("东方红").setFamily("东").addGiven("方红");
    assertThat(searched(name, NameIndex.FAMILY)).containsExactly("东");
    assertThat(searched(name, NameIndex.GIVEN)).containsExactly("方红");
  }

  @Test
  void takesTheSurnameThatIsGiven() {
    HumanName name = text("东方红").setFamily("东").addGiven("方红");
    assertThat(searched(name, NameIndex.NAME)).containsExactlyInAnyOrder("东方红", "东", "方红");
    assertThat(searched(name, NameIndex.PHONETIC)).contains("dongfanghong", "fanghong");
  }

  @Test
  void needsNoMoreRowsForANameThatIsWrittenOutThanItsElements() {
    HumanName name = text("欧阳娜娜").setFamily("欧阳").addGiven("娜娜");
    assertThat(searched(name, NameIndex.NAME)).containsExactlyInAnyOrder("欧阳", "娜娜", "欧阳娜娜");
    assertThat(searched(text("李秀兰").setFamily("李").addGiven("秀兰"), NameIndex.PHONETIC))
        .containsExactlyInAnyOrder("lixiulan", "xiulan");
  }

  @Test
  void findsTheWholeNameWhereOnlyItsPartsAreGiven() {
    HumanName name = new HumanName().setFamily("欧阳").addGiven("娜").addGiven("娜");
    assertThat(searched(name, NameIndex.NAME)).contains("欧阳娜娜", "娜娜");
    assertThat(searched(name, NameIndex.PHONETIC)).contains("ouyangnana", "nana");
  }

  /** {@code :exact} compares with what an element says, not with what is made of it. */
  @Test
  void keepsWhatTheElementsSayForExactSearches() {
    Collection<Value> values = NameIndex.values(patient(text("歐陽娜娜")), NameIndex.NAME);
    assertThat(values).extracting(Value::exact).containsOnly("歐陽娜娜");
  }

  @Test
  void readsANameAsTheResourceSaysToo() {
    HumanName name = text("乐嘉");
    name.addExtension(Canonical.PINYIN, new StringType("lao jia"));
    assertThat(searched(name, NameIndex.PHONETIC)).contains("laojia", "yuejia", "lejia", "jia");
    assertThat(searched(name, NameIndex.INITIALS)).contains("lj", "yj");
    HumanName lv = text("某某");
    lv.addExtension(Canonical.PINYIN, new StringType("lü nü"));
    assertThat(searched(lv, NameIndex.PHONETIC)).contains("lvnv", "lunu", "lyunyu", "nv", "nyu");
    assertThat(searched(lv, NameIndex.INITIALS)).contains("ln");
  }

  @Test
  void hasOneValueForTheOrder() {
    Patient patient = patient(text("王二").setUse(NameUse.OLD));
    patient.addName(text("李三").setUse(NameUse.OFFICIAL).setFamily("李").addGiven("三"));
    assertThat(NameIndex.values(patient, NameIndex.ORDER))
        .isEqualTo(NameIndex.values(patient(text("李三")), NameIndex.ORDER))
        .hasSize(1);
    assertThat(NameIndex.values(new Patient(), NameIndex.ORDER)).isEmpty();
  }

  @Test
  void ordersByPinyin() {
    List<String> ordered =
        List.of(
            "阿依古丽·买买提",
            "蔡一",
            "单于明", // chan yu
            "陈二",
            "𬭎一", // hong
            "李三",
            "吕布", // lü comes after lu
            "欧阳娜娜",
            "任一",
            "单田芳", // shan
            "史一",
            "王一",
            "张爱",
            "张三",
            "章一",
            "Smith John",
            "zhang");
    List<String> names = new ArrayList<>(ordered);
    names.sort(Comparator.comparing(NameIndexTest::order));
    assertThat(names).isEqualTo(ordered);
    assertThat(order("鲁迅")).isLessThan(order("吕布"));
    assertThat(order("万俟一")).isBetween(order("明一"), order("南一"));
    assertThat(order("smith")).isEqualTo(order("Smith"));
    assertThat(order("阿依古丽・买买提")).isEqualTo(order("阿依古丽 · 买买提"));
    assertThat(order("张".repeat(100_000))).hasSizeLessThan(768).matches("[0-9A-F]+");
  }

  @Test
  void concernsPersons() {
    for (String type : List.of("Patient", "Practitioner", "RelatedPerson")) {
      assertThat(NameIndex.has(type, "name")).isTrue();
    }
    assertThat(NameIndex.has("Organization", "name")).isFalse();
    assertThat(NameIndex.has("Patient", "identifier")).isFalse();
    assertThat(NameIndex.values(new Practitioner().addName(text("李三")), NameIndex.PHONETIC))
        .hasSize(2);
    assertThat(NameIndex.values(new RelatedPerson().addName(text("李三")), NameIndex.NAME))
        .hasSize(2);
    assertThat(NameIndex.values(new Organization().setName("李三"), NameIndex.NAME)).isEmpty();
  }

  @Test
  void passesOverNamesThatSayNothing() {
    HumanName absent = new HumanName();
    absent.getTextElement().addExtension("urn:x", new StringType("masked"));
    for (HumanName name : List.of(absent, text(" "), text("·"), new HumanName())) {
      for (String code : List.of(NameIndex.PHONETIC, NameIndex.INITIALS)) {
        assertThat(NameIndex.values(patient(name), code)).isEmpty();
      }
      assertThat(NameIndex.values(patient(name), NameIndex.NAME)).hasSizeLessThan(2);
      assertThat(NameIndex.values(patient(name), NameIndex.ORDER)).hasSizeLessThan(2);
    }
  }

  /** Who sends a name of a megabyte pays for no more than its length. */
  @Test
  void boundsWhatANameCosts() {
    HumanName name = text("a ".repeat(100_000));
    for (int i = 0; i < 1_000; i++) {
      name.addExtension(Canonical.PINYIN, new StringType("a ".repeat(i + 1).strip()));
    }
    assertThat(searched(name, NameIndex.NAME)).hasSizeLessThan(10);
    assertThat(searched(name, NameIndex.PHONETIC)).hasSizeLessThan(40);
    assertThat(searched(name, NameIndex.INITIALS)).hasSizeLessThan(20);
  }

  private static String order(String text) {
    return NameIndex.values(patient(text(text)), NameIndex.ORDER).iterator().next().searched();
  }

  private static List<String> searched(HumanName name, String code) {
    return NameIndex.values(patient(name), code).stream().map(Value::searched).toList();
  }

  private static Patient patient(HumanName name) {
    return new Patient().addName(name);
  }

  private static HumanName text(String text) {
    return new HumanName().setText(text);
  }
}
