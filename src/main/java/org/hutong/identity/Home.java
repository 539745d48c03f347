package org.hutong.identity;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Addresses as they are compared: text without blanks and punctuation. */
final class Home {
  /** Everything down to the township; some write it and some do not. */
  private static final Pattern TOWNSHIP = Pattern.compile("^.*(?:镇|乡|街道|苏木|县|区|市|旗)(?=.{4})");

  /** A number of a house; a group of a village (组) is where dozens live. */
  private static final Pattern HOUSE =
      Pattern.compile(".*[0-9一二三四五六七八九十]+(?:号|户|室|栋|幢|单元|-[0-9]).*");

  /** Where people live together who are no family. */
  private static final Pattern INSTITUTION =
      Pattern.compile(".*(?:医院|卫生院|敬老院|福利院|养老|护理院|学校|中学|小学|大学|幼儿园|派出所|救助站|宿舍|工地|看守所|监狱|寺).*");

  private Home() {}

  /**
   * Whether two name one house. Who leaves out the county means the same one; a village alone is
   * where hundreds live.
   */
  static boolean isSame(String one, String other) {
    String shorter = one.length() < other.length() ? one : other;
    String longer = one.length() < other.length() ? other : one;
    return longer.endsWith(shorter) && house(shorter) != null;
  }

  /** What is below the township, if it names a house; otherwise null. */
  static @Nullable String house(String address) {
    Matcher matcher = TOWNSHIP.matcher(address);
    String house = matcher.find() ? address.substring(matcher.end()) : address;
    return HOUSE.matcher(house).matches() && !INSTITUTION.matcher(house).matches() ? house : null;
  }
}
