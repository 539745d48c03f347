package org.hutong.identity;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Comparisons that are made once. Of somebody who is registered hundreds of times most
 * registrations say the same.
 */
final class Comparisons {
  private record Contents(int one, int other) {}

  private final IdentityHashMap<Registration, Integer> seen = new IdentityHashMap<>();
  private final Map<Registration, Integer> contents = new HashMap<>();
  private final Map<Contents, Comparison> made = new HashMap<>();

  Comparison of(Registration one, Registration other) {
    Contents both = new Contents(number(one), number(other));
    Comparison known = made.get(both);
    if (known == null) {
      known = Comparison.of(one, other);
      made.put(both, known);
    }
    return known;
  }

  private int number(Registration registration) {
    Integer number = seen.get(registration);
    if (number == null) {
      int next = contents.size();
      Integer alike = contents.putIfAbsent(registration, next);
      number = alike == null ? next : alike;
      seen.put(registration, number);
    }
    return number;
  }
}
