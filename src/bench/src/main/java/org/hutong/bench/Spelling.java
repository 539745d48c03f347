package org.hutong.bench;

/** One number and one name as different people at different keyboards type them. */
final class Spelling {

  private Spelling() {}

  /** An identity number with a small x, in full-width digits, in 15 digits, or as it is. */
  static String number(String number, int spelling) {
    return switch (Math.floorMod(spelling, 5)) {
      case 1 -> number.replace('X', 'x');
      case 2 -> fullWidth(number);
      case 3 -> number.startsWith("19", 6) ? former(number) : number;
      case 4 -> number + " ";
      default -> number;
    };
  }

  /** The number that was given until 1999; those that end in 996 to 999 mean other centuries. */
  private static String former(String number) {
    String former = number.substring(0, 6) + number.substring(8, 17);
    return former.substring(12).matches("99[6-9]") ? number : former;
  }

  private static String fullWidth(String number) {
    StringBuilder wide = new StringBuilder();
    number.chars().forEach(c -> wide.append((char) (c + '\uff01' - '!')));
    return wide.toString();
  }

  static String name(String family, String given, int spelling) {
    return Math.floorMod(spelling, 3) == 1 ? family + " " + given : family + given;
  }
}
