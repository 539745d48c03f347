package org.hutong.identity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who belongs to whom: finds it out, keeps it, and changes it. */
@Component
class Membership {
  /** Keys that one transaction locks one by one; PostgreSQL has room for 64 locks a connection. */
  private static final int MOST = 48;

  private final Persons persons;

  Membership(Persons persons) {
    this.persons = persons;
  }

  /**
   * Finds the place of a registration and keeps it there.
   *
   * @param noted keys that the transaction needs besides; null when everybody else waits already
   */
  void place(long self, Registration registration, @Nullable Set<Long> noted) {
    SortedSet<Long> keys = Keys.of(registration);
    SortedSet<Long> locks = new TreeSet<>(keys);
    if (noted != null) {
      locks.addAll(noted);
    }
    boolean alone = noted == null || locks.size() > MOST;
    List<Member> all = persons.candidates(self, locks, keys, alone);
    Member before =
        all.stream().filter(member -> member.patient() == self).findFirst().orElse(null);
    if (noted != null && before != null && before.registration().equals(registration)) {
      return;
    }
    List<Member> others = all.stream().filter(member -> member.patient() != self).toList();
    Decisions decisions =
        new Decisions(others.isEmpty() ? List.of() : persons.decisions(self, others));
    UUID former = before == null ? null : before.person();
    Placement placement = Placement.of(self, registration, others, former, decisions);

    List<Member> remaining =
        others.stream().filter(member -> member.person().equals(former)).toList();
    UUID person = placement.person();
    boolean isNew = person == null && (former == null || !remaining.isEmpty());
    if (person == null) {
      person = former == null || isNew ? persons.create(null) : former;
    }
    if (!person.equals(former)) {
      if (former != null) {
        persons.renew(former, null);
      }
      if (!isNew) {
        persons.renew(person, null);
      }
    }
    persons.register(
        new Member(self, person, placement.basis(), registration), keys, before != null);
    for (UUID joined : placement.joined()) {
      persons.renew(joined, null);
      persons.moveAll(joined, person);
      persons.succeeded(joined, person);
    }
    if (former != null && !person.equals(former) && !placement.joined().contains(former)) {
      if (remaining.isEmpty()) {
        persons.succeeded(former, person);
      } else {
        split(remaining, decisions);
      }
    }
    persons.ask(self, placement.possible(), before != null);
    if (placement.mother() != null) {
      persons.mother(self, placement.mother());
    } else if (before != null) {
      persons.motherless(self);
    }
    placement.children().forEach(child -> persons.mother(child, self));
  }

  /** Takes a registration away, and lets those part whom only it held together. */
  void forget(long self) {
    List<Member> members = persons.candidates(self, Set.of(), Set.of(), false);
    members.stream()
        .filter(member -> member.patient() == self)
        .findFirst()
        .ifPresent(
            gone -> {
              persons.renew(gone.person(), null);
              persons.forget(self);
              List<Member> remaining =
                  members.stream()
                      .filter(member -> member.patient() != self)
                      .filter(member -> member.person().equals(gone.person()))
                      .toList();
              if (!remaining.isEmpty()) {
                split(remaining, new Decisions(persons.decisions(remaining)));
              }
            });
  }

  private void split(List<Member> remaining, Decisions decisions) {
    arrange(Placement.parts(remaining, decisions.said(Pair.State.TOGETHER)), Member::person, null);
  }

  /**
   * Makes each part one person.
   *
   * @param preferred which person a registration should belong to; the eldest of a part decides,
   *     unless an elder part has taken that person, or it is somebody else's by now
   * @param decision of the steward who wants it; null when nobody decided
   */
  void arrange(
      List<List<Member>> parts, Function<Member, UUID> preferred, @Nullable UUID decision) {
    Comparator<Member> byAge = Comparator.comparingLong(Member::patient);
    List<List<Member>> eldestFirst = new ArrayList<>();
    parts.forEach(part -> eldestFirst.add(part.stream().sorted(byAge).toList()));
    eldestFirst.sort(Comparator.comparingLong(part -> part.get(0).patient()));
    Set<UUID> own = new HashSet<>();
    parts.forEach(part -> part.forEach(member -> own.add(member.person())));
    Set<UUID> taken = new HashSet<>();
    Map<UUID, UUID> successors = new HashMap<>();
    for (List<Member> part : eldestFirst) {
      UUID person =
          part.stream()
              .map(preferred)
              .filter(wanted -> !taken.contains(wanted))
              .filter(wanted -> own.contains(wanted) || persons.isNobody(wanted))
              .findFirst()
              .orElse(null);
      boolean changes = !part.stream().allMatch(member -> member.person().equals(person));
      if (changes) {
        part.forEach(member -> persons.renew(member.person(), decision));
      }
      UUID whole = person == null ? persons.create(decision) : person;
      if (changes && person != null) {
        persons.renew(person, decision);
      }
      taken.add(whole);
      for (Member member : part) {
        if (!member.person().equals(whole)) {
          persons.move(member.patient(), whole, member.basis());
          successors.putIfAbsent(member.person(), whole);
        }
      }
    }
    successors.forEach(
        (left, successor) -> {
          if (!taken.contains(left)) {
            persons.succeeded(left, successor);
          }
        });
  }
}
