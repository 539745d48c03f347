package org.hutong.identity;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.identity.Decision.Before;
import org.hutong.identity.Decision.Kind;
import org.hutong.identity.Member.Basis;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What stewards decide, in the transaction of whoever calls. All others who would link wait
 * meanwhile: decisions are rare, and what one rests on must not change under it.
 */
@Component
class Steward {
  private final Persons persons;
  private final Membership membership;

  Steward(Persons persons, Membership membership) {
    this.persons = persons;
    this.membership = membership;
  }

  /**
   * Who decides, and why.
   *
   * @param reason in the steward's words
   * @param institution code of the steward's institution
   */
  record Grounds(String reason, String institution) {}

  /**
   * What came of a decision.
   *
   * @param persons to whom the two registrations belong now; one or two
   */
  record Decided(UUID decision, Set<UUID> persons) {}

  /** Has all others wait until the transaction ends. */
  void begin() {
    persons.holdBackSoon();
  }

  /** The registration of a Patient. */
  Persons.Linked registered(String patient) {
    return persons.registered(patient).orElseThrow(() -> Problem.of(ProblemCode.NOT_FOUND));
  }

  /** Two registrations are one person's, whatever they say. */
  Decided link(Member one, Member other, Grounds grounds) {
    return join(Kind.LINK, one, other, null, grounds);
  }

  /** The same, because one of two Patients of an institution takes the other's place. */
  Decided merge(Member source, Member target, Decision.Merged merged, Grounds grounds) {
    return join(Kind.MERGE, source, target, merged, grounds);
  }

  /** Refuses to join what a steward holds apart. */
  void requireNotApart(Member one, Member other) {
    List<Member> all = persons.ofPersons(List.of(one.person(), other.person()));
    requireNoneApart(all, persons.decisions(all));
  }

  private Decided join(
      Kind kind, Member one, Member other, Decision.@Nullable Merged merged, Grounds grounds) {
    List<Member> all = persons.ofPersons(List.of(one.person(), other.person()));
    Pair two = pair(one, other, Pair.State.TOGETHER);
    // The two themselves a steward may bring together again.
    requireNoneApart(
        all, persons.decisions(all).stream().filter(pair -> !pair.isAbout(two)).toList());
    UUID decision = note(kind, one, other, all, merged, grounds);
    persons.decide(two);
    Member younger = one.patient() < other.patient() ? other : one;
    UUID person = one.patient() < other.patient() ? one.person() : other.person();
    List<Member> joined =
        all.stream()
            .map(
                member -> member.patient() == younger.patient() ? member.on(Basis.STEWARD) : member)
            .toList();
    membership.arrange(List.of(joined), member -> person, decision);
    if (one.person().equals(other.person())) {
      persons.renew(person, decision);
      persons.move(younger.patient(), person, Basis.STEWARD);
    }
    return new Decided(decision, Set.of(person));
  }

  /** Two registrations are two people's, whatever they say. */
  Decided unlink(Member one, Member other, Grounds grounds) {
    persons
        .latest(pair(one, other, Pair.State.APART))
        .flatMap(persons::decision)
        .filter(decision -> decision.kind() == Kind.MERGE)
        .ifPresent(
            merge -> {
              throw Problem.of(ProblemCode.LINK_MERGED, merge.id().toString());
            });
    List<Member> all = persons.ofPersons(List.of(one.person(), other.person()));
    UUID decision = note(Kind.UNLINK, one, other, all, null, grounds);
    persons.decide(pair(one, other, Pair.State.APART));
    if (one.person().equals(other.person())) {
      BiPredicate<Long, Long> together = together(all);
      List<List<Member>> sides =
          Placement.sides(all, one.patient(), other.patient(), together)
              .orElseThrow(() -> Problem.of(ProblemCode.LINK_HELD_TOGETHER));
      List<List<Member>> parts = new ArrayList<>();
      sides.forEach(side -> parts.addAll(Placement.parts(side, together)));
      membership.arrange(parts, Member::person, decision);
    }
    return new Decided(decision, personsOf(one, other));
  }

