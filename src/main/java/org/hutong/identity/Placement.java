package org.hutong.identity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hutong.identity.Comparison.Rule;
import org.hutong.identity.Comparison.Verdict;
import org.hutong.identity.Member.Basis;
import org.jspecify.annotations.Nullable;

/**
 * Where a registration belongs.
 *
 * @param person whom it is held to be; null for somebody new
 * @param joined further persons whom it shows to be the same one
 * @param possible whom else it may be: one pair for each person, the likeliest first
 * @param mother row id of the mother under whose number a newborn is registered; null when it is
 *     not one
 * @param children row ids of newborns that are registered under the number of this mother
 */
record Placement(
    @Nullable UUID person,
    Basis basis,
    List<UUID> joined,
    List<Pair> possible,
    @Nullable Long mother,
    List<Long> children) {
  /**
   * More would be no help to a steward: a number typed for everybody, a name of a whole village.
   */
  static final int MOST_POSSIBLE = 5;

  /** As many people prove themselves by one number by mistake; of more nobody knows whose it is. */
  static final int MOST_BEARERS = 5;

  /** What one person is to the registration. */
  private record Fit(UUID person, Verdict verdict, Rule rule, int score, long best) {
    boolean pinned() {
      return rule == Rule.STEWARD;
    }

    /** Whether nothing speaks for it but a number. */
    boolean onlyNumber() {
      return verdict == Verdict.POSSIBLE && rule != Rule.SCORE && score < Weights.POSSIBLE;
    }
  }

  /**
   * Finds the place of a registration. It is linked to a person only if it is one's with some of
   * the person's registrations and contradicts none of them. If it is linked to several, they are
   * one, unless one of theirs contradicts another's: then it stays where it was, and somebody new
   * is linked to none of them.
   *
   * @param self row id
   * @param others every registration of every person that it may be, without itself
   * @param former to whom it belonged until now; null when it is new
   * @param decisions what stewards said of any two of all these
   */
  static Placement of(
      long self,
      Registration registration,
      List<Member> others,
      @Nullable UUID former,
      Decisions decisions) {
    BiPredicate<Long, Long> apart = decisions.said(Pair.State.APART);
    BiPredicate<Long, Long> together = decisions.said(Pair.State.TOGETHER);
    Map<Long, Pair.State> decided = decisions.about(self);
    Map<UUID, List<Member>> persons = new LinkedHashMap<>();
    others.forEach(
        member -> persons.computeIfAbsent(member.person(), first -> new ArrayList<>()).add(member));
    Set<Document> worn = worn(registration, persons.values());
    List<Fit> fits = new ArrayList<>();
    List<Long> children = new ArrayList<>();
    Long mother = null;
    for (Map.Entry<UUID, List<Member>> person : persons.entrySet()) {
      List<Member> members = person.getValue();
      Set<Document> doubted = person.getKey().equals(former) ? Set.of() : worn;
      Fit fit =
          fit(
              person.getKey(),
              members,
              decided,
              () -> Candidate.of(person.getKey(), members, registration, doubted, together));
      fits.add(fit);
      if (fit.verdict() == Verdict.CHILD) {
        mother = mother == null ? mother(registration, members) : mother;
        members.stream()
            .filter(member -> Comparison.isUnderNumberOf(member.registration(), registration))
            .forEach(member -> children.add(member.patient()));
      }
    }
    // A number that somebody typed for all who had none at hand.
    if (fits.stream().filter(Fit::onlyNumber).count() > MOST_POSSIBLE) {
      fits.removeIf(Fit::onlyNumber);
    }
    fits.sort(
        Comparator.comparing(Fit::pinned)
            .reversed()
            .thenComparing(Fit::verdict)
            .thenComparing(Fit::rule)
            .thenComparing(fit -> !fit.person().equals(former))
            .thenComparing(Fit::score, Comparator.reverseOrder())
            .thenComparing(Fit::best));
    UUID person = null;
    Basis basis = Basis.ALONE;
    List<Pair> possible = new ArrayList<>();
    List<UUID> joined = new ArrayList<>();
    List<Member> whole = new ArrayList<>();
    boolean torn = isTorn(fits, persons, former, apart);
    for (Fit fit : fits) {
      List<Member> members = persons.getOrDefault(fit.person(), List.of());
      if (fit.verdict() == Verdict.SAME && !torn && person == null) {
        person = fit.person();
        basis = basis(fit.rule());
        whole.addAll(members);
      } else if (fit.verdict() == Verdict.SAME && !torn && isOne(whole, members, apart)) {
        joined.add(fit.person());
        whole.addAll(members);
      } else if ((fit.verdict() == Verdict.SAME || fit.verdict() == Verdict.POSSIBLE)
          && possible.size() < MOST_POSSIBLE) {
        possible.add(new Pair(self, fit.best(), Pair.State.POSSIBLE, fit.rule(), fit.score()));
      }
    }
    return new Placement(person, basis, joined, possible, mother, children);
  }

  /** Numbers that would prove too many people to prove any. */
  static Set<Document> worn(Registration registration, Collection<List<Member>> persons) {
    return registration.documents().stream()
        .filter(
            document ->
                persons.stream()
                        .filter(
                            members ->
                                members.stream()
                                    .anyMatch(
                                        member ->
                                            member.registration().proofs().contains(document)))
                        .count()
                    > MOST_BEARERS)
        .collect(Collectors.toSet());
  }

  /** Whether two people claim somebody new for one and the same reason, and cannot be one. */
  private static boolean isTorn(
      List<Fit> fits,
      Map<UUID, List<Member>> persons,
      @Nullable UUID former,
      BiPredicate<Long, Long> apart) {
    Fit first = fits.isEmpty() ? null : fits.get(0);
    if (first == null
        || first.pinned()
        || first.verdict() != Verdict.SAME
        || first.person().equals(former)) {
      return false;
    }
    return fits.stream()
        .skip(1)
        .filter(fit -> fit.verdict() == Verdict.SAME && fit.rule() == first.rule())
        .anyMatch(
            fit ->
                !isOne(
                    persons.getOrDefault(first.person(), List.of()),
                    persons.getOrDefault(fit.person(), List.of()),
                    apart));
  }

  private static boolean isOne(
      List<Member> one, List<Member> other, BiPredicate<Long, Long> apart) {
    for (Member a : one) {
      for (Member b : other) {
        if (apart.test(a.patient(), b.patient())
            || Comparison.of(a.registration(), b.registration()).contradicts()) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * The parts of a person of whom some have gone: those that something still holds together.
   *
   * @param together whether stewards said of two, by row id, that they are one person's
   */
  static List<List<Member>> parts(List<Member> remaining, BiPredicate<Long, Long> together) {
    List<List<Member>> parts = new ArrayList<>();
    List<Member> left = new ArrayList<>(remaining);
    while (!left.isEmpty()) {
      List<Member> part = new ArrayList<>(List.of(left.remove(0)));
      for (int i = 0; i < part.size(); i++) {
        Member one = part.get(i);
        List<Member> held =
            left.stream()
                .filter(
                    other ->
                        together.test(one.patient(), other.patient())
                            || Comparison.of(one.registration(), other.registration()).verdict()
                                == Verdict.SAME)
                .toList();
        part.addAll(held);
        left.removeAll(held);
      }
      parts.add(part);
    }
    return parts;
  }

  /**
   * The two sides of a person of whom a steward said that two registrations are not one's: every
   * other stays with the one of the two to which more ties it.
   *
   * @param one row id
   * @param other row id
   * @param together whether stewards said of two others, by row id, that they are one person's
   * @return both sides; nothing when what stewards said holds the two together
   */
  static Optional<List<List<Member>>> sides(
      List<Member> members, long one, long other, BiPredicate<Long, Long> together) {
    Map<Long, Integer> side = new HashMap<>(Map.of(one, 0, other, 1));
    List<Member> left =
        new ArrayList<>(members.stream().filter(m -> !side.containsKey(m.patient())).toList());
    for (boolean found = true; found; ) {
      found = false;
      for (Member member : List.copyOf(left)) {
        Set<Integer> held =
            members.stream()
                .filter(near -> side.containsKey(near.patient()))
                .filter(near -> together.test(near.patient(), member.patient()))
                .map(near -> side.getOrDefault(near.patient(), 0))
                .collect(Collectors.toSet());
        if (held.size() > 1) {
          return Optional.empty();
        }
        for (int only : held) {
          side.put(member.patient(), only);
          left.remove(member);
          found = true;
        }
      }
    }
    while (!left.isEmpty()) {
      Member next = left.get(0);
      Member near = null;
      Comparison best = null;
      for (Member member : left) {
        for (Member placed : members) {
          if (side.containsKey(placed.patient())) {
            Comparison found = Comparison.of(member.registration(), placed.registration());
            if (best == null || found.isStrongerThan(best)) {
              best = found;
              next = member;
              near = placed;
            }
          }
        }
      }
      side.put(next.patient(), near == null ? 0 : side.getOrDefault(near.patient(), 0));
      left.remove(next);
    }
    return Optional.of(
        Stream.of(0, 1)
            .map(
                number ->
                    members.stream()
                        .filter(member -> number.equals(side.get(member.patient())))
                        .toList())
            .toList());
  }

  private static Fit fit(
      UUID person,
      List<Member> members,
      Map<Long, Pair.State> decided,
      Supplier<Candidate> candidate) {
    for (Member member : members) {
      Pair.State state = decided.get(member.patient());
      if (state == Pair.State.APART) {
        return new Fit(person, Verdict.DIFFERENT, Rule.STEWARD, 0, member.patient());
      }
    }
    for (Member member : members) {
      if (decided.get(member.patient()) == Pair.State.TOGETHER) {
        return new Fit(person, Verdict.SAME, Rule.STEWARD, Integer.MAX_VALUE, member.patient());
      }
    }
    Candidate found = candidate.get();
    return new Fit(
        person,
        found.verdict(),
        found.best().rule(),
        found.best().score(),
        found.nearest().patient());
  }

  private static @Nullable Long mother(Registration child, List<Member> members) {
    return members.stream()
        .filter(member -> Comparison.isUnderNumberOf(child, member.registration()))
        .map(Member::patient)
        .findFirst()
        .orElse(null);
  }

  private static Basis basis(Rule rule) {
    return switch (rule) {
      case STEWARD -> Basis.STEWARD;
      case PROOF -> Basis.PROOF;
      default -> Basis.SCORE;
    };
  }
}
