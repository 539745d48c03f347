package org.hutong.identity;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.identity.Decision.Before;
import org.hutong.identity.Decision.Kind;
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

  /**
   * Has all others wait until the transaction ends. Patients that it will write must be locked by
   * now: whoever writes one locks it before it finds out who that is.
   *
   * @param writes whether Patients will be written
   */
  void begin(boolean writes) {
    if (writes) {
      persons.holdReplacements();
    }
    persons.holdBackSoon();
  }

  /** The registration of a Patient. */
  Persons.Linked registered(String patient) {
    return persons.registered(patient).orElseThrow(() -> Problem.of(ProblemCode.NOT_FOUND));
  }

  /** Two registrations are one person's, whatever they say. */
  Decided link(Member one, Member other, Grounds grounds) {
    return decide(Kind.LINK, one, other, null, grounds);
  }

  /** The same, because one of two Patients of an institution takes the other's place. */
  Decided merge(Member source, Member target, Decision.Merged merged, Grounds grounds) {
    return decide(Kind.MERGE, source, target, merged, grounds);
  }

  /** Two registrations are two people's, whatever they say. */
  Decided unlink(Member one, Member other, Grounds grounds) {
    return decide(Kind.UNLINK, one, other, null, grounds);
  }

  /**
   * Decides. What was decided before about the same two no longer holds until this is undone; what
   * was decided about others must not be overruled by the way. Who decides again what holds already
   * gets the decision that there is.
   */
  private Decided decide(
      Kind kind, Member one, Member other, Decision.@Nullable Merged merged, Grounds grounds) {
    Two two = new Two(one.patient(), other.patient());
    List<Decision> standing = persons.standing(List.of(one.patient(), other.patient()));
    requireConsistent(kind, one, other, standing);
    Decision holds = Standing.of(standing).holding().get(two);
    if (holds != null && holds.kind() == kind && merged == null) {
      return new Decided(holds.id(), personsOf(two));
    }
    UUID decision = UUID.randomUUID();
    persons.note(
        decision,
        new Grounded(kind, one.patient(), other.patient(), grounds),
        new Before(personsAround(List.of(one, other)), merged),
        null);
    carryOut(two, decision);
    return new Decided(decision, personsOf(two));
  }

  /** Refuses to merge what a steward holds apart. */
  void requireMergeable(Member source, Member target) {
    requireConsistent(
        Kind.MERGE, source, target, persons.standing(List.of(source.patient(), target.patient())));
  }

  private static void requireConsistent(
      Kind kind, Member one, Member other, List<Decision> standing) {
    Two two = new Two(one.patient(), other.patient());
    standing.stream()
        .filter(decision -> decision.two().equals(two) && decision.kind() == Kind.MERGE)
        .filter(decision -> kind == Kind.UNLINK)
        .findFirst()
        .ifPresent(
            merge -> {
              throw Problem.of(ProblemCode.LINK_MERGED, merge.id().toString());
            });
    Standing now = Standing.of(standing);
    Decision held = now.holding().get(two);
    if (kind == Kind.MERGE && held != null && held.kind() == Kind.UNLINK) {
      throw Problem.of(ProblemCode.LINK_HELD_APART, held.id().toString());
    }
    now.displacedBy(Standing.with(kind, two, standing), two)
        .ifPresent(
            overruled -> {
              throw Problem.of(
                  kind == Kind.UNLINK
                      ? ProblemCode.LINK_HELD_TOGETHER
                      : ProblemCode.LINK_HELD_APART,
                  overruled.id().toString());
            });
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
    if (decision.kind() == Kind.MERGE) {
      requireLastMerge(decision);
    }
    return decision;
  }

  /** What a later merge has taken over from one, only the undo of that one gives back. */
  private void requireLastMerge(Decision merge) {
    for (Decision later : persons.standing(List.of(merge.one(), merge.other()))) {
      if (later.id().equals(merge.id())) {
        return;
      }
      if (later.kind() == Kind.MERGE
          && (later.one() == merge.one() || later.one() == merge.other())) {
        throw Problem.of(ProblemCode.MERGE_CONTINUED, later.id().toString());
      }
    }
  }

  /** Takes a decision back: registrations belong where they would without it. */
  Decided undo(Decision decision, Grounds grounds) {
    UUID undo = UUID.randomUUID();
    persons.note(
        undo,
        new Grounded(Kind.UNDO, decision.one(), decision.other(), grounds),
        new Before(personsAround(persons.members(List.of(decision.one(), decision.other()))), null),
        decision.id());
    carryOut(decision.two(), undo);
    return new Decided(undo, personsOf(decision.two()));
  }

  /** A decision about to be noted. */
  record Grounded(Kind kind, long one, long other, Grounds grounds) {}

  /** Has hold what holds by now, and everybody stand where that puts them. */
  private void carryOut(Two two, UUID decision) {
    List<Long> both = List.of(two.one(), two.other());
    List<Decision> standing = persons.standing(both);
    Map<Two, Decision> holding = Standing.of(standing).holding();
    Set<Two> concerned = new LinkedHashSet<>(List.of(two));
    standing.forEach(other -> concerned.add(other.two()));
    Set<Long> rows = new LinkedHashSet<>();
    for (Two each : concerned) {
      Decision holds = holding.get(each);
      persons.hold(each, holds == null ? null : holds.kind());
      rows.addAll(List.of(each.one(), each.other()));
    }
    membership.rearrange(both, rows, decision);
  }

  private Map<Long, UUID> personsAround(List<Member> members) {
    return persons
        .ofPersons(members.stream().map(Member::person).collect(Collectors.toSet()))
        .stream()
        .collect(Collectors.toMap(Member::patient, Member::person));
  }

  private Set<UUID> personsOf(Two two) {
    Set<UUID> now = new LinkedHashSet<>();
    persons.members(List.of(two.one(), two.other())).forEach(member -> now.add(member.person()));
    return now;
  }
}
