package org.hutong.identity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
   * @param decisions what stewards said of any two of all these; whom they hold apart is heeded,
   *     and whom they hold together is the business of {@link Arrangement}
   */
  static Placement of(
      long self,
      Registration registration,
      List<Member> others,
      @Nullable UUID former,
      Decisions decisions,
      Comparisons comparisons) {
    Set<Long> apart = decisions.apartFrom(self);
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
              apart,
              () -> Candidate.of(person.getKey(), members, registration, doubted, comparisons));
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
        Comparator.comparing(Fit::verdict)
            .thenComparing(Fit::rule)
            .thenComparing(fit -> !fit.person().equals(former))
            .thenComparing(Fit::score, Comparator.reverseOrder())
            .thenComparing(Fit::best));
    UUID person = null;
    Basis basis = Basis.ALONE;
    List<Pair> possible = new ArrayList<>();
    List<UUID> joined = new ArrayList<>();
    List<Member> whole = new ArrayList<>();
    boolean torn =
        isTorn(
            fits,
            former,
            (one, other) ->
                isTearing(
                    self,
                    persons.getOrDefault(one, List.of()),
                    persons.getOrDefault(other, List.of()),
                    decisions,
                    comparisons));
    for (Fit fit : fits) {
      List<Member> members = persons.getOrDefault(fit.person(), List.of());
      if (fit.verdict() == Verdict.SAME && !torn && person == null) {
        person = fit.person();
        basis = basis(fit.rule());
        whole.addAll(members);
      } else if (fit.verdict() == Verdict.SAME
          && !torn
          && isOne(whole, members, decisions, comparisons)) {
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
      List<Fit> fits, @Nullable UUID former, BiPredicate<UUID, UUID> tearing) {
    Fit first = fits.isEmpty() ? null : fits.get(0);
    if (first == null || first.verdict() != Verdict.SAME || first.person().equals(former)) {
      return false;
    }
    return fits.stream()
        .skip(1)
        .filter(fit -> fit.verdict() == Verdict.SAME && fit.rule() == first.rule())
        .anyMatch(fit -> tearing.test(first.person(), fit.person()));
  }

  private static boolean isTearing(
      long self,
      List<Member> one,
      List<Member> other,
      Decisions decisions,
      Comparisons comparisons) {
    return decisions.areApart(one, other)
        ? decisions.tears(self, one, other)
        : !isOne(one, other, decisions, comparisons);
  }

  private static boolean isOne(
      List<Member> one, List<Member> other, Decisions decisions, Comparisons comparisons) {
    if (decisions.areApart(one, other)) {
      return false;
    }
    for (Member a : one) {
      for (Member b : other) {
        if (comparisons.of(a.registration(), b.registration()).contradicts()) {
          return false;
        }
      }
    }
    return true;
  }

  private static Fit fit(
      UUID person, List<Member> members, Set<Long> apart, Supplier<Candidate> candidate) {
    for (Member member : members) {
      if (apart.contains(member.patient())) {
        return new Fit(person, Verdict.DIFFERENT, Rule.STEWARD, 0, member.patient());
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
    return rule == Rule.PROOF ? Basis.PROOF : Basis.SCORE;
  }
}
