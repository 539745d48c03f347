package org.hutong.identity;

import java.util.Set;
import java.util.regex.Pattern;

/** What people type to get past a field: nobody is known by it. */
final class Placeholder {
  /** One character all along, whatever stands between. */
  private static final Pattern ONE = Pattern.compile("(.)\\1*");

  /** Six digits of a place and one digit all along, such as 159981000000000000. */
  private static final Pattern PLACE_AND_ONE = Pattern.compile("[0-9]{6}(.)\\1{8,11}[0-9X]");

  /** What stands for a number where there is none. */
  private static final Pattern WORD =
      Pattern.compile(
          ".*(?:UNKN|PASSPORT|PASPORT|NONE|NULL|TEST|NUMBER|无|不详|不明|未知|未提供|未办|暂缺|待补|没有|忘|遗失|护照|测试).*");

  private static final String RUN = "01234567890123456789";
  private static final String RUN_DOWN = "98765432109876543210";
  private static final int SHORTEST = 5;

  private static final Set<String> NAMES =
      Set.of(
          "无名氏",
          "无名",
          "无",
          "未知",
          "不详",
          "不明",
          "佚名",
          "匿名",
          "保密",
          "某某",
          "某",
          "患者",
          "病人",
          "伤员",
          "路人",
          "弃婴",
          "婴儿",
          "新生儿",
          "男婴",
          "女婴",
          "宝宝",
          "小孩",
          "先生",
          "女士",
          "家属",
          "本人",
          "姓名",
          "待定",
          "待查",
          "未命名",
          "无姓名",
          "测试",
          "UNKNOWN",
          "TEST",
          "NULL",
          "NONE",
          "ANONYMOUS",
          "毛毛",
          "大毛",
          "小毛",
          "大宝",
          "小宝",
          "二宝",
          "贝贝",
          "流浪人员",
          "流浪汉",
          "三无人员",
          "外籍人士",
          "外国人",
          "无名尸",
          "陪护",
          "陪人",
          "群众",
          "路人甲");

  /** A surname and no more: 王氏, 王某, 王先生, 王XX. */
  private static final Pattern SURNAME_ALONE =
      Pattern.compile(".{1,2}(?:氏|某{1,3}|先生|女士|小姐|太太|同志|大爷|大妈|老师傅)|.{0,2}(?:[*＊]+|X{2,})");

  /** What contacts are called by what they are; a name of their own would say more. */
  private static final Set<String> CONTACTS =
      Set.of(
          "父亲", "母亲", "父", "母", "爸爸", "妈妈", "爸", "妈", "儿子", "女儿", "儿", "女", "子女", "子", "丈夫", "妻子",
          "夫", "妻", "配偶", "爱人", "老公", "老婆", "哥哥", "弟弟", "姐姐", "妹妹", "兄弟", "姐妹", "祖父", "祖母", "爷爷",
          "奶奶", "外公", "外婆", "孙子", "孙女", "儿媳", "女婿", "亲属", "家人", "监护人", "村医", "护士", "医生", "民警", "警察",
          "同事", "同学", "朋友", "邻居", "老师", "救护车", "派出所", "居委会", "村委会", "社工", "护工", "120", "110");

  private static final Pattern PROFESSION = Pattern.compile(".{1,2}(?:医生|护士|大夫|主任|老师|警官)");

  /** Birth dates that forms are filled in with when nobody knows. */
  private static final Set<String> BIRTH_DATES =
      Set.of(
          "1800-01-01",
          "1900-01-01",
          "1901-01-01",
          "1949-10-01",
          "1970-01-01",
          "1980-01-01",
          "1990-01-01",
          "2000-01-01");

  /** Telephones that stand in everybody's examples. */
  private static final Pattern EXAMPLE_PHONE =
      Pattern.compile(
          "1[3-9][0-9]?(?:0{6,}|8{6,}|9{6,}|6{6,})[0-9]*|13800138000|1[3-9][0-9]12345678|.*0{7,}|.*(.)\\1{7,}");

  /** With a number, or a word for the sex, as one of several who have no name. */
  private static final Pattern COUNTED = Pattern.compile("(?<=..)[0-9男女号一二三四五六七八九十ABC]+$");

  private Placeholder() {}

  /**
   * Whether a number names nobody: a word, too short, one character repeated, or a run of digits.
   *
   * @param number upper case
   */
  static boolean isNumber(String number) {
    String core = number.replaceAll("[^0-9A-Z]", "");
    return WORD.matcher(number).matches()
        || core.chars().noneMatch(Character::isDigit)
        || core.length() < SHORTEST
        || ONE.matcher(core).matches()
        || PLACE_AND_ONE.matcher(core).matches()
        || RUN.contains(core)
        || RUN_DOWN.contains(core)
        || core.startsWith(RUN.substring(1, 16));
  }

  /** Whether digits, which alone tell one number from another, are one digit or a run. */
  static boolean isRun(String digits) {
    return ONE.matcher(digits).matches() || RUN.contains(digits) || RUN_DOWN.contains(digits);
  }

  /** Whether a name, in the form in which names are compared, is none. */
  static boolean isName(String name) {
    return NAMES.contains(name)
        || NAMES.contains(COUNTED.matcher(name).replaceFirst(""))
        || name.startsWith("无名氏")
        || SURNAME_ALONE.matcher(name).matches()
        || ONE.matcher(name).matches() && name.length() > 2;
  }

  /** Whether a contact has no name, in the form in which names are compared. */
  static boolean isContact(String name) {
    return isName(name) || CONTACTS.contains(name) || PROFESSION.matcher(name).matches();
  }

  /** Whether a telephone is nobody's, in digits. */
  static boolean isPhone(String digits) {
    return isNumber(digits) || EXAMPLE_PHONE.matcher(digits).matches();
  }

  /** Whether so many are said to be born on a day that it says nothing but perhaps the year. */
  static boolean isBirthDate(String day) {
    return BIRTH_DATES.contains(day);
  }
}
