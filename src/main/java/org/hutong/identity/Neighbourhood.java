package org.hutong.identity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;
import org.hutong.identity.Comparison.Verdict;

/**
 * Registrations whose places depend on each other: whole persons, with all that a rule or a steward
 * could link to one of theirs.
 */
final class Neighbourhood {
  private final Comparisons comparisons;
  private final Map<Long, Member> members = new LinkedHashMap<>();
  private final Map<Long, Member> beside = new LinkedHashMap<>();
  private final Map<Long, SortedSet<Long>> keys = new HashMap<>();
  private final Map<Long, List<Member>> byKey = new HashMap<>();
  private final Set<UUID> persons = new HashSet<>();

  private Neighbourhood(Comparisons comparisons) {
    this.comparisons = comparisons;
  }

  /** Around some registrations, wherever it leads. */
  static Neighbourhood of(Collection<Member> begin, Persons register, Comparisons comparisons) {
    Neighbourhood around = new Neighbourhood(comparisons);
    Collection<Member> fresh = around.add(begin);
    while (!fresh.isEmpty()) {
      Set<Long> near = new HashSet<>();
      fresh.forEach(member -> near.addAll(around.keys(member)));
      register.near(near).forEach(around::standBeside);
      Set<UUID> tied = around.tied();
      Set<Long> rows = new HashSet<>();
      fresh.forEach(member -> rows.add(member.patient()));
      fresh.forEach(member -> tied.add(member.person()));
      List<Member> next = new ArrayList<>(register.partners(rows));
      next.forEach(member -> tied.add(member.person()));
      next.addAll(register.ofPersons(tied));
      fresh = around.add(next);
    }
    return around;
  }

  /** Around a registration, as far as some others go. */
  static Neighbourhood within(
      Member begin, Collection<Member> others, Decisions decisions, Comparisons comparisons) {
    Neighbourhood around = new Neighbourhood(comparisons);
    others.forEach(around::standBeside);
    Collection<Member> fresh = around.add(List.of(begin));
    while (!fresh.isEmpty()) {
      Set<UUID> tied = around.tied();
      tied.addAll(around.persons);
      for (Two two : decisions.together()) {
        for (long row : List.of(two.one(), two.other())) {
          Member partner = around.beside.get(row);
          if (partner != null
              && around.members.containsKey(row == two.one() ? two.other() : two.one())) {
            tied.add(partner.person());
          }
        }
      }
      fresh =
          around.add(
              around.beside.values().stream()
                  .filter(member -> tied.contains(member.person()))
                  .toList());
    }
    return around;
  }

  /** Some registrations and no others. */
  static Neighbourhood whole(Collection<Member> all, Comparisons comparisons) {
    Neighbourhood around = new Neighbourhood(comparisons);
    around.add(all);
    return around;
  }

  private void standBeside(Member member) {
    if (!members.containsKey(member.patient())) {
      beside.put(member.patient(), member);
    }
  }

  /** Returns those that are new. */
  private List<Member> add(Collection<Member> found) {
    List<Member> fresh = new ArrayList<>();
    for (Member member : found) {
      if (members.putIfAbsent(member.patient(), member) == null) {
        beside.remove(member.patient());
        persons.add(member.person());
        keys(member)
            .forEach(key -> byKey.computeIfAbsent(key, first -> new ArrayList<>()).add(member));
        fresh.add(member);
      }
    }
    return fresh;
  }

  /** The persons beside, one of whose registrations a rule could link. */
  private Set<UUID> tied() {
    Set<UUID> tied = new LinkedHashSet<>();
    for (Member member : beside.values()) {
      if (!tied.contains(member.person()) && isTied(member)) {
        tied.add(member.person());
      }
    }
    return tied;
  }

  private boolean isTied(Member member) {
    for (long key : keys(member)) {
      for (Member near : byKey.getOrDefault(key, List.of())) {
        if (comparisons.of(near.registration(), member.registration()).verdict() == Verdict.SAME) {
          return true;
        }
      }
    }
    return false;
  }

  SortedSet<Long> keys(Member member) {
    return keys.computeIfAbsent(member.patient(), first -> Keys.of(member.registration()));
  }

  /** Those whose places are to be found. */
  Collection<Member> members() {
    return members.values();
  }

  /** Those that have something in common with one of them, and cannot be linked to any. */
  Collection<Member> beside() {
    return beside.values();
  }
}
