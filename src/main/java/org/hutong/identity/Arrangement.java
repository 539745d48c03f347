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
import java.util.UUID;
import org.hutong.identity.Comparison.Verdict;
import org.hutong.identity.Member.Basis;
import org.jspecify.annotations.Nullable;

/**
 * Who is whom, by what registrations say and what stewards hold: the same whatever was decided and
 * taken back before. First the rules place one registration after the other, the eldest first, but
 * those before all others that are held apart; then all are joined whom stewards hold together,
 * with everybody linked to them; then parts whoever is held apart in spite of that.
 */
final class Arrangement {
  private static final Comparator<Member> ELDEST = Comparator.comparingLong(Member::patient);

  /** Those of hutong.candidates. */
  private static final int NEAR = 50;

  private static final int MEMBERS = 100;

  private final Neighbourhood around;
  private final Decisions decisions;
  private final Comparisons comparisons;

  /** Where the rules place each, with the person it is given here. */
  private final Map<Long, Member> placed = new LinkedHashMap<>();

  private final Map<UUID, List<Long>> persons = new LinkedHashMap<>();
  private final Map<Long, List<Long>> byKey = new HashMap<>();

  private Arrangement(Neighbourhood around, Decisions decisions, Comparisons comparisons) {
    this.around = around;
    this.decisions = decisions;
    this.comparisons = comparisons;
  }

  /**
   * One list for each person; each registration with its person of until now, and why it belongs
   * here.
   */
  static List<List<Member>> of(Neighbourhood around, Decisions decisions, Comparisons comparisons) {
    return new Arrangement(around, decisions, comparisons).arranged();
  }

  private List<List<Member>> arranged() {
    Set<Long> first = new HashSet<>();
    decisions.apart().forEach(two -> first.addAll(List.of(two.one(), two.other())));
    Map<Document, List<Member>> bearers = bearers();
    around.members().stream()
        .sorted(
            Comparator.comparing((Member member) -> !first.contains(member.patient()))
                .thenComparing(ELDEST))
        .forEach(member -> place(member, bearers));

    Map<Long, Member> former = new HashMap<>();
    around.members().forEach(member -> former.put(member.patient(), member));
    Set<Long> bySteward = new HashSet<>();
    decisions.together().forEach(two -> bySteward.add(two.other()));
    List<List<Member>> parts = new ArrayList<>();
    for (List<Long> whole : joined()) {
      for (List<Long> part : sides(whole)) {
        List<Member> members = new ArrayList<>();
        for (long patient : part) {
          Member member = former.get(patient);
          Member now = placed.get(patient);
          if (member != null && now != null) {
            members.add(member.on(bySteward.contains(patient) ? Basis.STEWARD : now.basis()));
          }
        }
        members.sort(ELDEST);
        parts.add(members);
      }
    }
    return parts;
  }

  /** Those beside who bear the same number: too many of them, and it proves nothing. */
  private Map<Document, List<Member>> bearers() {
    Map<Document, List<Member>> bearers = new HashMap<>();
    for (Member member : around.beside()) {
      for (Document document : member.registration().documents()) {
        bearers.computeIfAbsent(document, first -> new ArrayList<>()).add(member);
      }
    }
    return bearers;
  }

  private void place(Member member, Map<Document, List<Member>> bearers) {
    long self = member.patient();
    List<Member> others = new ArrayList<>(near(member));
    Set<Member> besides = new LinkedHashSet<>();
    for (Document document : member.registration().documents()) {
      bearers.getOrDefault(document, List.of()).stream()
          .filter(bearer -> bearer.patient() < self)
          .forEach(besides::add);
    }
    others.addAll(besides);
    Placement placement =
        Placement.of(self, member.registration(), others, null, decisions, comparisons);
    UUID chosen = placement.person();
    UUID person = chosen == null || !persons.containsKey(chosen) ? new UUID(0, self) : chosen;
    List<Long> its = persons.computeIfAbsent(person, first -> new ArrayList<>());
    its.add(self);
    placed.put(self, new Member(self, person, placement.basis(), member.registration()));
    for (UUID joined : placement.joined()) {
      List<Long> moved = persons.remove(joined);
      if (moved != null) {
        for (long patient : moved) {
          placed.computeIfPresent(
              patient, (row, one) -> new Member(row, person, one.basis(), one.registration()));
        }
        its.addAll(moved);
      }
    }
    around
        .keys(member)
        .forEach(key -> byKey.computeIfAbsent(key, first -> new ArrayList<>()).add(self));
  }

  /** As many registrations of each person that shares a key as a write would look at. */
  private List<Member> near(Member member) {
    Map<UUID, Set<Long>> found = new LinkedHashMap<>();
    for (long key : around.keys(member)) {
      List<Long> bearers = byKey.getOrDefault(key, List.of());
      for (long patient : bearers.subList(0, Math.min(NEAR, bearers.size()))) {
        Member near = placed.get(patient);
        if (near != null) {
          found.computeIfAbsent(near.person(), first -> new LinkedHashSet<>()).add(patient);
        }
      }
    }
    List<Member> others = new ArrayList<>();
    found.forEach(
        (person, first) -> {
          Set<Long> its = new LinkedHashSet<>(first);
          its.addAll(persons.getOrDefault(person, List.of()));
          its.stream().limit(MEMBERS).map(this::placed).forEach(others::add);
        });
    return others;
  }

  private Member placed(long patient) {
    Member member = placed.get(patient);
    if (member == null) {
      throw new IllegalStateException("A registration that has no place yet");
    }
    return member;
  }

