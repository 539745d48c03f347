package org.hutong.fhir;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.regex.Pattern;

/**
 * Numbers of resident identity cards, GB 11643: how one number that has several spellings is kept.
 */
public final class IdentityNumber {
  private static final Pattern PRESENT = Pattern.compile("[0-9]{17}[0-9Xx]");

  /** One digit fifteen times is what people type to get past a field. */
  private static final Pattern FORMER = Pattern.compile("(?!([0-9])\\1{14})[0-9]{15}");

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuuMMdd").withResolverStyle(ResolverStyle.STRICT);

  /** Former numbers with these endings were given to people born before 1900. */
  private static final String BEFORE_1900 = "99[6-9]";

  private static final int[] WEIGHTS = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  private static final String CHECK_CHARACTERS = "10X98765432";

  private IdentityNumber() {}

  /**
   * The one spelling: 18 characters with an upper-case X. A former number of 15 digits gets the
   * century and the check character that it lacks, if its date exists and its century is certain.
   *
   * @return the number as it came when it is nothing of the kind: refusing is the validator's
   *     business
   */
  public static String normal(String number) {
    if (PRESENT.matcher(number).matches()) {
      return number.replace('x', 'X');
    }
    if (!FORMER.matcher(number).matches() || number.substring(12).matches(BEFORE_1900)) {
      return number;
    }
    String body = number.substring(0, 6) + "19" + number.substring(6);
    return isDay(body.substring(6, 14)) ? body + checkCharacter(body) : number;
  }

  /** Whether a number has 18 characters, a date that exists and the right check character. */
  public static boolean isWellFormed(String number) {
    return isOne(number) && checkCharacter(number) == Character.toUpperCase(number.charAt(17));
  }

  /** The birth date in a well-formed number. */
  public static LocalDate birthDate(String number) {
    return LocalDate.parse(number.substring(6, 14), DAY);
  }

  /** Whether a well-formed number was given to a woman: its seventeenth digit is even. */
  public static boolean isFemale(String number) {
    return (number.charAt(16) - '0') % 2 == 0;
  }

  /** Whether a number is written as the one spelling is, be its check character right or wrong. */
  public static boolean isOne(String number) {
    return PRESENT.matcher(number).matches() && isDay(number.substring(6, 14));
  }

  private static boolean isDay(String digits) {
    try {
      LocalDate.parse(digits, DAY);
      return true;
    } catch (DateTimeParseException none) {
      return false;
    }
  }

  /** The eighteenth character of the number whose first seventeen are given. */
  public static char checkCharacter(String body) {
    int sum = 0;
    for (int i = 0; i < WEIGHTS.length; i++) {
      sum += WEIGHTS[i] * (body.charAt(i) - '0');
    }
    return CHECK_CHARACTERS.charAt(sum % 11);
  }
}
