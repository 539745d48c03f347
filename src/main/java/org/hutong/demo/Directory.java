package org.hutong.demo;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The county's institutions and their staff; the story's own are among them. */
final class Directory {
  /** By what the hospital that leads the alliance is known as a caller. */
  static final String LEAD = Numbers.credit(Numbers.DIVISION, 1);

  /** Residents for whom there is one more village clinic. */
  private static final int RESIDENTS_PER_VILLAGE = 1500;

  private static final int FIRST_VILLAGE = 101;
  private static final int FIRST_NUMBER_OF_STAFF = 11;

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

  private final Map<Integer, Site> sites = new HashMap<>();
  private final List<Site> inOrder = new ArrayList<>();
  private final Map<Integer, List<Site>> villages = new HashMap<>();
  private final Map<Integer, List<Doctor>> staff = new HashMap<>();

  Directory(long seed, int residents) {
    Table.read("institutions", this::institution).forEach(this::add);
    List<String> names = Table.read("villages", row -> row.text("name"));
    List<Site> townships = townships();
    int each =
        Math.min(
            names.size() - 1, Math.max(2, residents / RESIDENTS_PER_VILLAGE / townships.size()));
    add(village(3, townships.get(0), names.get(0), 205));
    for (int i = 0; i < townships.size(); i++) {
      for (int j = 0; j < each; j++) {
        int at = FIRST_VILLAGE + i * names.size() + j;
        String name = names.get(1 + (i * each + j) % (names.size() - 1));
        add(village(at, townships.get(i), name, 210 + j));
      }
    }
    employ(seed);
  }

  List<Site> sites() {
    return inOrder;
  }

  /** The hospital that leads the alliance. */
  Site lead() {
    return site(1);
  }

  Site site(int number) {
    Site site = sites.get(number);
    if (site == null) {
      throw new IllegalArgumentException("no institution " + number);
    }
    return site;
  }

  List<Site> townships() {
    return inOrder.stream().filter(site -> site.is("township")).toList();
  }

  List<Site> villages(Site township) {
    return villages.getOrDefault(township.number(), List.of());
  }

  List<Doctor> staff(Site site) {
    return staff.getOrDefault(site.number(), List.of());
  }

  /** Somebody of the specialty; somebody of the house where nobody is. */
  Doctor doctor(Site site, String specialty, Chance chance) {
    List<Doctor> all = staff(site);
    List<Doctor> able =
        all.stream().filter(doctor -> doctor.specialty().code().equals(specialty)).toList();
    return chance.any(able.isEmpty() ? all : able);
  }

  /** What makes the institutions, their departments and staff known. */
  List<Entry> entries(LocalDate asOf) {
    List<Entry> entries = new ArrayList<>();
    for (Site site : inOrder) {
      entries.add(new Entry(site.key(), site, site.resource()));
      Set<Specialty> departments = new LinkedHashSet<>();
      staff(site).forEach(doctor -> departments.add(doctor.specialty()));
      if (site.is("county")) {
        departments.forEach(
            each ->
                entries.add(
                    new Entry(site.department(each), site, Alliance.department(site, each))));
      }
      if (!site.is("village")) {
        entries.add(Alliance.images(site));
      }
      for (Doctor doctor : staff(site)) {
        entries.add(new Entry(doctor.person(), site, doctor.resource()));
        entries.add(new Entry(doctor.role(), site, doctor.roleResource()));
      }
    }
    inOrder.forEach(site -> Alliance.join(site, lead()).ifPresent(entries::add));
    entries.addAll(Alliance.secondments(this, asOf));
    return entries;
  }

  private Site institution(Table.Row row) {
    String parent = row.text("parent");
    return new Site(
        row.whole("number"),
        row.text("name"),
        row.text("tier"),
        row.text("type"),
        row.text("division"),
        row.text("level"),
        row.text("city"),
        row.text("address"),
        parent.isEmpty() ? null : sites.get(Integer.parseInt(parent)));
  }

  private static Site village(int number, Site township, String name, int code) {
    String place = township.name().replaceAll("(中心)?卫生院|社区卫生服务中心", "");
    return new Site(
        number,
        name + "卫生室",
        "village",
        "D600",
        township.place().substring(0, 9) + code,
        "",
        "云州市",
        "云泽县" + place + name,
        township);
  }

  private void add(Site site) {
    sites.put(site.number(), site);
    inOrder.add(site);
    Site parent = site.parent();
    if (site.is("village") && parent != null) {
      villages.computeIfAbsent(parent.number(), none -> new ArrayList<>()).add(site);
    }
  }

  private void employ(long seed) {
    int next = FIRST_NUMBER_OF_STAFF;
    for (Site site : inOrder) {
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
  }

  private static Doctor hired(long seed, int number, Site site, Post post) {
    Chance chance = Chance.of(seed, "staff", number);
    boolean male = chance.happens(0.5);
    int born = 1965 + 7 * Integer.parseInt(post.grade()) - chance.between(0, 6);
    Name name = Names.of(Ethnicity.han(), male, born, chance);
    return employed(number, name, male, site, post);
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
