package org.hutong.bench;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;

/** Resident identity numbers (GB 11643): division, birth date, sequence, check digit. */
final class IdentityNumber {

  /** A division code that no place bears, so that no number of ours can be a living person's. */
  static final String FICTITIOUS_DIVISION = "159981";

  private static final int[] WEIGHTS = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  private static final String CHECK_DIGITS = "10X98765432";

  private IdentityNumber() {}

  /**
   * @param sequence 0 to 999; odd for men, even for women
   */
  static String of(LocalDate birthDate, int sequence) {
    String body =
        FICTITIOUS_DIVISION
            + birthDate.format(DateTimeFormatter.BASIC_ISO_DATE)
            + String.format("%03d", sequence);
    return body + checkDigit(body);
  }

  /**
   * @param body the first 17 digits
   */
  static char checkDigit(String body) {
    int sum = 0;
    for (int i = 0; i < WEIGHTS.length; i++) {
      sum += WEIGHTS[i] * (body.charAt(i) - '0');
    }
    return CHECK_DIGITS.charAt(sum % 11);
  }
}
