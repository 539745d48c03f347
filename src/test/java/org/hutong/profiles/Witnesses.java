package org.hutong.profiles;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What must hold somewhere so that an invariant is not obeyed for want of what it speaks of: the
 * premise of an implication with its conclusion, each alternative where those before it fail, an
 * item of which all are asked something, both sides of what may have nothing in common.
 */
final class Witnesses {
  private static final Pattern ALL = Pattern.compile("(.+)\\.all\\((.+)\\)");
  private static final Pattern APART = Pattern.compile("(.+)\\.intersect\\((.+)\\)\\.empty\\(\\)");

  private Witnesses() {}

  /** The expressions, in FHIRPath; each may hold in another example. */
  static List<String> of(String expression) {
    String plain = expression.strip();
    for (String operator : List.of(" implies ", " or ", " and ")) {
      int at = outside(plain, operator);
      if (at >= 0) {
        return joined(
            plain.substring(0, at).strip(),
            operator.strip(),
            plain.substring(at + operator.length()).strip());
      }
    }
    if (plain.startsWith("(") && closing(plain, 0) == plain.length() - 1) {
      return of(plain.substring(1, plain.length() - 1));
    }
    Matcher apart = APART.matcher(plain);
    if (apart.matches()) {
      return List.of("(%s).exists() and (%s).exists()".formatted(apart.group(1), apart.group(2)));
    }
    Matcher all = ALL.matcher(plain);
    if (all.matches() && closing(plain, all.end(1) + 4) == plain.length() - 1) {
      return of(all.group(2)).stream()
          .map(witness -> "%s.where(%s).exists()".formatted(all.group(1), witness))
          .toList();
    }
    return List.of(plain);
  }

  private static List<String> joined(String left, String operator, String right) {
    List<String> witnesses = new ArrayList<>();
    if (!operator.equals("implies")) {
      witnesses.addAll(of(left));
    }
    String before =
        switch (operator) {
          case "implies" -> "(%s) and ".formatted(left);
          case "or" -> "(%s).not() and ".formatted(left);
          default -> "";
        };
    of(right).forEach(witness -> witnesses.add(before + "(" + witness + ")"));
    return witnesses;
  }

  /** Where a text stands outside of parentheses and quotes; negative when it does not. */
  private static int outside(String expression, String text) {
    for (int at = 0; at < expression.length(); at++) {
      char character = expression.charAt(at);
      if (character == '(' || character == '\'') {
        at = closing(expression, at);
      } else if (expression.startsWith(text, at)) {
        return at;
      }
    }
    return -1;
  }

  /** Where what opens at a place is closed. */
  private static int closing(String expression, int from) {
    if (expression.charAt(from) == '\'') {
      return expression.indexOf('\'', from + 1);
    }
    int at = from + 1;
    while (expression.charAt(at) != ')') {
      char character = expression.charAt(at);
      at = (character == '(' || character == '\'' ? closing(expression, at) : at) + 1;
    }
    return at;
  }
}
