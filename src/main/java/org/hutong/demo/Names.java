package org.hutong.demo;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names as their bearers' generation and people give them. */
final class Names {
  /** Share of given names with a character that many programs cannot write. */
  static final double RARE = 0.03;

  /** Share of given names of one character. */
  private static final double SINGLE = 0.17;

  private record Surname(String text, String pinyin, double share) {}

  private record Sign(int from, int to, boolean male, String text, String pinyin) {}

  private record Own(String style, boolean male, String text, String pinyin) {}

  private static final List<Surname> SURNAMES =
      Table.read(
          "surnames",
          row -> new Surname(row.text("surname"), row.text("pinyin"), row.number("share")));

  private static final List<Sign> SIGNS =
      Table.read(
          "given",
          row ->
              new Sign(
                  row.whole("from"),
                  row.whole("to"),
                  row.text("sex").equals("M"),
                  row.text("character"),
                  row.text("pinyin")));

  private static final List<Own> OWN =
      Table.read(
          "ownnames",
          row ->
              new Own(
                  row.text("names"),
                  row.text("sex").equals("M"),
                  row.text("name"),
                  row.text("pinyin")));

  private Names() {}

  /**
   * @param father whose family name, or whose own name after a dot, somebody bears; null for any
   */
  static Name of(
      Ethnicity ethnicity, boolean male, int born, @Nullable Name father, Chance chance) {
    return ethnicity.names().equals("han")
        ? han(surname(ethnicity, father, chance), male, born, chance)
        : own(ethnicity.names(), male, father, chance);
  }

  private static Surname surname(Ethnicity ethnicity, @Nullable Name father, Chance chance) {
    if (father != null && !father.family().isEmpty()) {
      String[] syllables = father.pinyin().split(" ");
      int length = father.family().length();
      return new Surname(
          father.family(), String.join(" ", List.of(syllables).subList(0, length)), 1);
    }
    List<Surname> surnames = SURNAMES;
    if (!ethnicity.surnames().isEmpty()) {
      surnames = ethnicity.surnames().stream().map(Names::surname).toList();
    }
    return chance.pick(surnames, Surname::share);
  }

  private static Name han(Surname surname, boolean male, int born, Chance chance) {
    List<Sign> usual =
        SIGNS.stream().filter(c -> c.male() == male && c.from() <= born && born <= c.to()).toList();
    List<Sign> given = new ArrayList<>();
    boolean rare = chance.happens(RARE);
    given.add(
        rare
            ? chance.any(SIGNS.stream().filter(c -> c.male() == male && c.from() == 0).toList())
            : chance.any(usual));
    if (!chance.happens(SINGLE)) {
      Sign first = given.get(0);
      Sign second =
          chance.any(usual.stream().filter(sign -> !male || !sign.equals(first)).toList());
      given.add(rare ? 0 : 1, second);
    }
    StringBuilder text = new StringBuilder();
    StringBuilder pinyin = new StringBuilder(surname.pinyin());
    for (Sign character : given) {
      text.append(character.text());
      pinyin.append(' ').append(character.pinyin());
    }
    return new Name(surname.text(), text.toString(), pinyin.toString());
  }

  /** Without a family name; Uygurs and Kazakhs add their father's name after a dot. */
  private static Name own(String style, boolean male, @Nullable Name of, Chance chance) {
    Own own = chance.any(own(style, male));
    if (!style.equals("uygur") && !style.equals("kazakh")) {
      return new Name("", own.text(), own.pinyin());
    }
    Own father = of == null ? chance.any(own(style, true)) : known(style, of);
    return new Name("", own.text() + "·" + father.text(), own.pinyin() + " " + father.pinyin());
  }

  /** The part of a name that is the bearer's own. */
  private static Own known(String style, Name bearer) {
    String text = bearer.text().replaceAll("·.*", "");
    return own(style, true).stream()
        .filter(own -> own.text().equals(text))
        .findFirst()
        .orElseThrow();
  }

  private static List<Own> own(String style, boolean male) {
    return OWN.stream().filter(own -> own.style().equals(style) && own.male() == male).toList();
  }

  private static Surname surname(String written) {
    String[] parts = written.split(":");
    return new Surname(parts[0], parts[1], 1);
  }
}
