package org.hutong.demo;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The county's institutions and their staff; the story's own are among them. */
final class Directory {
  /** By what the hospital that leads the alliance is known as a caller. */
  static final String LEAD = Numbers.credit(Numbers.DIVISION, 1);

  /** Residents for whom there is one more village clinic. */
  private static final int RESIDENTS_PER_VILLAGE = 1500;

  private static final int FIRST_VILLAGE = 101;

  private final Map<Integer, Site> sites = new HashMap<>();
  private final List<Site> inOrder = new ArrayList<>();
  private final Map<Integer, List<Site>> villages = new HashMap<>();
  private final Map<Integer, List<Doctor>> staff;

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
    staff = Staff.of(seed, inOrder);
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

  /**
   * Somebody of the specialty; where nobody is, somebody of its kind; else any doctor who sees
   * patients.
   */
  Doctor doctor(Site site, String specialty, Chance chance) {
    List<Doctor> all = staff(site);
    for (String like : List.of(specialty, specialty.substring(0, 2))) {
      List<Doctor> able =
          all.stream().filter(doctor -> doctor.specialty().code().startsWith(like)).toList();
      if (!able.isEmpty()) {
        return chance.any(able);
      }
    }
    return chance.any(all.stream().filter(doctor -> !doctor.specialty().technical()).toList());
  }

  /** A hospital outside the county, where there is an expert of the specialty if any has one. */
  Site outside(String specialty, Chance chance) {
    List<Site> able =
        inOrder.stream()
            .filter(site -> site.is("external"))
            .filter(
                site ->
                    staff(site).stream()
                        .anyMatch(doctor -> doctor.specialty().code().equals(specialty)))
            .toList();
    return able.isEmpty() ? site(chance.happens(0.6) ? 4 : 12) : chance.any(able);
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
      entries.addAll(
          Alliance.services(
              site,
              site.equals(lead()),
              departments.stream()
                  .filter(each -> !each.technical())
                  .map(Specialty::concept)
                  .toList()));
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
}
