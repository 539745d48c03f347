package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.hutong.fhir.Canonical;
import org.hutong.identity.Comparison.Rule;
import org.hutong.identity.Comparison.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonTest {
  private static final String BORN = "1968-03-15";
  private static final String CARD = People.number(BORN, 22);
  private static final String PHONE = "12055550101";
  private static final String HOME = "云泽县青石镇石桥村三组12号";

  private static People lixiulan() {
    return People.named("李秀兰").woman().born(BORN);
  }

  private static Comparison compare(People one, People other) {
    Comparison comparison = Comparison.of(one.registered(), other.registered());
    Comparison back = Comparison.of(other.registered(), one.registered());
    assertThat(back.verdict()).isEqualTo(comparison.verdict());
    assertThat(back.rule()).isEqualTo(comparison.rule());
    assertThat(back.score()).isEqualTo(comparison.score());
    return comparison;
  }

  @ParameterizedTest
  @CsvSource({
    "李秀兰, 李秀兰",
    "李秀兰, 李秀蘭",
    "李秀兰, 李 秀 兰",
    "李秀兰, 李秀岚",
    "李秀兰, LI XIULAN",
    "李秀兰, Xiulan Li",
    "阿依古丽·买买提, 阿依古丽.买买提",
    "阿依古丽·买买提, 阿依古丽",
    "单雄信, SHAN XIONGXIN"
  })
  void takesOneNumberAndCompatibleNamesForOnePerson(String name, String otherName) {
    Comparison found =
        compare(
            People.named(name).woman().born(BORN).card(CARD),
            People.named(otherName).woman().born(BORN).card(CARD));
    assertThat(found.verdict()).isEqualTo(Verdict.SAME);
    assertThat(found.rule()).isEqualTo(Rule.PROOF);
  }

  @ParameterizedTest
  @CsvSource({"李秀兰, 李秀英", "李秀兰, 王建国", "李秀兰, 李兰", "王明, 王红"})
  void asksAStewardAboutOneNumberUnderTwoNames(String name, String otherName) {
    Comparison found =
        compare(
            People.named(name).woman().born(BORN).card(CARD).phone(PHONE),
            People.named(otherName).woman().born(BORN).card(CARD).phone(PHONE));
    assertThat(found.verdict()).isEqualTo(Verdict.POSSIBLE);
    assertThat(found.rule()).isEqualTo(Rule.PROOF_OTHER_NAME);
  }

  @Test
  void takesAFormerNameForTheSame() {
    Comparison found =
        compare(lixiulan().card(CARD), People.named("李兰").formerly("李秀兰").woman().card(CARD));
    assertThat(found.verdict()).isEqualTo(Verdict.SAME);
  }

  @Test
  void doubtsANumberThatContradictsTheBirthDate() {
    Comparison found =
        compare(lixiulan().card(CARD), People.named("李秀兰").woman().born("1986-03-15").card(CARD));
    assertThat(found.verdict()).isEqualTo(Verdict.POSSIBLE);
    assertThat(found.rule()).isEqualTo(Rule.NUMBER_IN_DOUBT);
    assertThat(found.contradicts()).isTrue();
  }

  @Test
  void doubtsANumberThatContradictsTheGender() {
    Comparison found =
        compare(lixiulan().card(CARD), People.named("李秀兰").man().born(BORN).card(CARD));
    assertThat(found.verdict()).isEqualTo(Verdict.POSSIBLE);
  }

  @Test
  void keepsTwoRightNumbersApartWhateverElseAgrees() {
    Comparison found =
        compare(
            lixiulan().card(CARD).phone(PHONE).at(HOME),
            lixiulan().card(People.number(BORN, 44)).phone(PHONE).at(HOME));
    assertThat(found.verdict()).isEqualTo(Verdict.DIFFERENT);
    assertThat(found.rule()).isEqualTo(Rule.TWO_NUMBERS);
  }

  @Test
  void asksAboutAMisreadDigit() {
    char last = CARD.charAt(15) == '9' ? '0' : (char) (CARD.charAt(15) + 1);
    String misread = CARD.substring(0, 15) + last + CARD.substring(16);
    Comparison found = compare(lixiulan().card(CARD), lixiulan().card(misread));
    assertThat(found.verdict()).isEqualTo(Verdict.POSSIBLE);
  }

  @Test
  void linksWithoutANumberWhenNameBirthAndSomethingElseAgree() {
    assertThat(compare(lixiulan().phone(PHONE), lixiulan().phone(PHONE)).verdict())
        .isEqualTo(Verdict.SAME);
    assertThat(compare(lixiulan().card(CARD).at(HOME), lixiulan().at(HOME)).verdict())
        .isEqualTo(Verdict.SAME);
    assertThat(compare(lixiulan(), lixiulan()).verdict()).isEqualTo(Verdict.POSSIBLE);
  }

  @Test
  void neverLinksByTheTelephoneOfAFamily() {
    Comparison family =
        compare(
            lixiulan().phone(PHONE).at(HOME),
            People.named("王建国").man().born("1966-07-02").phone(PHONE).at(HOME));
    assertThat(family.verdict()).isEqualTo(Verdict.DIFFERENT);
    Comparison twins =
        compare(
            People.named("王小龙").man().born("2015-05-05").phone(PHONE).at(HOME),
            People.named("王小虎").man().born("2015-05-05").phone(PHONE).at(HOME));
    assertThat(twins.verdict()).isEqualTo(Verdict.POSSIBLE);
    Comparison fatherAndSon =
        compare(
            People.named("王建国").man().born("1966-07-02").phone(PHONE).at(HOME),
            People.named("王建国").man().born("1991-01-20").phone(PHONE).at(HOME));
    assertThat(fatherAndSon.verdict()).isNotEqualTo(Verdict.SAME);
  }

  @Test
  void relatesANewbornUnderItsMothersNumber() {
    Comparison found =
        compare(
            lixiulan().born("1992-03-15").card(People.number("1992-03-15", 22)),
            People.named("李秀兰之子").man().born("2026-10-01").card(People.number("1992-03-15", 22)));
    assertThat(found.verdict()).isEqualTo(Verdict.CHILD);
  }

  @Test
  void keepsAChildUnderAParentsNumberApart() {
    Comparison found =
        compare(lixiulan().card(CARD), People.named("王小虎").man().born("2019-10-01").card(CARD));
    assertThat(found.verdict()).isEqualTo(Verdict.DIFFERENT);
    assertThat(found.rule()).isEqualTo(Rule.NUMBER_IN_DOUBT);
    assertThat(found.contradicts()).isTrue();
  }

  @Test
  void findsAChildAgainThatWasUnderAParentsNumber() {
    People under = People.named("王小虎").man().born("2019-10-01").card(CARD).phone(PHONE);
    String own = People.number("2019-10-01", 31);
    People child = People.named("王小虎").man().born("2019-10-01").card(own).phone(PHONE);
    assertThat(compare(under, child).verdict()).isEqualTo(Verdict.SAME);
    assertThat(compare(under, under).verdict()).isEqualTo(Verdict.SAME);
  }

  @Test
  void takesARightNumberWithAMistypedBirthDateForTheSame() {
    People right = People.named("李秀兰").woman().born("1968-03-05");
    String number = People.number("1968-03-05", 22);
    People wrong = People.named("李秀兰").woman().born("1968-05-03");
    assertThat(compare(right.card(number), wrong.card(number)).verdict()).isEqualTo(Verdict.SAME);
    People other = People.named("李秀英").woman().born("1968-05-03").card(number);
    assertThat(compare(right, other).verdict()).isEqualTo(Verdict.POSSIBLE);
  }

  @Test
  void linksAMisreadNumberWhenEverythingElseAgrees() {
    char last = CARD.charAt(15) == '9' ? '0' : (char) (CARD.charAt(15) + 1);
    String misread = CARD.substring(0, 15) + last + CARD.substring(16);
    assertThat(
            compare(lixiulan().card(CARD).phone(PHONE), lixiulan().card(misread).phone(PHONE))
                .verdict())
        .isEqualTo(Verdict.SAME);
    assertThat(compare(lixiulan().card(misread), lixiulan().card(misread)).items())
        .contains(Weights.NUMBER_MISTYPED_ALIKE);
  }

  @ParameterizedTest
  @CsvSource({"李佳怡, 李佳仪", "李大双, 李小双", "李子涵, 李子轩", "李雨欣, LI YUXIN"})
  void asksAboutTwinsWhoseNamesAreAlike(String name, String otherName) {
    String number = People.number("2015-05-05", 42);
    Comparison found =
        compare(
            People.named(name).woman().born("2015-05-05").card(number).phone(PHONE).at(HOME),
            People.named(otherName).woman().born("2015-05-05").phone(PHONE).at(HOME));
    assertThat(found.verdict()).isEqualTo(Verdict.POSSIBLE);
  }

  @Test
  void asksAboutChildrenWhoAreCalledAfterOneMother() {
    People first = People.named("李秀兰之女").woman().born("2026-10-01").card(CARD).phone(PHONE);
    People second = People.named("李秀兰之女").woman().born("2026-10-01").card(CARD).phone(PHONE);
    assertThat(compare(first.at(HOME), second.at(HOME)).verdict()).isEqualTo(Verdict.POSSIBLE);
    People undated = People.named("李秀兰之女").woman().card(CARD);
    assertThat(compare(undated, People.named("李秀兰之女").woman().card(CARD)).verdict())
        .isNotEqualTo(Verdict.SAME);
  }

  @Test
  void asksWhetherANamedChildIsTheNewborn() {
    Comparison found =
        compare(
            People.named("李 秀 兰 之 女").woman().born("2026-10-01").phone(PHONE),
            People.named("王小兰").woman().born("2026-10-01").relative("李秀兰"));
    assertThat(found.verdict()).isEqualTo(Verdict.POSSIBLE);
    assertThat(found.items()).contains(Weights.RELATIVE_SAME).doesNotContain(Weights.NAME_OTHER);
  }

  @ParameterizedTest
  @CsvSource({
    "云泽县青石镇石桥村三组12号, 青石镇石桥村三组12号, ADDRESS_SAME",
    "云泽县青石镇石桥村, 云泽县青石镇石桥村, ADDRESS_LIKE",
    "云泽县青石镇石桥村三组12号, 云泽县青石镇石桥村三组13号, ADDRESS_LIKE",
    "云泽县青石镇石桥村三组12号, 云泽县柳河镇向阳村8号, ADDRESS_OTHER"
  })
  void takesAHouseForAnAddressAndNotAVillage(String one, String other, Weights weight) {
    assertThat(compare(lixiulan().at(one), lixiulan().at(other)).items()).contains(weight);
  }

  @Test
  void linksNobodyByAVillage() {
    String village = "云泽县青石镇石桥村";
    assertThat(compare(lixiulan().at(village), lixiulan().at(village)).verdict())
        .isEqualTo(Verdict.POSSIBLE);
  }

  @Test
  void linksNobodyByNameAndGender() {
    People nameOnly = People.named("李秀兰").woman();
    assertThat(compare(nameOnly, lixiulan().phone(PHONE)).verdict()).isEqualTo(Verdict.DIFFERENT);
    assertThat(compare(nameOnly.phone(PHONE), lixiulan().phone(PHONE)).verdict())
        .isNotEqualTo(Verdict.SAME);
  }

  @ParameterizedTest
  @CsvSource({
    "111111111111111111",
    "159981111111111111",
    "123456789012345678",
    "-",
    "无",
    "000000",
    "123456"
  })
  void knowsNobodyByAPlaceholder(String number) {
    assertThat(lixiulan().card(number).registered().documents()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "无名氏202611221030",
    "无名氏女",
    "未知",
    "未知男3号",
    "婴儿",
    "新生儿2",
    "弃婴",
    "Unknown",
    "无姓名",
    "某某某"
  })
  void knowsNobodyByANameThatIsNone(String name) {
    assertThat(People.named(name).registered().names()).isEmpty();
  }

  @Test
  void twinsStayTwoThroughAThirdRegistration() {
    Registration first = People.named("王小玉").born("2026-10-02").man().registered();
    Registration one = twin(first, 1);
    Registration two = twin(first, 2);
    assertThat(Comparison.of(one, two).contradicts()).isTrue();
    assertThat(Comparison.of(one, twin(first, 1)).contradicts()).isFalse();
  }

  private static Registration twin(Registration of, int order) {
    return new Registration(
        of.shown(),
        of.names(),
        of.formerNames(),
        of.birthDate(),
        of.gender(),
        of.documents(),
        of.phones(),
        of.addresses(),
        of.relatives(),
        order);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"毛毛", "大宝", "王氏", "王某", "王某某", "王XX", "王**", "王先生", "流浪人员", "三无人员", "无名尸", "陪护"})
  void takesWhatNobodyIsCalledForNoName(String name) {
    assertThat(People.named(name).registered().names()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"王丽（之子）", "王丽之子(大)", "王丽之幼子", "王丽毛毛", "王丽小孩", "王丽BB", "BABY OF WANG LI", "王丽长女"})
  void takesWhatIsCalledAfterTheMotherForNewborn(String name) {
    assertThat(People.named(name).registered().mother()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"13800138000", "13888888888", "13812345678", "010-00000000", "13000000000"})
  void takesTelephonesOfExamplesForNone(String phone) {
    assertThat(People.named("张伟").phone(phone).registered().phones()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"清河镇柳溪村1组", "清河镇中学3班", "清河镇敬老院1号", "云泽县人民医院1号楼"})
  void takesAddressesOfManyForNoHouse(String address) {
    assertThat(Home.house(address)).isNull();
  }

  @Test
  void aManIsNobodysMother() {
    Registration child = People.named("王力之子").registered();
    assertThat(
            Comparison.isChildOf(child, People.named("王力").man().born("1980-01-02").registered()))
        .isFalse();
    assertThat(
            Comparison.isChildOf(child, People.named("王力").woman().born("1980-01-02").registered()))
        .isTrue();
  }

  @Test
  void aDayThatFormsAreFilledInWithIsNoDay() {
    Comparison found =
        Comparison.of(
            People.named("张伟").born("1970-01-01").man().registered(),
            People.named("张伟").born("1970-01-01").man().registered());
    assertThat(found.items()).contains(Weights.BORN_SAME_YEAR);
  }

  @Test
  void anotherNameContradictsInsideAPerson() {
    Registration one = People.named("张佳怡").born("2010-05-06").woman().registered();
    Registration other = People.named("张佳仪").born("2010-05-06").woman().registered();
    assertThat(Comparison.of(one, other).contradicts()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UNKNOWN",
        "NOPASSPORT",
        "E00000000",
        "PASSPORT",
        "TEST12345",
        "ABCDEFGH",
        "无",
        "不详",
        "E12345678",
        "98765432",
        "TEST83749",
        "E1122",
        "G00000001",
        "未知83749201",
        "NULL"
      })
  void provesNobodyByWhatIsNoNumber(String number) {
    for (String kind : List.of("passport", "taiwan-permit", "birth-certificate", "officer-card")) {
      String system = Canonical.BASE + "/sid/" + kind;
      Registration one = People.named("赵明远").man().numbered(system, number).registered();
      Registration other = People.named("赵明远").man().numbered(system, number).registered();
      assertThat(Comparison.of(one, other).verdict()).as(kind).isNotEqualTo(Verdict.SAME);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"E83749201", "EA8374920", "C01X70T47", "837492015", "H0374920100", "军字第8374920号"})
  void provesByNumbersOfAnyCountry(String number) {
    String system = Canonical.BASE + "/sid/passport";
    Registration one = People.named("赵明远").man().numbered(system, number).registered();
    assertThat(Comparison.of(one, one).rule()).isEqualTo(Rule.PROOF);
  }
}
