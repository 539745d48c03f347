package org.hutong.demo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who works where; the story's doctors hold the posts that they hold in the story. */
final class Staff {
  /** Below are the story's. */
  private static final int FIRST_NUMBER = 11;

  private record Cast(int number, Name name, boolean male, int site, String post) {}

  private record Post(
      String type, String site, Specialty specialty, String title, String grade, int count) {}

  private static final List<Cast> CAST =
      Table.read(
          "cast",
          row ->
              new Cast(
                  row.whole("number"),
                  new Name(row.text("family"), row.text("given"), row.text("pinyin")),
                  row.text("sex").equals("M"),
                  row.whole("site"),
                  row.text("specialty") + row.text("title")));

  private static final List<Post> POSTS =
      Table.read(
          "staff",
          row ->
              new Post(
                  row.text("type"),
                  row.text("number"),
                  Specialty.of(row.text("specialty")),
                  row.text("title"),
                  row.text("grade"),
                  row.whole("count")));

  private Staff() {}

  /** The staff by the numbers of their institutions. */
  static Map<Integer, List<Doctor>> of(long seed, List<Site> sites) {
    Map<Integer, List<Doctor>> staff = new HashMap<>();
    int next = FIRST_NUMBER;
    for (Site site : sites) {
      List<Doctor> here = staff.computeIfAbsent(site.number(), none -> new ArrayList<>());
      for (Post post : POSTS) {
        boolean open =
            post.type().equals(site.type())
                && (post.site().isEmpty() || post.site().equals("" + site.number()));
        for (int i = 0; open && i < post.count(); i++) {
          Cast cast = i > 0 ? null : cast(site, post);
          here.add(
              cast == null
                  ? hired(seed, next++, site, post)
                  : employed(cast.number(), cast.name(), cast.male(), site, post));
        }
      }
    }
    return staff;
  }

  private static Doctor hired(long seed, int number, Site site, Post post) {
    Chance chance = Chance.of(seed, "staff", number);
    boolean male = chance.happens(men(post.specialty().code()));
    boolean village = site.is("village");
    int born =
        village
            ? chance.between(1962, 1986)
            : 1965 + 7 * Integer.parseInt(post.grade()) - chance.between(0, 6);
    Name name = Names.of(Ethnicity.han(), male, born, null, chance);
    return employed(number, name, male, site, post);
  }

  /** Share of men among those of a specialty. */
  private static double men(String specialty) {
    return specialty.startsWith("05") ? 0.08 : specialty.startsWith("04") ? 0.92 : 0.5;
  }

  private static Doctor employed(int number, Name name, boolean male, Site site, Post post) {
    return new Doctor(number, name, male, site, post.specialty(), post.title(), post.grade());
  }

  private static @Nullable Cast cast(Site site, Post post) {
    String wanted = post.specialty().code() + post.title();
    return CAST.stream()
        .filter(cast -> cast.site() == site.number() && cast.post().equals(wanted))
        .findFirst()
        .orElse(null);
  }
}
