package org.hutong.directory;

/** Unified social credit codes, GB 32100. */
final class Uscc {
  private static final String ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  private static final int[] WEIGHTS = {
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28
  };

  private Uscc() {}

  /** Whether the check character is right. Early pilot areas issued codes with wrong ones. */
  static boolean isChecked(String code) {
    if (code.length() != WEIGHTS.length + 1) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < WEIGHTS.length; i++) {
      int value = ALPHABET.indexOf(code.charAt(i));
      if (value < 0) {
        return false;
      }
      sum += WEIGHTS[i] * value;
    }
    return ALPHABET.charAt((31 - sum % 31) % 31) == code.charAt(WEIGHTS.length);
  }
}
