package org.hutong.bench;

/** Unified social credit codes of institutions (GB 32100): 17 characters and a check character. */
final class CreditCode {

  private static final String ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  private static final int[] WEIGHTS = {
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28
  };

  private CreditCode() {}

  /** The code of a public institution in the fictitious division. */
  static String of(int number) {
    String body = "12" + IdentityNumber.FICTITIOUS_DIVISION + String.format("%09d", number);
    return body + checkCharacter(body);
  }

  /**
   * @param body the first 17 characters
   */
  static char checkCharacter(String body) {
    int sum = 0;
    for (int i = 0; i < WEIGHTS.length; i++) {
      sum += WEIGHTS[i] * ALPHABET.indexOf(body.charAt(i));
    }
    return ALPHABET.charAt((31 - sum % 31) % 31);
  }
}
