package org.hutong.identity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hutong.identity.Decision.Kind;

/**
 * Which of the decisions that nobody took back hold. Of those that exclude each other the later
 * holds; the earlier is back when the later is undone.
 */
final class Standing {
  private final Map<Two, Decision> holding = new LinkedHashMap<>();
  private final Map<Long, Long> together = new HashMap<>();
  private final List<Two> apart = new ArrayList<>();
  private final Set<Two> decided = new HashSet<>();

  private Standing() {}

  /**
   * What holds.
   *
   * @param latestFirst decisions that were not undone: all that hang together
   */
  static Standing of(List<Decision> latestFirst) {
    Standing standing = new Standing();
    latestFirst.forEach(standing::add);
    return standing;
  }

  /** What would hold if one more were decided. */
  static Standing with(Kind kind, Two two, List<Decision> latestFirst) {
    Standing standing = new Standing();
    standing.add(kind, two);
    latestFirst.forEach(standing::add);
    return standing;
  }

  private void add(Decision decision) {
    if (!decided.contains(decision.two()) && add(decision.kind(), decision.two())) {
      holding.put(decision.two(), decision);
    }
  }

  /** Returns false when something later excludes it. */
  private boolean add(Kind kind, Two two) {
    long one = root(two.one());
    long other = root(two.other());
    if (kind == Kind.UNLINK) {
      if (one == other) {
        return false;
      }
      apart.add(two);
    } else {
      for (Two held : apart) {
        if (new Two(one, other).equals(new Two(root(held.one()), root(held.other())))) {
          return false;
        }
      }
      if (one != other) {
        together.put(one, other);
      }
    }
    decided.add(two);
    return true;
  }

  private long root(long patient) {
    long at = patient;
    for (Long next = together.get(at); next != null; next = together.get(at)) {
      at = next;
    }
    return at;
  }

  /** The decisions that hold, by what they are about. */
  Map<Two, Decision> holding() {
    return holding;
  }

  /** A decision about others than these two that holds here, and no longer with a later one. */
  Optional<Decision> displacedBy(Standing later, Two two) {
    return holding.entrySet().stream()
        .filter(held -> !held.getKey().equals(two) && !later.holding.containsKey(held.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
