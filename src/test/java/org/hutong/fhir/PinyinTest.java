package org.hutong.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How names are read, and what is typed for it. */
class PinyinTest {

  @ParameterizedTest
  @CsvSource({
    "欧阳娜娜, ou yang na na",
    "李秀兰, li xiu lan",
    "歐陽娜娜, ou yang na na",
    "欧阳　娜娜, ou yang na na",
    "吕布, lv bu",
    "阿依古丽·买买提, a yi gu li mai mai ti",
    "阿依古丽•买买提, a yi gu li mai mai ti",
    "王𬭎, wang hong",
    "𠮷田茂, ji tian mao",
    "〇, ling",
    "John Smith, john smith",
    "Zoë Müller, zoe mvller",
    "张Tom, zhang tom",
  })
  void readsAName(String name, String reading) {
    assertThat(Pinyin.readings(name)).first().isEqualTo(List.of(reading.split(" ")));
  }

  /** Surnames read otherwise than the character elsewhere: the surname's reading comes first. */
  @ParameterizedTest
  @CsvSource({
    "单, shan, dan",
    "曾, zeng, ceng",
    "仇, qiu, chou",
    "解, xie, jie",
    "查, zha, cha",
    "区, ou, qu",
    "乐, yue, le",
    "朴, piao, pu",
    "盖, ge, gai",
    "覃, qin, tan",
    "翟, zhai, di",
    "缪, miao, mou",
    "召, shao, zhao",
    "繁, po, fan",
    "秘, bi, mi",
    "洗, xian, xi",
    "折, she, zhe",
    "员, yun, yuan",
    "种, chong, zhong",
    "祭, zhai, ji",
    "單, shan, dan",
  })
  void readsASurnameBothWays(String surname, String ofNames, String common) {
    List<List<String>> readings = Pinyin.readings(surname + "明");
    assertThat(readings).first().isEqualTo(List.of(ofNames, "ming"));
    assertThat(readings).contains(List.of(common, "ming"));
  }

  @ParameterizedTest
  @CsvSource({
    "单于明, chan yu ming, shan yu ming",
    "万俟明, mo qi ming, wan qi ming",
    "尉迟明, yu chi ming, wei chi ming",
    "长孙明, zhang sun ming, chang sun ming",
    "澹台明, tan tai ming, dan tai ming",
    "令狐冲, ling hu chong, ling hu chong",
    "乐正明, yue zheng ming, le zheng ming",
  })
  void readsASurnameOfTwoCharactersBothWays(String name, String ofNames, String common) {
    List<List<String>> readings = Pinyin.readings(name);
    assertThat(readings).first().isEqualTo(List.of(ofNames.split(" ")));
    assertThat(readings).contains(List.of(common.split(" ")));
  }

  @Test
  void readsTheSurnameOnlyAtTheBeginning() {
    assertThat(Pinyin.readings("王单")).first().isEqualTo(List.of("wang", "dan"));
    assertThat(Pinyin.readings("单", "单")).first().isEqualTo(List.of("shan", "dan"));
  }

  @Test
  void givesEachReadingThatIsInUseAndNoOther() {
    assertThat(Pinyin.readings("张长行"))
        .containsExactlyInAnyOrder(
            List.of("zhang", "chang", "xing"),
            List.of("zhang", "chang", "hang"),
            List.of("zhang", "zhang", "xing"),
            List.of("zhang", "zhang", "hang"));
    assertThat(Pinyin.readings("丁红"))
        .as("zheng and gong are dictionary readings that no name has")
        .containsExactly(List.of("ding", "hong"));
  }

  @Test
  void givesSixteenReadingsAtMost() {
    List<List<String>> readings = Pinyin.readings("单长行乐重朝曾查解区");
    assertThat(readings).hasSizeBetween(2, 16).doesNotHaveDuplicates();
    assertThat(readings).allMatch(reading -> reading.size() == 10);
    assertThat(Pinyin.readings("长行".repeat(100_000))).hasSizeLessThanOrEqualTo(16);
  }

  /** A syllable of Pinyin for every character that GB 2312 has. */
  @Test
  void readsEveryCharacterOfTheOldStandard() {
    Set<String> syllables = new TreeSet<>();
    for (int row = 0xb0; row < 0xf8; row++) {
      for (int cell = 0xa1; cell < 0xff; cell++) {
        if (row == 0xd7 && cell > 0xf9) {
          continue;
        }
        String character =
            new String(new byte[] {(byte) row, (byte) cell}, Charset.forName("GB2312"));
        List<List<String>> readings = Pinyin.readings("", character);
        assertThat(readings).as(character).isNotEmpty();
        readings.forEach(syllables::addAll);
      }
    }
    assertThat(syllables).allMatch(syllable -> syllable.matches("[a-z]{1,6}"));
    assertThat(syllables).hasSizeBetween(390, 430).contains("lv", "nve").doesNotContain("lue", "u");
  }

