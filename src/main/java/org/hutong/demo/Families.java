package org.hutong.demo;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Who is married to whom, whose children are whose, and who lives with whom, among residents whose
 * numbers are near each other. So many residents are looked at together that most find somebody of
 * their age, and so few that any resident can still be made alone.
 */
final class Families {
  /** Residents who marry among themselves. */
  static final int SIZE = 60;

  private static final int CHILDREN = 2;

  /** Where somebody without a family in the county still has one. */
  private static final int FATHERS_AGE = 27;

  private record Person(int number, boolean male, LocalDate birth, long day, int age) {}

  private final long seed;
  private final List<Person> people;
  private final int[] spouse = new int[SIZE];
  private final int[] father = new int[SIZE];
  private final boolean[] single = new boolean[SIZE];
  private final @Nullable Ethnicity[] ethnicities = new Ethnicity[SIZE];

  private Families(long seed, List<Person> people) {
    this.seed = seed;
    this.people = people;
    for (int i = 0; i < SIZE; i++) {
      spouse[i] = -1;
      father[i] = -1;
    }
    List<Integer> oldestFirst =
        IntStream.range(0, SIZE)
            .boxed()
            .sorted(Comparator.comparing(at -> people.get(at).day()))
            .toList();
    marry(oldestFirst);
    adopt(oldestFirst);
  }

  /** The families to which a resident belongs. */
  static Families around(long seed, int number, LocalDate asOf) {
    List<Person> people = new ArrayList<>();
    int first = number - number % SIZE;
    for (int i = first; i < first + SIZE; i++) {
      LocalDate birth = Resident.birth(seed, i, asOf);
      int age = (int) ChronoUnit.YEARS.between(birth, asOf);
      people.add(new Person(i, Resident.male(seed, i), birth, birth.toEpochDay(), age));
    }
    return new Families(seed, people);
  }

  /** By the father's family name, as nearly everybody's. */
  Name name(int number) {
    return nameAt(at(number));
  }

  Ethnicity ethnicity(int number) {
    return ethnicityAt(at(number));
  }

  /** The number of the resident in whose house somebody lives. */
  int house(int number) {
    int at = at(number);
    int root = at;
    while (true) {
      int next = father[root] >= 0 ? father[root] : people.get(root).male() ? -1 : spouse[root];
      if (next < 0) {
        return people.get(root).number();
      }
      root = next;
    }
  }

  /** Code of GB/T 2261.2. */
  String marriage(int number) {
    int at = at(number);
    if (spouse[at] >= 0) {
      return "20";
    }
    if (single[at]) {
      return "10";
    }
    Chance chance = Chance.of(seed, "alone", number);
    int age = people.get(at).age();
    if (age > 58 && chance.happens((age - 50) / 50.0)) {
      return "30";
    }
    return chance.happens(0.12) ? "40" : "20";
  }

  /** Whom to call: a parent, the spouse, a grown child; somebody who lives elsewhere for want. */
  Resident.Kin kin(int number) {
    int at = at(number);
    Person person = people.get(at);
    int child = grown(at);
    if (father[at] >= 0 && single[at]) {
      boolean dad = person.age() >= 18 || number % 2 == 0;
      int parent = dad ? father[at] : spouse[father[at]];
      return kin(dad ? "父亲" : "母亲", parent);
    }
    if (child >= 0 && (spouse[at] < 0 || person.age() >= 70)) {
      return kin(people.get(child).male() ? "儿子" : "女儿", child);
    }
    if (spouse[at] >= 0) {
      return kin("配偶", spouse[at]);
    }
    return elsewhere(person, at);
  }

  private Resident.Kin elsewhere(Person person, int at) {
    Chance chance = Chance.of(seed, "kin", person.number());
    String phone = Numbers.phone(2, person.number());
    int born = person.birth().getYear();
    String text;
    String relation;
    if (single[at] && person.age() < 45) {
      text = fathersName(at).text();
      relation = "父亲";
    } else if (marriage(person.number()).equals("20")) {
      text = Names.of(ethnicityAt(at), !person.male(), born, null, chance).text();
      relation = "配偶";
    } else if (person.age() >= 60 && !single[at]) {
      Name father = person.male() ? nameAt(at) : null;
      text = Names.of(ethnicityAt(at), true, born + 26, father, chance).text();
      relation = "儿子";
    } else {
      text = Names.of(ethnicityAt(at), true, born + 2, fathersName(at), chance).text();
      relation = "兄弟";
    }
    return new Resident.Kin(relation, text, phone);
  }