  /** The persons of the rules, joined where stewards say so. */
  private Collection<List<Long>> joined() {
    Map<UUID, List<Long>> wholes = new LinkedHashMap<>(persons);
    Map<UUID, UUID> into = new HashMap<>();
    for (Two two : decisions.together()) {
      Member one = placed.get(two.one());
      Member other = placed.get(two.other());
      if (one != null && other != null) {
        UUID whole = last(one.person(), into);
        UUID part = last(other.person(), into);
        List<Long> moved = whole.equals(part) ? null : wholes.remove(part);
        if (moved != null) {
          into.put(part, whole);
          List<Long> all = new ArrayList<>(wholes.getOrDefault(whole, List.of()));
          all.addAll(moved);
          wholes.put(whole, all);
        }
      }
    }
    return wholes.values();
  }

  private static UUID last(UUID person, Map<UUID, UUID> into) {
    UUID at = person;
    for (UUID next = into.get(at); next != null; next = into.get(at)) {
      at = next;
    }
    return at;
  }

  /**
   * The sides of a person in whom some are held apart; the person itself when nobody is. Each of
   * those begins a side, and each other goes to the one to which more ties it: what a steward said,
   * or else the likeliest of what the rules link.
   */
  private List<List<Long>> sides(List<Long> whole) {
    Set<Long> all = new HashSet<>(whole);
    List<Two> apart =
        decisions.apart().stream()
            .filter(two -> all.contains(two.one()) && all.contains(two.other()))
            .toList();
    if (apart.isEmpty()) {
      return List.of(whole);
    }
    Map<Long, List<Long>> bonds = new HashMap<>();
    for (Two two : decisions.together()) {
      bonds.computeIfAbsent(two.one(), first -> new ArrayList<>()).add(two.other());
      bonds.computeIfAbsent(two.other(), first -> new ArrayList<>()).add(two.one());
    }
    List<Long> order = new ArrayList<>(all);
    Set<Long> first = new HashSet<>();
    apart.forEach(two -> first.addAll(List.of(two.one(), two.other())));
    order.sort(
        Comparator.comparing((Long patient) -> !first.contains(patient))
            .thenComparing(Comparator.naturalOrder()));
    Sides sides = new Sides(order, bonds);
    first.stream().sorted().forEach(sides::begin);
    sides.grow();
    return sides.joined(apart);
  }

  /** Sides that grow until everybody is on one. */
  private final class Sides {
    private final Set<Long> left;
    private final Map<Long, List<Long>> bonds;
    private final Map<Long, Integer> side = new LinkedHashMap<>();
    private final Map<Long, Comparison> tie = new HashMap<>();
    private final Map<Long, Integer> tiedTo = new HashMap<>();
    private int count;

    Sides(List<Long> all, Map<Long, List<Long>> bonds) {
      this.left = new LinkedHashSet<>(all);
      this.bonds = bonds;
    }

    /** Begins a side with a registration, unless it is on one. */
    void begin(long patient) {
      if (left.contains(patient)) {
        add(patient, count++);
      }
    }

    /** With everybody whom stewards hold together with it. */
    private void add(long patient, int number) {
      List<Long> bound = new ArrayList<>(List.of(patient));
      for (int i = 0; i < bound.size(); i++) {
        long next = bound.get(i);
        if (left.remove(next)) {
          side.put(next, number);
          bound.addAll(bonds.getOrDefault(next, List.of()));
          left.forEach(other -> tie(placed(next), placed(other), number));
        }
      }
    }

    private void tie(Member near, Member other, int number) {
      if (near.person().equals(other.person())) {
        Comparison found = comparisons.of(other.registration(), near.registration());
        Comparison best = tie.get(other.patient());
        if (found.verdict() == Verdict.SAME && (best == null || found.isStrongerThan(best))) {
          tie.put(other.patient(), found);
          tiedTo.put(other.patient(), number);
        }
      }
    }

    void grow() {
      while (!left.isEmpty()) {
        Long next = null;
        Comparison best = null;
        for (long patient : left) {
          Comparison found = tie.get(patient);
          if (found != null && (best == null || found.isStrongerThan(best))) {
            next = patient;
            best = found;
          }
        }
        Integer number = next == null ? null : tiedTo.get(next);
        if (next == null || number == null) {
          begin(left.iterator().next());
        } else {
          add(next, number);
        }
      }
    }

    /** Sides that nobody holds apart are one, if the rules link them. */
    List<List<Long>> joined(List<Two> apart) {
      List<List<Long>> sides = new ArrayList<>();
      for (int number = 0; number < count; number++) {
        int wanted = number;
        List<Long> its =
            side.keySet().stream()
                .filter(patient -> Integer.valueOf(wanted).equals(side.get(patient)))
                .toList();
        List<Long> into = linked(sides, its, apart);
        if (into == null) {
          sides.add(new ArrayList<>(its));
        } else {
          into.addAll(its);
        }
      }
      return sides;
    }

    private @Nullable List<Long> linked(List<List<Long>> sides, List<Long> its, List<Two> apart) {
      for (List<Long> near : sides) {
        boolean held =
            apart.stream()
                .anyMatch(
                    two ->
                        near.contains(two.one()) && its.contains(two.other())
                            || near.contains(two.other()) && its.contains(two.one()));
        if (!held
            && near.stream().anyMatch(one -> its.stream().anyMatch(two -> isTied(one, two)))) {
          return near;
        }
      }
      return null;
    }

    private boolean isTied(long one, long other) {
      Member a = placed(one);
      Member b = placed(other);
      return a.person().equals(b.person())
          && comparisons.of(a.registration(), b.registration()).verdict() == Verdict.SAME;
    }
  }
}