  /** A decision that is to be taken back. */
  Decision standing(UUID id) {
    Decision decision =
        persons.decision(id).orElseThrow(() -> Problem.of(ProblemCode.DECISION_UNKNOWN));
    if (decision.kind() == Kind.UNDO) {
      throw Problem.of(ProblemCode.DECISION_NOT_UNDOABLE);
    }
    if (decision.undoneBy() != null) {
      throw Problem.of(ProblemCode.DECISION_UNDONE, decision.undoneBy().toString());
    }
    persons
        .later(decision)
        .ifPresent(
            later -> {
              throw Problem.of(ProblemCode.DECISION_SUPERSEDED, later.toString());
            });
    return decision;
  }

  /** Takes a decision back: registrations belong where they would without it. */
  Decided undo(Decision decision, Grounds grounds) {
    Member one = persons.member(decision.one()).orElse(null);
    Member other = persons.member(decision.other()).orElse(null);
    if (one == null || other == null) {
      throw Problem.of(ProblemCode.GONE);
    }
    List<Member> all = persons.ofPersons(List.of(one.person(), other.person()));
    UUID undo = UUID.randomUUID();
    persons.note(
        undo,
        new Grounded(Kind.UNDO, one.patient(), other.patient(), grounds),
        before(one, other, all, null),
        decision.id());
    Pair pair = decision.before().pair();
    if (pair == null) {
      persons.undecide(pair(one, other, Pair.State.POSSIBLE));
    } else {
      persons.decide(pair);
    }
    List<Pair> decisions = persons.decisions(all);
    List<List<Member>> parts = Placement.parts(all, together(all));
    parts.forEach(part -> requireNoneApart(part, decisions));
    Map<Long, UUID> former = decision.before().persons();
    Function<Member, UUID> preferred =
        member -> former.getOrDefault(member.patient(), member.person());
    membership.arrange(parts, preferred, undo);
    return new Decided(undo, personsOf(one, other));
  }

  /** A decision about to be noted. */
  record Grounded(Kind kind, long one, long other, Grounds grounds) {}

  private UUID note(
      Kind kind,
      Member one,
      Member other,
      List<Member> all,
      Decision.@Nullable Merged merged,
      Grounds grounds) {
    UUID id = UUID.randomUUID();
    persons.note(
        id,
        new Grounded(kind, one.patient(), other.patient(), grounds),
        before(one, other, all, merged),
        null);
    return id;
  }

  private Before before(
      Member one, Member other, List<Member> all, Decision.@Nullable Merged merged) {
    return new Before(
        persons.pair(one.patient(), other.patient()).orElse(null),
        all.stream().collect(Collectors.toMap(Member::patient, Member::person)),
        merged);
  }

  private Set<UUID> personsOf(Member one, Member other) {
    Set<UUID> now = new LinkedHashSet<>();
    for (Member member : List.of(one, other)) {
      Optional<Member> found = persons.member(member.patient());
      found.ifPresent(present -> now.add(present.person()));
    }
    return now;
  }

  private BiPredicate<Long, Long> together(List<Member> members) {
    return new Decisions(persons.decisions(members)).said(Pair.State.TOGETHER);
  }

  private void requireNoneApart(List<Member> members, List<Pair> decisions) {
    Set<Long> patients = members.stream().map(Member::patient).collect(Collectors.toSet());
    decisions.stream()
        .filter(pair -> pair.state() == Pair.State.APART)
        .filter(pair -> patients.contains(pair.one()) && patients.contains(pair.other()))
        .findFirst()
        .ifPresent(
            pair -> {
              throw Problem.of(
                  ProblemCode.LINK_HELD_APART,
                  persons.latest(pair).map(UUID::toString).orElse("-"));
            });
  }

  private static Pair pair(Member one, Member other, Pair.State state) {
    Comparison found = Comparison.of(one.registration(), other.registration());
    return new Pair(one.patient(), other.patient(), state, found.rule(), found.score());
  }
}