  private Resident.Kin kin(String relation, int at) {
    int number = people.get(at).number();
    return new Resident.Kin(relation, name(number).text(), Numbers.phone(1, number));
  }

  private int at(int number) {
    return number % SIZE;
  }

  private Name nameAt(int at) {
    Person person = people.get(at);
    Chance chance = Chance.of(seed, "name", person.number());
    return Names.of(
        ethnicityAt(at), person.male(), person.birth().getYear(), fathersName(at), chance);
  }

  private Name fathersName(int at) {
    if (father[at] >= 0) {
      return nameAt(father[at]);
    }
    Person person = people.get(at);
    Chance chance = Chance.of(seed, "father", person.number());
    return Names.of(ethnicityAt(at), true, person.birth().getYear() - FATHERS_AGE, null, chance);
  }

  private Ethnicity ethnicityAt(int at) {
    Ethnicity known = ethnicities[at];
    if (known == null) {
      Chance chance = Chance.of(seed, "ethnicity", people.get(at).number());
      int like =
          father[at] >= 0
              ? father[at]
              : !people.get(at).male() && spouse[at] >= 0 && chance.happens(0.8) ? spouse[at] : -1;
      known = like >= 0 ? ethnicityAt(like) : chance.pick(Ethnicity.ALL, Ethnicity::share);
      ethnicities[at] = known;
    }
    return known;
  }

  private void marry(List<Integer> oldestFirst) {
    for (int at : oldestFirst) {
      Person person = people.get(at);
      int age = person.age() - (person.male() ? 2 : 0);
      Chance chance = Chance.of(seed, "marriage", person.number());
      single[at] = age < 20 || chance.happens(age < 34 ? (34 - age) / 14.0 : 0.02);
    }
    for (int at : oldestFirst) {
      if (!people.get(at).male() || single[at]) {
        continue;
      }
      int best = -1;
      double least = 5.5;
      for (int her : oldestFirst) {
        boolean free = !people.get(her).male() && !single[her] && spouse[her] < 0;
        double years = years(people.get(at), people.get(her)) - 1.5;
        if (free && Math.abs(years) < least) {
          best = her;
          least = Math.abs(years);
        }
      }
      if (best >= 0) {
        spouse[at] = best;
        spouse[best] = at;
      }
    }
  }

  private void adopt(List<Integer> oldestFirst) {
    for (int at : oldestFirst) {
      Person person = people.get(at);
      Chance chance = Chance.of(seed, "parents", person.number());
      double share = person.age() < 18 ? 0.97 : single[at] ? 0.8 : person.male() ? 0.5 : 0;
      List<Integer> able = oldestFirst.stream().filter(man -> begets(man, at)).toList();
      if (!able.isEmpty() && chance.happens(share)) {
        father[at] = chance.any(able);
      }
    }
  }

  private boolean begets(int man, int child) {
    if (!people.get(man).male() || spouse[man] < 0 || spouse[man] == child) {
      return false;
    }
    Person baby = people.get(child);
    double his = years(people.get(man), baby);
    double hers = years(people.get(spouse[man]), baby);
    if (his < 21 || his > 45 || hers < 20 || hers > 38) {
      return false;
    }
    int siblings = 0;
    for (int i = 0; i < SIZE; i++) {
      if (father[i] == man) {
        siblings++;
        if (Math.abs(years(people.get(i), baby)) < 1) {
          return false;
        }
      }
    }
    return siblings < CHILDREN;
  }

  /** A child who is of age; the eldest. */
  private int grown(int at) {
    int dad = people.get(at).male() ? at : spouse[at];
    int eldest = -1;
    for (int i = 0; i < SIZE && dad >= 0; i++) {
      boolean older = eldest < 0 || people.get(i).day() < people.get(eldest).day();
      if (father[i] == dad && people.get(i).age() >= 18 && older) {
        eldest = i;
      }
    }
    return eldest;
  }

  /** By how much the second is younger. */
  private static double years(Person elder, Person younger) {
    return (younger.day() - elder.day()) / 365.25;
  }
}
