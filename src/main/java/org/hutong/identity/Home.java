package org.hutong.identity;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Addresses as they are compared: text without blanks and punctuation. */
final class Home {
  /** Everything down to the township; some write it and some do not. */
  private static final Pattern TOWNSHIP = Pattern.compile("^.*(?:镇|乡|街道|苏木|县|区|市|旗)(?=.{4})");

  private static final Pattern HOUSE = Pattern.compile(".*[0-9一二三四五六七八九十].*");

  private Home() {}

  /**
   * Whether two name one house. Who leaves out the county means the same one; a village alone is
   * where hundreds live.
   */
  static boolean isSame(String one, String other) {
    String shorter = one.length() < other.length() ? one : other;
    String longer = one.length() < other.length() ? other : one;
    return house(shorter) != null && longer.endsWith(shorter);
  }

  /** What is below the township, if it names a house; otherwise null. */
  static @Nullable String house(String address) {
    Matcher matcher = TOWNSHIP.matcher(address);
    String house = matcher.find() ? address.substring(matcher.end()) : address;
    return HOUSE.matcher(house).matches() ? house : null;
  }
}
