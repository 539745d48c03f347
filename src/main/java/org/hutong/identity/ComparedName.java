package org.hutong.identity;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hutong.fhir.PersonName;
import org.hutong.fhir.Pinyin;
import org.jspecify.annotations.Nullable;

/**
 * Names in the form in which registrations are compared, and how like each other two of them are.
 */
final class ComparedName {
  private static final String SEPARATOR = "\u00b7";

  /** Shorter parts of names of several parts are initials. */
  private static final int SHORTEST_PART = 2;

  private static final int LONGEST_SPREAD = 4;

  /** What a child is called before it has a name: after the mother. */
  private static final Pattern NEWBORN =
      Pattern.compile(
          "(.{2,12}?)(?:之[长次大小三双幼]?[子女婴孩]|之?[长次大小双]?[男女]婴|[长次幼][子女]"
              + "|之?(?:婴儿|新生儿|宝宝|毛毛|小孩|孩子|BB|BABY))(?:[0-9A-Z甲乙]|[长次大小男女])?");

  private static final Pattern NEWBORN_OF =
      Pattern.compile("(?:BABY|BOY|GIRL|NB)(?:[^A-Z]+[A-Z]+)?[^A-Z]+OF[^A-Z]+(.{2,40})");

  private static final Pattern BRACKETS = Pattern.compile("[()\\[\\]（）【】]");

  private static final Pattern LATIN = Pattern.compile("[A-Z' \u00b7-]+");

  private ComparedName() {}

  /** How like each other two names are, the most alike first. */
  enum Likeness {
    /** The same, be it in other characters for the same word. */
    SAME(true, true),
    /** Written with other characters that sound the same, or in Latin letters. */
    HOMOPHONE(true, false),
    /** One is the first part of the other, as with names of several parts. */
    PART(true, true),
    /** One character differs of three or more. */
    ONE_CHARACTER(false, false),
    /** Nothing in common but the surname. */
    SURNAME(false, false),
    OTHER(false, false);

    private final boolean compatible;
    private final boolean links;

    Likeness(boolean compatible, boolean links) {
      this.compatible = compatible;
      this.links = links;
    }

    /** Whether both may be one person's name (the published rule). */
    boolean compatible() {
      return compatible;
    }

    /**
     * Whether it may link without a document: some twins have names that sound the same, such as 佳怡
     * and 佳仪, and all else of theirs agrees.
     */
    boolean links() {
      return links;
    }

    Likeness best(Likeness other) {
      return compareTo(other) <= 0 ? this : other;
    }
  }

  /**
   * The form of a name: its parts, simplified, half-width and in upper case. Blanks between the
   * characters of a short name part nothing: forms are filled in so. May be empty.
   */
  static String of(String name) {
    List<String> parts = PersonName.parts(name);
    String joined = String.join("", parts);
    boolean spread =
        joined.codePoints().allMatch(Character::isIdeographic)
            && (length(joined) <= LONGEST_SPREAD
                || parts.stream().allMatch(part -> length(part) == 1));
    return (spread ? joined : String.join(SEPARATOR, parts)).toUpperCase(Locale.ROOT);
  }

  /** Compares two names in this form. */
  static Likeness compare(String one, String other) {
    String plainOne = one.replace(SEPARATOR, "");
    String plainOther = other.replace(SEPARATOR, "");
    if (plainOne.equals(plainOther)) {
      return Likeness.SAME;
    }
    if (soundAlike(plainOne, plainOther)) {
      return Likeness.HOMOPHONE;
    }
    String[] parts = one.split(SEPARATOR, -1);
    String[] others = other.split(SEPARATOR, -1);
    if (parts.length != others.length
        && Math.min(parts.length, others.length) == 1
        && parts[0].equals(others[0])
        && parts[0].length() >= SHORTEST_PART) {
      return Likeness.PART;
    }
    int[] a = plainOne.codePoints().toArray();
    int[] b = plainOther.codePoints().toArray();
    if (Math.max(a.length, b.length) > SHORTEST_PART && isOneApart(a, b)) {
      return Likeness.ONE_CHARACTER;
    }
    return a.length > 0 && b.length > 0 && a[0] == b[0] && !isLatin(one)
        ? Likeness.SURNAME
        : Likeness.OTHER;
  }

  /** Characters of a name, without what parts it. */
  static int length(String name) {
    String plain = name.replace(SEPARATOR, "");
    return plain.codePointCount(0, plain.length());
  }

  private static boolean soundAlike(String one, String other) {
    List<List<String>> readings = Pinyin.readings(one);
    if (isLatin(other)) {
      return readings.stream().anyMatch(reading -> sameLetters(reading, other));
    }
    List<List<String>> others = Pinyin.readings(other);
    if (isLatin(one)) {
      return others.stream().anyMatch(reading -> sameLetters(reading, one));
    }
    return readings.stream().anyMatch(others::contains);
  }

  /** In the order of either country: surname first or last. */
  private static boolean sameLetters(List<String> reading, String latin) {
    String letters = latin.replaceAll("[^A-Z]", "").toLowerCase(Locale.ROOT);
    String joined = String.join("", reading);
    int last = reading.size() - 1;
    return letters.equals(joined)
        || last > 0
            && letters.equals(String.join("", reading.subList(1, last + 1)) + reading.get(0));
  }

  private static boolean isLatin(String name) {
    return LATIN.matcher(name).matches();
  }

  /** One put in, taken out or replaced, or two neighbours exchanged. */
  static boolean isOneApart(int[] a, int[] b) {
    int from = 0;
    while (from < a.length && from < b.length && a[from] == b[from]) {
      from++;
    }
    int endA = a.length;
    int endB = b.length;
    while (endA > from && endB > from && a[endA - 1] == b[endB - 1]) {
      endA--;
      endB--;
    }
    int inA = endA - from;
    int inB = endB - from;
    return inA <= 1 && inB <= 1
        || inA == 2 && inB == 2 && a[from] == b[from + 1] && a[from + 1] == b[from];
  }

  /** The mother's name in that of a child not named yet; null when it is a name. */
  static @Nullable String mother(String name) {
    String plain = BRACKETS.matcher(name).replaceAll("");
    Matcher of = NEWBORN_OF.matcher(plain);
    if (of.matches()) {
      return of.group(1);
    }
    Matcher matcher = NEWBORN.matcher(plain);
    return matcher.matches() ? matcher.group(1) : null;
  }
}
