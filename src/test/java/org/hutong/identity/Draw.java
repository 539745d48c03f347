package org.hutong.identity;

import java.util.List;
import java.util.SplittableRandom;

/** What chance decides of a registration. */
record Draw(SplittableRandom random) {
  boolean happens(double probability) {
    return random.nextDouble() < probability;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  String digits(int count) {
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < count; i++) {
      digits.append(random.nextInt(10));
    }
    return digits.toString();
  }

  String phone() {
    return "12" + digits(9);
  }

  /** Puts the second character of a pair in place of the first, or the other way round. */
  String exchange(String text, List<String> pairs) {
    List<String> usable =
        pairs.stream()
            .filter(pair -> text.contains(pair.substring(0, 1)) || text.contains(pair.substring(1)))
            .toList();
    if (usable.isEmpty()) {
      return text;
    }
    String pair = any(usable);
    String from = text.contains(pair.substring(0, 1)) ? pair.substring(0, 1) : pair.substring(1);
    return text.replace(from, pair.replace(from, ""));
  }
}