  /** The table of standard characters has 8,105, of which some lie outside of the basic plane. */
  @ParameterizedTest
  @ValueSource(strings = {"𬭎", "𫖯", "𬱖", "𫍯", "𬍤", "𬎆", "𫓧", "𬳶", "㛃", "䶮", "龢"})
  void readsRareCharacters(String character) {
    assertThat(Pinyin.readings("", character)).isNotEmpty();
  }

  @Test
  void leavesOutWhatCannotBeRead() {
    assertThat(Pinyin.readings("王\uE000明")).containsExactly(List.of("wang", "ming"));
    assertThat(Pinyin.readings("·")).isEmpty();
    assertThat(Pinyin.readings("")).isEmpty();
    assertThat(Pinyin.readings("123")).isEmpty();
  }

  @Test
  void spellsTheUmlautInEachWayThatIsTyped() {
    assertThat(Pinyin.words(Pinyin.readings("吕绿"))).containsExactly("lvlv", "lulu", "lyulyu");
    assertThat(Pinyin.words(List.of(List.of("victor")))).containsExactly("victor");
    assertThat(Pinyin.words(List.of(List.of("lu")))).containsExactly("lu");
    assertThat(Pinyin.words(List.of(List.of("nve")))).containsExactly("nve", "nue", "nyue");
  }

  @Test
  void givesInitials() {
    assertThat(Pinyin.initials(Pinyin.readings("欧阳娜娜"))).contains("oynn");
    assertThat(Pinyin.initials(Pinyin.readings("单田芳"))).contains("stf", "dtf");
    assertThat(Pinyin.initials(List.of(List.of("lv"), List.of("lu")))).containsExactly("l");
  }

  @ParameterizedTest
  @CsvSource({
    "ouyangnana, ouyangnana",
    "ouyang nana, ouyangnana",
    "OuYang NaNa, ouyangnana",
    "Ou'yang-na na, ouyangnana",
    "ＯＵＹＡＮＧ, ouyang",
    "ōu yáng nà nà, ouyangnana",
    "ou1 yang2, ouyang",
    "lü, lv",
    "LÜ BU, lvbu",
    "lǚ, lv",
    "lu:3, lv",
    "lyu, lyu",
    "lu, lu",
    "欧阳, ouyang",
  })
  void knowsWhatIsTyped(String typed, String word) {
    assertThat(Pinyin.typed(typed)).containsExactly(word);
  }

  @Test
  void readsCharactersThatAreTypedForASound() {
    assertThat(Pinyin.typed("单")).contains("dan", "shan");
    assertThat(Pinyin.typed("单明")).contains("danming", "shanming");
    assertThat(Pinyin.typedInitials("欧阳娜娜")).contains("oynn");
    assertThat(Pinyin.typedInitials("O Y N N")).containsExactly("oynn");
    assertThat(Pinyin.typed("12")).isEmpty();
  }

  @Test
  void knowsTheSyllablesThatSomebodyHasWritten() {
    assertThat(Pinyin.written("ou yang na na")).containsExactly("ou", "yang", "na", "na");
    assertThat(Pinyin.written("lü bu")).containsExactly("lv", "bu");
    assertThat(Pinyin.written(" ")).isEmpty();
  }

  /** What stands for a surname when names are sorted is read like it, wherever it stands. */
  @ParameterizedTest
  @MethodSource("surnames")
  void sortsASurnameWhereItIsRead(String surname, String reading, String sortedAs) {
    assertThat(reading.split(" ")).hasSize(surname.codePointCount(0, surname.length()));
    assertThat(Pinyin.readings("", sortedAs)).first().isEqualTo(List.of(reading.split(" ")));
  }

  static Stream<String[]> surnames() {
    return Surnames.rows("surnames.csv").stream().filter(row -> !row[2].isEmpty());
  }

  @Test
  void takesMicrosecondsForAName() {
    List<String> names = List.of("欧阳娜娜", "李秀兰", "单田芳", "阿依古丽·买买提", "𠮷田茂");
    for (int i = 0; i < 20_000; i++) {
      Pinyin.readings(names.get(i % names.size()));
    }
    long start = System.nanoTime();
    for (int i = 0; i < 50_000; i++) {
      Pinyin.readings(names.get(i % names.size()));
    }
    long nanos = (System.nanoTime() - start) / 50_000;
    assertThat(nanos).as("nanoseconds a name").isLessThan(100_000);
  }
}
