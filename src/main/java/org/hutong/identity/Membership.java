package org.hutong.identity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hutong.identity.Member.Basis;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who belongs to whom: finds it out, keeps it, and changes it. */
@Component
class Membership {
  /** Keys that one transaction locks one by one; PostgreSQL has room for 64 locks a connection. */
  private static final int MOST = 48;

  /** Registrations of a person that are looked at, as in hutong.candidates. */
  private static final int MEMBERS = 100;

  private final Persons persons;

  Membership(Persons persons) {
    this.persons = persons;
  }

  /**
   * Finds the place of a registration and keeps it there.
   *
   * @param noted keys that the transaction needs besides; null when everybody else waits already
   * @param isBack whether the Patient may have been deleted before
   */
  void place(long self, Registration registration, @Nullable Set<Long> noted, boolean isBack) {
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
    if (before != null && !before.registration().showsLike(registration)) {
      persons.renew(before.person(), null);
    }
    List<Member> others = all.stream().filter(member -> member.patient() != self).toList();
    Decisions decisions = others.isEmpty() ? Decisions.NONE : persons.decisions(rows(self, others));
    Comparisons comparisons = new Comparisons();
    UUID former = before == null ? null : before.person();
    UUID left = before == null && isBack ? persons.remembered(self) : null;

    Placement placement =
        decisions.isAboutAny(all) || decisions.isAbout(self)
            ? arranged(self, registration, keys, before, left, others, decisions, comparisons)
            : null;
    if (placement == null) {
      placement = Placement.of(self, registration, others, former, decisions, comparisons);
      keep(self, registration, keys, before, left, others, placement);
    }
    persons.ask(self, placement.possible(), before != null);
    if (placement.mother() != null) {
      persons.mother(self, placement.mother());
    } else if (before != null) {
      persons.motherless(self);
    }
    placement.children().forEach(child -> persons.mother(child, self));
  }

  private static List<Long> rows(long self, List<Member> others) {
    return Stream.concat(Stream.of(self), others.stream().map(Member::patient)).toList();
  }

