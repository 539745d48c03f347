package org.hutong.identity;

import java.util.Set;
import java.util.regex.Pattern;

/** What people type to get past a field: nobody is known by it. */
final class Placeholder {
  /** One character all along, whatever stands between. */
  private static final Pattern ONE = Pattern.compile("(.)\\1*");

  /** Six digits of a place and one digit all along, such as 159981000000000000. */
  private static final Pattern PLACE_AND_ONE = Pattern.compile("[0-9]{6}(.)\\1{8,11}[0-9X]");

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
          "ANONYMOUS");

  /** With a number, or a word for the sex, as one of several who have no name. */
  private static final Pattern COUNTED = Pattern.compile("(?<=..)[0-9男女号一二三四五六七八九十ABC]+$");

  private Placeholder() {}

  /** Whether a number names nobody: too short, one character repeated, or a run of digits. */
  static boolean isNumber(String number) {
    String core = number.replaceAll("[^0-9A-Za-z]", "");
    return core.length() < SHORTEST
        || ONE.matcher(core).matches()
        || PLACE_AND_ONE.matcher(core).matches()
        || RUN.contains(core)
        || RUN_DOWN.contains(core)
        || core.startsWith(RUN.substring(1, 16));
  }

  /** Whether a name, in the form in which names are compared, is none. */
  static boolean isName(String name) {
    return NAMES.contains(name)
        || NAMES.contains(COUNTED.matcher(name).replaceFirst(""))
        || name.startsWith("无名氏")
        || ONE.matcher(name).matches() && name.length() > 2;
  }
}
