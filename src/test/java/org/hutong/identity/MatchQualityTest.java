package org.hutong.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.hutong.identity.Mistakes.Entry;
import org.hutong.identity.Mistakes.Kind;
import org.hutong.identity.Populace.Human;
import org.junit.jupiter.api.Test;

/**
 * How well persons are found. A pair is two registrations. Linked are the pairs within a person;
 * true pairs are those of one human being, all of them but those with somebody nameless. A true
 * pair is found when it is linked, or when some pair of the two persons is asked about.
 */
class MatchQualityTest {
  private static final int PEOPLE = 4000;

  /** What came out. */
  private record Quality(
      String model,
      int registrations,
      long linked,
      long wrong,
      long pairs,
      long linkedTrue,
      long found,
      long queue,
      long queueTrue,
      Map<Kind, Long> wrongBy,
      Map<Kind, long[]> foundBy,
      List<String> examples) {
    double precision() {
      return 1 - (double) wrong / linked;
    }

    double recall() {
      return (double) found / pairs;
    }

    double asked() {
      return 1000.0 * queue / registrations;
    }

    String figures() {
      StringBuilder text = new StringBuilder();
      text.append(
          String.format(
              Locale.ROOT,
              "%s: %d registrations; linked pairs %d, wrong %d %s, precision %.4f %%; true pairs %d,"
                  + " linked %.2f %%, linked or asked %.2f %%; asked %.1f per 1,000"
                  + " (%.0f %% of them rightly)",
              model,
              registrations,
              linked,
              wrong,
              wrongBy,
              100 * precision(),
              pairs,
              100.0 * linkedTrue / pairs,
              100 * recall(),
              asked(),
              100.0 * queueTrue / Math.max(1, queue)));
      foundBy.forEach(
          (kind, counts) ->
              text.append(
                  String.format(
                      Locale.ROOT,
                      "%n  %s: %d of %d true pairs found",
                      kind,
                      counts[0],
                      counts[1])));
      return text.toString();
    }

    @Override
    public String toString() {
      return figures() + "\n" + String.join("\n", examples);
    }
  }

  @Test
  void linksOnThePublishedModelAsTheLimitsSay() {
    Quality quality = measure("A", new ClerkMistakes(), 20261122);
    System.out.println(quality.figures());
    assertThat(quality.precision()).as(quality.toString()).isGreaterThanOrEqualTo(0.999);
    assertThat(quality.recall()).as(quality.toString()).isGreaterThanOrEqualTo(0.98);
    assertThat(quality.asked()).as(quality.toString()).isLessThan(150);
  }

  @Test
  void linksAsSafelyOnAModelItWasNotMadeFor() {
    Quality quality = measure("B", new ScannerMistakes(), 7);
    System.out.println(quality.figures());
    assertThat(quality.precision()).as(quality.toString()).isGreaterThanOrEqualTo(0.999);
  }

  private static Quality measure(String model, Mistakes mistakes, long seed) {
    List<Human> people = Populace.of(seed, PEOPLE);
    SplittableRandom random = new SplittableRandom(seed + 1);
    List<Entry> entries = new ArrayList<>();
    for (Human human : people) {
      int times = 1 + random.nextInt(5);
      for (int i = 0; i < times; i++) {
        Human lender = people.get(random.nextInt(people.size()));
        entries.add(mistakes.register(human, lender, random));
      }
    }
    for (int i = entries.size() - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      Entry moved = entries.set(i, entries.get(other));
      entries.set(other, moved);
    }
    MemoryRegister register = new MemoryRegister();
    for (int i = 0; i < entries.size(); i++) {
      register.place(i, entries.get(i).registration());
    }
    return judge(model, entries, register);
  }

  private static Quality judge(String model, List<Entry> entries, MemoryRegister register) {
    List<String> examples = new ArrayList<>();
    long linked = 0;
    long wrong = 0;
    Map<Kind, Long> wrongBy = new TreeMap<>();
    for (List<Long> person : register.persons()) {
      for (int i = 0; i < person.size(); i++) {
        for (int j = i + 1; j < person.size(); j++) {
          linked++;
          Entry one = entries.get(person.get(i).intValue());
          Entry other = entries.get(person.get(j).intValue());
          if (one.human().id() != other.human().id()) {
            wrong++;
            Kind kind = one.kind() == Kind.ORDINARY ? other.kind() : one.kind();
            wrongBy.merge(kind, 1L, Long::sum);
            if (examples.size() < 5) {
              examples.add("wrong: " + shown(one) + " | " + shown(other));
            }
          }
        }
      }
    }
    Set<Pair> queue = register.queue();
    Set<List<UUID>> asked = new HashSet<>();
    long queueTrue = 0;
    for (Pair pair : queue) {
      UUID one = register.person(pair.one());
      UUID other = register.person(pair.other());
      asked.add(List.of(one, other));
      asked.add(List.of(other, one));
      if (entries.get((int) pair.one()).human().id()
          == entries.get((int) pair.other()).human().id()) {
        queueTrue++;
      }
    }
    Map<Integer, List<Integer>> byHuman = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      byHuman.computeIfAbsent(entries.get(i).human().id(), first -> new ArrayList<>()).add(i);
    }
    long pairs = 0;
    long linkedTrue = 0;
    long found = 0;
    Map<Kind, long[]> foundBy = new TreeMap<>();
    for (List<Integer> its : byHuman.values()) {
      for (int i = 0; i < its.size(); i++) {
        for (int j = i + 1; j < its.size(); j++) {
          Entry one = entries.get(its.get(i));
          Entry other = entries.get(its.get(j));
          if (one.kind() == Kind.NAMELESS || other.kind() == Kind.NAMELESS) {
            continue;
          }
          UUID a = register.person(its.get(i));
          UUID b = register.person(its.get(j));
          boolean isFound = a.equals(b) || asked.contains(List.of(a, b));
          pairs++;
          linkedTrue += a.equals(b) ? 1 : 0;
          found += isFound ? 1 : 0;
          Kind kind = one.kind() == Kind.ORDINARY ? other.kind() : one.kind();
          long[] counts = foundBy.computeIfAbsent(kind, first -> new long[2]);
          counts[0] += isFound ? 1 : 0;
          counts[1]++;
          if (!isFound && examples.size() < 10) {
            examples.add("missed: " + shown(one) + " | " + shown(other));
          }
        }
      }
    }
    return new Quality(
        model,
        entries.size(),
        linked,
        wrong,
        pairs,
        linkedTrue,
        found,
        queue.size(),
        queueTrue,
        wrongBy,
        foundBy,
        examples);
  }

  private static String shown(Entry entry) {
    Registration said = entry.registration();
    return entry.kind()
        + " "
        + said.names()
        + said.formerNames()
        + " "
        + said.birthDate()
        + " "
        + said.gender()
        + " "
        + said.documents()
        + said.phones()
        + said.addresses();
  }
}
