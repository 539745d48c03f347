package org.hutong.identity;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import org.hutong.identity.Comparison.Verdict;

/**
 * What one person is to a registration, as far as the registrations say.
 *
 * @param verdict that of the best comparison, unless another registration of the person contradicts
 * @param nearest the registration of the best comparison
 */
record Candidate(
    UUID person, List<Member> members, Verdict verdict, Comparison best, Member nearest) {

  /**
   * Compares with each registration.
   *
   * @param worn numbers that prove nobody
   * @param together whether a steward said of two, by row id, that they are one person's: what such
   *     a one says against others of the person is known, and was weighed
   */
  static Candidate of(
      UUID person,
      List<Member> members,
      Registration registration,
      Set<Document> worn,
      BiPredicate<Long, Long> together) {
    boolean contradicted = false;
    Comparison best = null;
    Member nearest = null;
    for (Member member : members) {
      Comparison found =
          Comparison.of(registration.doubting(worn), member.registration().doubting(worn));
      contradicted |= found.contradicts() && !isKnown(member, members, together);
      if (best == null || found.isStrongerThan(best)) {
        best = found;
        nearest = member;
      }
    }
    if (best == null || nearest == null) {
      throw new IllegalArgumentException("A person without registrations");
    }
    Verdict verdict =
        best.verdict() == Verdict.SAME && contradicted ? Verdict.POSSIBLE : best.verdict();
    return new Candidate(person, members, verdict, best, nearest);
  }

  private static boolean isKnown(
      Member member, List<Member> members, BiPredicate<Long, Long> together) {
    return members.stream().anyMatch(other -> together.test(member.patient(), other.patient()));
  }
}
