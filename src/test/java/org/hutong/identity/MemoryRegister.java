package org.hutong.identity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.hutong.identity.Member.Basis;

/** Places registrations as the server does, with its own rule, keys and limits, in memory. */
final class MemoryRegister {
  /** Those of hutong.candidates. */
  private static final int NEAR = 50;

  private static final int MEMBERS = 100;

  private final Map<Long, TreeSet<Long>> byKey = new HashMap<>();
  private final Map<Long, Member> members = new LinkedHashMap<>();
  private final Map<UUID, List<Long>> persons = new HashMap<>();
  private final Set<Pair> asked = new LinkedHashSet<>();

  /** Finds the place of a registration that nobody has seen before. */
  void place(long self, Registration registration) {
    Set<Long> keys = Keys.of(registration);
    Set<UUID> found = new LinkedHashSet<>();
    for (long key : keys) {
      byKey.getOrDefault(key, new TreeSet<>()).stream()
          .limit(NEAR)
          .forEach(near -> found.add(person(near)));
    }
    List<Member> others = new ArrayList<>();
    found.forEach(
        person -> its(person).stream().limit(MEMBERS).map(this::member).forEach(others::add));
    Placement placement =
        Placement.of(self, registration, others, null, Decisions.NONE, new Comparisons());
    UUID person = placement.person();
    if (person == null) {
      person = new UUID(0, self);
    }
    persons.computeIfAbsent(person, first -> new ArrayList<>()).add(self);
    members.put(self, new Member(self, person, placement.basis(), registration));
    for (UUID joined : placement.joined()) {
      for (long moved : its(joined)) {
        its(person).add(moved);
        members.put(moved, new Member(moved, person, Basis.SCORE, member(moved).registration()));
      }
      persons.remove(joined);
    }
    asked.addAll(placement.possible());
    keys.forEach(key -> byKey.computeIfAbsent(key, first -> new TreeSet<>()).add(self));
  }

  private List<Long> its(UUID person) {
    return Objects.requireNonNull(persons.get(person));
  }

  private Member member(long registration) {
    return Objects.requireNonNull(members.get(registration));
  }

  UUID person(long registration) {
    return member(registration).person();
  }

  Collection<List<Long>> persons() {
    return persons.values();
  }

  /** The questions that are left: those about two who have not become one meanwhile. */
  Set<Pair> queue() {
    Set<Pair> open = new HashSet<>(asked);
    open.removeIf(pair -> person(pair.one()).equals(person(pair.other())));
    return open;
  }
}
