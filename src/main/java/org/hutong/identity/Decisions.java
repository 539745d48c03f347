package org.hutong.identity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What stewards have said of pairs of registrations, as far as it holds. */
final class Decisions {
  static final Decisions NONE = new Decisions(List.of());

  /**
   * What was said of two.
   *
   * @param linked registrations, by row id, that were linked with both when they were told apart
   */
  record Said(Two two, Pair.State state, Set<Long> linked) {}

  private final List<Said> together = new ArrayList<>();
  private final List<Said> apart = new ArrayList<>();
  private final Map<Long, List<Said>> about = new HashMap<>();

  Decisions(Collection<Said> all) {
    for (Said said : all) {
      (said.state() == Pair.State.TOGETHER ? together : apart).add(said);
      about.computeIfAbsent(said.two().one(), first -> new ArrayList<>()).add(said);
      about.computeIfAbsent(said.two().other(), first -> new ArrayList<>()).add(said);
    }
  }

  /** Which two are one person's. */
  List<Two> together() {
    return together.stream().map(Said::two).toList();
  }

  /** Which two are two people's. */
  List<Two> apart() {
    return apart.stream().map(Said::two).toList();
  }

  /** Whether something was said of one of some registrations. */
  boolean isAboutAny(Collection<Member> members) {
    return members.stream().anyMatch(member -> isAbout(member.patient()));
  }

  /** Whether something was said of a registration. */
  boolean isAbout(long patient) {
    return about.containsKey(patient);
  }

  /** Who is another's than this. */
  Set<Long> apartFrom(long patient) {
    return about.getOrDefault(patient, List.of()).stream()
        .filter(said -> said.state() == Pair.State.APART)
        .map(said -> said.two().one() == patient ? said.two().other() : said.two().one())
        .collect(Collectors.toSet());
  }

  /** Whether one of some and one of others are held apart. */
  boolean areApart(List<Member> some, List<Member> others) {
    return !apart.isEmpty() && !between(some, others).isEmpty();
  }

  /**
   * Whether it tears somebody who could be either's that two people are held apart. Who was linked
   * with both before they were told apart goes with the one to which more ties it.
   */
  boolean tears(long self, List<Member> some, List<Member> others) {
    return !apart.isEmpty()
        && between(some, others).stream().anyMatch(said -> !said.linked().contains(self));
  }

  private List<Said> between(List<Member> some, List<Member> others) {
    Set<Long> one = some.stream().map(Member::patient).collect(Collectors.toSet());
    Set<Long> other = others.stream().map(Member::patient).collect(Collectors.toSet());
    return apart.stream()
        .filter(
            said ->
                one.contains(said.two().one()) && other.contains(said.two().other())
                    || one.contains(said.two().other()) && other.contains(said.two().one()))
        .toList();
  }
}
