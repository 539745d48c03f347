package org.hutong.identity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiPredicate;
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
 */
record Placement(
    @Nullable UUID person,
    Basis basis,
    List<UUID> joined,
    List<Pair> possible,
    @Nullable Long mother) {
  /**
   * More would be no help to a steward: a number typed for everybody, a name of a whole village.
   */
  static final int MOST_POSSIBLE = 5;

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
   * one, unless one of theirs contradicts another's.
   *
   * @param self row id
   * @param others every registration of every person that it may be, without itself
   * @param decided what stewards said of it and another, by row id of the other
   * @param apart whether stewards said of two others, by row id, that they are two people
   */
  static Placement of(
      long self,
      Registration registration,
      List<Member> others,
      Map<Long, Pair.State> decided,
      BiPredicate<Long, Long> apart) {
    Map<UUID, List<Member>> persons = new LinkedHashMap<>();
    others.forEach(
        member -> persons.computeIfAbsent(member.person(), first -> new ArrayList<>()).add(member));
    List<Fit> fits = new ArrayList<>();
    Long mother = null;
    for (Map.Entry<UUID, List<Member>> person : persons.entrySet()) {
      Fit fit = fit(person.getKey(), person.getValue(), registration, decided);
      fits.add(fit);
      if (fit.verdict() == Verdict.CHILD && mother == null) {
        mother = mother(registration, person.getValue());
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
            .thenComparing(Fit::score, Comparator.reverseOrder())
            .thenComparing(Fit::best));
    UUID person = null;
    Basis basis = Basis.ALONE;
    List<Pair> possible = new ArrayList<>();
    List<UUID> joined = new ArrayList<>();
    List<Member> whole = new ArrayList<>();
    for (Fit fit : fits) {
      List<Member> members = persons.getOrDefault(fit.person(), List.of());
      if (fit.verdict() == Verdict.SAME && person == null) {
        person = fit.person();
        basis = basis(fit.rule());
        whole.addAll(members);
      } else if (fit.verdict() == Verdict.SAME && isOne(whole, members, apart)) {
        joined.add(fit.person());
        whole.addAll(members);
      } else if ((fit.verdict() == Verdict.SAME || fit.verdict() == Verdict.POSSIBLE)
          && possible.size() < MOST_POSSIBLE) {
        possible.add(new Pair(self, fit.best(), Pair.State.POSSIBLE, fit.rule(), fit.score()));
      }
    }
    return new Placement(person, basis, joined, possible, mother);
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

  private static Fit fit(
      UUID person, List<Member> members, Registration registration, Map<Long, Pair.State> decided) {
    for (Member member : members) {
      Pair.State state = decided.get(member.patient());
      if (state == Pair.State.APART) {
        return new Fit(person, Verdict.DIFFERENT, Rule.STEWARD, 0, member.patient());
      }
      if (state == Pair.State.TOGETHER) {
        return new Fit(person, Verdict.SAME, Rule.STEWARD, Integer.MAX_VALUE, member.patient());
      }
    }
    Candidate found = Candidate.of(person, members, registration);
    return new Fit(
        person,
        found.verdict(),
        found.best().rule(),
        found.best().score(),
        found.nearest().patient());
  }

  private static @Nullable Long mother(Registration child, List<Member> members) {
    return members.stream()
        .filter(member -> Comparison.isChildOf(child, member.registration()))
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