  /** Where nobody has decided anything: what the rules say of this one. */
  private void keep(
      long self,
      Registration registration,
      SortedSet<Long> keys,
      @Nullable Member before,
      @Nullable UUID left,
      List<Member> others,
      Placement placement) {
    UUID former = before == null ? null : before.person();
    List<Member> remaining =
        others.stream().filter(member -> member.person().equals(former)).toList();
    UUID person = placement.person();
    boolean isNew = person == null && (former == null || !remaining.isEmpty());
    if (person == null && isNew && left != null) {
      person = left;
      isNew = false;
    } else if (person == null) {
      person = former == null || isNew ? persons.create(null) : former;
    } else if (left != null && !left.equals(person)) {
      persons.renew(left, null);
      persons.succeeded(left, person);
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
        split(former);
      }
    }
  }

  /**
   * Where stewards have decided about somebody near: arranges all of them anew, and tells about
   * whom to ask; null when the decisions are about others.
   */
  private @Nullable Placement arranged(
      long self,
      Registration registration,
      SortedSet<Long> keys,
      @Nullable Member before,
      @Nullable UUID left,
      List<Member> others,
      Decisions decisions,
      Comparisons comparisons) {
    UUID nobody = UUID.randomUUID();
    Member now =
        new Member(
            self,
            before == null ? left == null ? nobody : left : before.person(),
            before == null ? Basis.ALONE : before.basis(),
            registration);
    Set<UUID> near = others.stream().map(Member::person).collect(Collectors.toSet());
    near.add(now.person());
    List<Member> whole =
        persons.ofPersons(near).stream().filter(member -> member.patient() != self).toList();
    Decisions all =
        whole.size() == others.size() ? decisions : persons.decisions(rows(self, whole));
    Neighbourhood around = Neighbourhood.within(now, whole, all, comparisons);
    if (!all.isAboutAny(around.members())) {
      return null;
    }
    persons.register(now, keys, before != null);
    if (before == null && left != null) {
      persons.renew(left, null);
    }
    arrange(around, Arrangement.of(around, all, comparisons), null, true);
    List<Member> after =
        persons.members(rows(self, others)).stream()
            .filter(member -> member.patient() != self)
            .toList();
    UUID person = persons.member(self).map(Member::person).orElse(null);
    return Placement.of(self, registration, after, person, decisions, comparisons);
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
              persons.forget(self, gone.person());
              split(gone.person());
            });
  }

  /** Lets those of a person part whom nothing holds together any more. */
  private void split(UUID person) {
    List<Member> remaining = persons.ofPersons(List.of(person));
    if (!remaining.isEmpty()) {
      Comparisons comparisons = new Comparisons();
      Decisions decisions = persons.decisions(remaining.stream().map(Member::patient).toList());
      Neighbourhood around = Neighbourhood.whole(remaining, comparisons);
      boolean decided = decisions.isAboutAny(remaining);
      arrange(around, Arrangement.of(around, decisions, comparisons), null, decided);
    }
  }

  /**
   * Arranges anew all who depend on some registrations, and asks anew about those who have moved,
   * and about two.
   *
   * @param two about whom was decided
   * @param concerned they, and all about whom was decided what hangs together with it
   */
  void rearrange(Collection<Long> two, Collection<Long> concerned, UUID decision) {
    Comparisons comparisons = new Comparisons();
    Neighbourhood around = Neighbourhood.of(persons.ofPatients(concerned), persons, comparisons);
    if (around.members().isEmpty()) {
      return;
    }
    List<Long> rows = around.members().stream().map(Member::patient).toList();
    Decisions decisions = persons.decisions(rows);
    Set<Long> asked = new TreeSet<>(two);
    asked.addAll(arrange(around, Arrangement.of(around, decisions, comparisons), decision, true));
    asked.retainAll(rows);
    ask(around, asked, decisions, comparisons);
  }

  private void ask(
      Neighbourhood around, Set<Long> asked, Decisions decisions, Comparisons comparisons) {
    List<Long> rows =
        Stream.concat(around.members().stream(), around.beside().stream())
            .map(Member::patient)
            .toList();
    List<Member> all = persons.members(rows);
    Map<UUID, List<Member>> byPerson =
        all.stream()
            .collect(
                Collectors.groupingBy(Member::person, LinkedHashMap::new, Collectors.toList()));
    Map<Long, List<Member>> byKey = new HashMap<>();
    for (Member member : all) {
      around
          .keys(member)
          .forEach(key -> byKey.computeIfAbsent(key, first -> new ArrayList<>()).add(member));
    }
    for (Member member : all) {
      if (asked.contains(member.patient())) {
        Set<UUID> near = new LinkedHashSet<>();
        around
            .keys(member)
            .forEach(key -> byKey.getOrDefault(key, List.of()).forEach(m -> near.add(m.person())));
        List<Member> others =
            near.stream()
                .flatMap(person -> byPerson.getOrDefault(person, List.of()).stream().limit(MEMBERS))
                .filter(other -> other.patient() != member.patient())
                .toList();
        Placement placement =
            Placement.of(
                member.patient(),
                member.registration(),
                others,
                member.person(),
                decisions,
                comparisons);
        persons.ask(member.patient(), placement.possible(), true);
      }
    }
  }

  /**
   * Makes each part one person, whom its eldest was before stewards decided, or else whom one of
   * them is now: what is undone gives back the persons that there were.
   *
   * @param decision of the steward who wants it; null when nobody does at this instant
   * @param decided whether it rests on what stewards decided, and ends when they take it back
   * @return those who belong to another person now
   */
  private Set<Long> arrange(
      Neighbourhood around, List<List<Member>> parts, @Nullable UUID decision, boolean decided) {
    Map<Long, Basis> bases = new HashMap<>();
    around.members().forEach(member -> bases.put(member.patient(), member.basis()));
    Map<Long, UUID> homes = new HashMap<>();
    around.members().forEach(member -> homes.put(member.patient(), member.person()));
    homes.putAll(persons.homes(homes.keySet()));
    Set<UUID> own = persons.presentOf(around.members());

    List<List<Member>> eldestFirst = new ArrayList<>(parts);
    eldestFirst.sort(Comparator.comparingLong(part -> part.get(0).patient()));
    Set<UUID> taken = new HashSet<>();
    Set<Long> moved = new TreeSet<>();
    Map<UUID, UUID> successors = new HashMap<>();
    for (List<Member> part : eldestFirst) {
      Set<UUID> othersHomes = new HashSet<>(homes.values());
      part.forEach(member -> othersHomes.remove(homes.get(member.patient())));
      UUID person =
          Stream.concat(
                  part.stream()
                      .map(member -> homes.getOrDefault(member.patient(), member.person())),
                  part.stream().map(Member::person).filter(wanted -> !othersHomes.contains(wanted)))
              .filter(wanted -> !taken.contains(wanted))
              .filter(wanted -> own.contains(wanted) || persons.isVacant(wanted))
              .findFirst()
              .orElse(null);
      boolean changes =
          !part.stream()
              .allMatch(
                  member ->
                      member.person().equals(person)
                          && member.basis() == bases.get(member.patient()));
      if (changes) {
        part.forEach(member -> persons.renew(member.person(), decision));
      }
      UUID whole = person == null ? persons.create(decision) : person;
      if (changes && person != null) {
        persons.renew(person, decision);
      }
      taken.add(whole);
      for (Member member : part) {
        boolean moves = !member.person().equals(whole);
        if (moves || member.basis() != bases.get(member.patient())) {
          persons.move(member, whole, decided);
        }
        if (moves) {
          moved.add(member.patient());
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
    return moved;
  }
}
