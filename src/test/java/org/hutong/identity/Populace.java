package org.hutong.identity;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A county's people who never lived, the same for the same seed: families under one roof and often
 * with one telephone, twins, fathers and sons of one name, and many bearers of common names.
 */
final class Populace {

  /**
   * Somebody.
   *
   * @param phone that of the family for most
   * @param mother of a child; null for who came into the county
   */
  record Human(
      int id,
      boolean male,
      String name,
      String formerName,
      LocalDate born,
      String number,
      String phone,
      String home,
      @Nullable Human mother,
      @Nullable Human father) {
    String birthDate() {
      return born.toString();
    }

    /** Whether it is a minor whose parents live here. */
    boolean isChild() {
      return mother != null && born.getYear() >= 2008;
    }

    /** The father or the mother of a child. */
    Human parent(boolean male) {
      return Objects.requireNonNull(male ? father : mother);
    }
  }

  private static final List<String> COMMON =
      List.of("伟", "芳", "敏", "静", "丽", "强", "军", "秀英", "桂英", "建国", "建华", "玉兰", "秀兰", "淑珍");

  /** Parents give twins such names: one character differs, or only its writing. */
  private static final List<String[]> TWINS =
      List.of(
          new String[] {"佳怡", "佳仪"},
          new String[] {"子涵", "子轩"},
          new String[] {"梦琪", "梦瑶"},
          new String[] {"浩然", "浩宇"},
          new String[] {"文静", "文婷"},
          new String[] {"小龙", "小虎"},
          new String[] {"大双", "小双"},
          new String[] {"雨欣", "雨馨"});

  private final SplittableRandom random;
  private final List<String[]> surnames = rows("surnames");
  private final List<String[]> given = rows("given");
  private final List<String[]> own = rows("ownnames");
  private final List<String[]> villages = rows("villages");
  private final List<Human> people = new ArrayList<>();
  private int sequence;

  private Populace(long seed) {
    random = new SplittableRandom(seed);
  }

  /** People in families, at least as many as asked for. */
  static List<Human> of(long seed, int size) {
    Populace populace = new Populace(seed);
    while (populace.people.size() < size) {
      populace.family();
    }
    return populace.people;
  }

  private void family() {
    String village = any(villages)[0];
    String home =
        "云泽县青石镇" + village + (1 + random.nextInt(9)) + "组" + (1 + random.nextInt(180)) + "号";
    String phone = phone();
    LocalDate born = LocalDate.of(1945, 1, 1).plusDays(random.nextInt(20_000));
    boolean dotted = random.nextDouble() < 0.04;
    String surname = dotted ? "" : surname();
    Human father =
        human(true, name(dotted, surname, true, born), born, phone(phone, 0.5), home, null, null);
    LocalDate hers = born.plusDays(random.nextInt(2400) - 700);
    String maiden = dotted ? "" : surname();
    Human mother =
        human(false, name(dotted, maiden, false, hers), hers, phone(phone, 0.5), home, null, null);
    int children = random.nextInt(4);
    LocalDate first = hers.plusYears(20).plusDays(random.nextInt(4000));
    for (int i = 0; i < children; i++) {
      LocalDate day = first.plusDays(i * (500L + random.nextInt(1200)));
      if (day.isAfter(LocalDate.of(2026, 10, 1))) {
        break;
      }
      boolean male = random.nextBoolean();
      if (random.nextDouble() < 0.03 && !dotted) {
        String[] names = any(TWINS);
        human(male, surname + names[0], day, phone(phone, 0.9), home, mother, father);
        human(male, surname + names[1], day, phone(phone, 0.9), home, mother, father);
        continue;
      }
      String name =
          male && random.nextDouble() < 0.02 ? father.name() : name(dotted, surname, male, day);
      human(male, name, day, phone(phone, day.getYear() > 2005 ? 0.9 : 0.3), home, mother, father);
    }
  }

  private String phone(String family, double share) {
    return random.nextDouble() < share ? family : phone();
  }

  private String phone() {
    return "1" + (2000000000L + random.nextInt(900_000_000));
  }

  private Human human(
      boolean male,
      String name,
      LocalDate born,
      String phone,
      String home,
      @Nullable Human mother,
      @Nullable Human father) {
    int order = 10 + 2 * (sequence++ % 490) + (male ? 1 : 0);
    String number = People.number(born.toString(), order);
    String former = random.nextDouble() < 0.05 ? name(false, surname(), male, born) : "";
    Human human =
        new Human(people.size(), male, name, former, born, number, phone, home, mother, father);
    people.add(human);
    return human;
  }

  private String name(boolean dotted, String surname, boolean male, LocalDate born) {
    String sex = male ? "M" : "F";
    if (dotted) {
      List<String[]> names =
          own.stream().filter(row -> row[0].equals("uygur") && row[1].equals(sex)).toList();
      List<String[]> fathers =
          own.stream().filter(row -> row[0].equals("uygur") && row[1].equals("M")).toList();
      return any(names)[2] + "·" + any(fathers)[2];
    }
    if (random.nextDouble() < 0.15) {
      return surname + any(COMMON);
    }
    List<String[]> usual =
        given.stream()
            .filter(row -> row[2].equals(sex))
            .filter(row -> Integer.parseInt(row[0]) <= born.getYear())
            .filter(row -> born.getYear() <= Integer.parseInt(row[1]))
            .toList();
    return surname + any(usual)[3] + (random.nextDouble() < 0.17 ? "" : any(usual)[3]);
  }

  private String surname() {
    double sum = surnames.stream().mapToDouble(row -> Double.parseDouble(row[2])).sum();
    double left = random.nextDouble() * sum;
    for (String[] row : surnames) {
      left -= Double.parseDouble(row[2]);
      if (left < 0) {
        return row[0];
      }
    }
    return "王";
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** The demo's tables. */
  private static List<String[]> rows(String table) {
    String path = "/org/hutong/demo/" + table + ".csv";
    try (InputStream in = Objects.requireNonNull(Populace.class.getResourceAsStream(path), path);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines.lines().skip(1).map(line -> line.split(",", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
