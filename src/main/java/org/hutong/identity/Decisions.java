package org.hutong.identity;

import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/** What stewards have said of pairs of registrations. */
record Decisions(List<Pair> pairs) {

  /** What was said of one and another, by the row id of the other. */
  Map<Long, Pair.State> about(long self) {
    return pairs.stream()
        .filter(pair -> pair.one() == self || pair.other() == self)
        .collect(Collectors.toMap(pair -> pair.besides(self), Pair::state));
  }

  /** Whether something was said of two, by their row ids in any order. */
  BiPredicate<Long, Long> said(Pair.State state) {
    return (a, b) ->
        pairs.stream()
            .anyMatch(
                pair ->
                    pair.state() == state
                        && pair.one() == Math.min(a, b)
                        && pair.other() == Math.max(a, b));
  }
}
