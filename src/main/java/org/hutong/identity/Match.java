package org.hutong.identity;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hutong.identity.Comparison.Rule;
import org.hutong.identity.Comparison.Verdict;

/**
 * A registration that is, or may be, that of somebody who is looked for.
 *
 * @param found what decided: the comparison with this registration, or, for other registrations of
 *     a person that is certain, with the nearest
 * @param nearest row id of the registration that was compared
 * @param bits what all findings and what the rule adds come to
 */
record Match(long patient, UUID person, Grade grade, Comparison found, long nearest, int bits) {
  /** From here on a question to a steward is likely to be answered with yes. */
  static final int PROBABLE = 25;

  /** What is not certain stays below what is. */
  private static final int MOST_UNCERTAIN = Weights.LINK - 1;

  private static final int DIGITS = 4;

  /** http://terminology.hl7.org/CodeSystem/match-grade, without what is certainly not. */
  enum Grade {
    CERTAIN,
    PROBABLE,
    POSSIBLE;

    String code() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Matches with some registrations, the likeliest first. */
  static List<Match> of(Registration wanted, List<Member> members) {
    Map<UUID, List<Member>> persons = new LinkedHashMap<>();
    members.forEach(
        member -> persons.computeIfAbsent(member.person(), first -> new ArrayList<>()).add(member));
    List<Match> matches = new ArrayList<>();
    Set<Document> worn = Placement.worn(wanted, persons.values());
    Comparisons comparisons = new Comparisons();
    persons.forEach(
        (person, its) ->
            matches.addAll(of(Candidate.of(person, its, wanted, worn, comparisons), wanted)));
    matches.sort(
        Comparator.comparing(Match::grade)
            .thenComparing(Match::bits, Comparator.reverseOrder())
            .thenComparing(Match::person)
            .thenComparing(match -> match.patient() != match.nearest())
            .thenComparing(Match::patient));
    return matches;
  }

  private static List<Match> of(Candidate candidate, Registration wanted) {
    List<Match> matches = new ArrayList<>();
    for (Member member : candidate.members()) {
      if (candidate.verdict() == Verdict.SAME) {
        int bits = candidate.best().score() + ofRule(candidate.best().rule());
        matches.add(
            new Match(
                member.patient(),
                member.person(),
                Grade.CERTAIN,
                candidate.best(),
                candidate.nearest().patient(),
                bits));
      } else {
        Comparison own = Comparison.of(wanted, member.registration());
        if (own.verdict() == Verdict.SAME || own.verdict() == Verdict.POSSIBLE) {
          int bits = Math.min(MOST_UNCERTAIN, own.score() + ofRule(own.rule()));
          Grade grade = bits >= PROBABLE ? Grade.PROBABLE : Grade.POSSIBLE;
          matches.add(
              new Match(member.patient(), member.person(), grade, own, member.patient(), bits));
        }
      }
    }
    return matches;
  }

  /** What a number is worth that both bear: as much as two right numbers tell apart. */
  static int ofRule(Rule rule) {
    return switch (rule) {
      case PROOF -> 30;
      case PROOF_OTHER_NAME, PROOF_OTHER_BIRTH -> 20;
      case NUMBER_IN_DOUBT -> 12;
      case STEWARD, TWO_NUMBERS, MOTHERS_NUMBER, SCORE -> 0;
    };
  }

  /** Between 0 and 1: as likely as the bits say where it was as likely as not at 18 of them. */
  BigDecimal score() {
    double odds = Math.scalb(1.0, bits - Weights.POSSIBLE);
    return BigDecimal.valueOf(odds / (1 + odds)).setScale(DIGITS, RoundingMode.HALF_UP);
  }
}
