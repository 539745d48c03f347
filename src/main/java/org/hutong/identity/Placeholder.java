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
      Set.of("无名氏", "无名", "未知", "不详", "佚名", "患者", "病人", "测试", "某某", "UNKNOWN", "TEST", "无");

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
        || name.startsWith("无名氏")
        || ONE.matcher(name).matches() && name.length() > 2;
  }
}
