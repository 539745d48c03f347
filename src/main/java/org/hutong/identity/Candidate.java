package org.hutong.identity;

import java.util.List;
import java.util.Set;
import java.util.UUID;
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
   */
  static Candidate of(
      UUID person,
      List<Member> members,
      Registration registration,
      Set<Document> worn,
      Comparisons comparisons) {
    boolean contradicted = false;
    Comparison best = null;
    Member nearest = null;
    Registration doubting = registration.doubting(worn);
    for (Member member : members) {
      Comparison found = comparisons.of(doubting, member.registration().doubting(worn));
      contradicted |= found.contradicts();
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
}
