package org.hutong.directory;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Practitioner.PractitionerQualificationComponent;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Problem;
import org.hutong.store.Writes;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The register of staff: who they are, where they work since when, and who seconded them. */
@Component
class StaffRegister implements Register {
  static final Map<String, String> NAMES =
      Register.names(
          "name 姓名",
          "licence 执业证书编号 执业证号 医师执业证书编码",
          "staffno 人员编号 工号",
          "nhsa 医保医师代码 医保编码",
          "gender 性别",
          "title 职称",
          "titlelevel 职称级别",
          "phone 电话 联系电话",
          "institution 所在机构 机构 工作机构",
          "position 岗位 职务",
          "specialty 诊疗科目 科目 专业",
          "start 开始日期 起始日期 到岗日期",
          "end 结束日期 截止日期 离岗日期",
          "secondment 下沉方式 派出方式",
          "home 派出机构");

  private static final String TITLE_LEVEL = Canonical.BASE + "/StructureDefinition/title-level";

  private static final Map<String, String> SYSTEMS =
      Map.of(
          "licence", Practitioners.LICENCE,
          "staffno", Practitioners.STAFF_NUMBER,
          "nhsa", Practitioners.NHSA);

  private static final Pattern NUMBER = Pattern.compile("[0-9A-Z-]{2,40}");
  private static final Bilingual EXPECTED =
      new Bilingual("号码由数字、大写字母和连字符组成", "a number of digits, capitals and hyphens");

  private static final Map<String, AdministrativeGender> GENDERS =
      Map.of(
          "男", AdministrativeGender.MALE,
          "male", AdministrativeGender.MALE,
          "女", AdministrativeGender.FEMALE,
          "female", AdministrativeGender.FEMALE);

  private final JdbcTemplate jdbc;
  private final DirectoryRows rows;
  private final Writes writes;
  private final Codes levels = Codes.of("title-level");
  private final Codes specialties = Codes.of("specialty");
  private final Codes kinds = Codes.of("secondment-kind");

  StaffRegister(JdbcTemplate jdbc, DirectoryRows rows, Writes writes) {
    this.jdbc = jdbc;
    this.rows = rows;
    this.writes = writes;
  }

  @Override
  public String kind() {
    return "staff";
  }

  /** Somebody, of whom there may be several rows: one for each post. */
  private static final class Person {
    private @Nullable Long row;
    private String reference = "";
    private @Nullable String name;
    private Practitioner resource = new Practitioner().setActive(true);
    private boolean changed;
    private int first;
  }

  /** A row of the table. */
  private static final class Line {
    private final Cells cells;
    private final Map<String, @Nullable String> numbers = new LinkedHashMap<>();
    private @Nullable Coding level;
    private @Nullable Coding specialty;
    private @Nullable Coding kind;
    private @Nullable LocalDate start;
    private @Nullable LocalDate end;
    private @Nullable String phone;
    private @Nullable AdministrativeGender gender;
    private @Nullable Place institution;
    private @Nullable Place home;
    private final Set<String> changed = new LinkedHashSet<>();
    private boolean created;

    Line(Cells cells) {
      this.cells = cells;
    }
  }

  /** An institution of the directory. */
  private record Place(long row, String reference) {}

  @Override
  public Plan plan(Table table, Findings findings) {
    Plan plan = new Plan();
    Map<String, Integer> columns = Cells.columns(table, NAMES, List.of("name"), findings);
    if (SYSTEMS.keySet().stream().noneMatch(columns::containsKey)) {
      findings.error(
          1,
          "licence",
          new Bilingual("没有任何号码列，无法辨认人员", "no column holds a number by which somebody is known"),
          new Bilingual("至少要有一列：执业证书编号、人员编号、医保医师代码。", "Have one of: licence, staffNo, nhsa."));
    }
    if (findings.any()) {
      return plan;
    }
    Map<String, List<Place>> places = places();
    List<Line> lines = new ArrayList<>();
    table.rows().forEach(row -> lines.add(line(Cells.of(table, row, columns, findings), places)));
    Map<Line, Person> persons = persons(lines, findings);
    Map<Long, List<Post>> posts = posts(persons.values());
    Map<Long, Resource> roles =
        writes.read(posts.values().stream().flatMap(List::stream).map(Post::post).toList());
    Set<String> once = new HashSet<>();
    Map<Line, PractitionerRole> joined = new LinkedHashMap<>();
    Map<Line, Boolean> news = new HashMap<>();
    for (Line line : lines) {
      Person person = persons.get(line);
      if (person == null || findings.isWrong(line.cells.row())) {
        continue;
      }
      if (line.institution != null
          && !once.add(person.reference + line.institution.row() + line.kind + line.start)) {
        line.cells.error(
            "institution",
            new Bilingual("同一岗位在表中出现两次", "the same post stands in the table twice"),
            new Bilingual("请删去一行。", "Delete one row."));
        continue;
      }
      fill(line, person);
      if (line.institution != null) {
        Post same = same(line, person, posts);
        PractitionerRole role =
            same != null && roles.get(same.post()) instanceof PractitionerRole now
                ? now
                : new PractitionerRole().setActive(true);
        if (post(line, person, same, role)) {
          joined.put(line, role);
          news.put(line, same == null);
        }
      }
    }
    Set<Person> written = new HashSet<>();
    for (Line line : lines) {
      Person person = persons.get(line);
      if (person == null || findings.isWrong(line.cells.row())) {
        continue;
      }
      int row = line.cells.row();
      if (written.add(person)) {
        if (person.row == null) {
          plan.create(row, person.reference, person.resource);
          line.created = true;
        } else if (person.changed) {
          plan.update(row, person.resource);
        }
      }
      PractitionerRole role = joined.get(line);
      if (role != null && Boolean.TRUE.equals(news.get(line))) {
        plan.create(row, Register.urn(), role);
      } else if (role != null) {
        plan.update(row, role);
      }
      plan.done(
          row,
          line.created
              ? Plan.Action.CREATED
              : line.changed.isEmpty() ? Plan.Action.UNCHANGED : Plan.Action.UPDATED,
          line.numbers.values().stream().filter(Objects::nonNull).findFirst().orElse(""),
          line.changed);
    }
    Set<Long> named =
        persons.values().stream()
            .map(person -> person.row)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    jdbc.query(
        """
        select distinct c.listed, f.fhir_id
        from hutong.directory_code c join public.hfj_resource f on f.res_id = c.listed
        where f.res_type = 'Practitioner' order by c.listed
        """,
        row -> {
          if (!named.contains(row.getLong("listed"))) {
            plan.missing("Practitioner/" + row.getString("fhir_id"), "");
          }
        });
    return plan;
  }

  private Line line(Cells cells, Map<String, List<Place>> places) {
    Line line = new Line(cells);
    for (String column : List.of("licence", "staffno", "nhsa")) {
      line.numbers.put(column, cells.number(column, NUMBER, EXPECTED));
    }
    if (line.numbers.values().stream().allMatch(Objects::isNull)) {
      cells.error(
          "licence",
          new Bilingual("没有任何号码", "no number at all"),
          new Bilingual("请填写执业证书编号、人员编号、医保医师代码之一。", "Give one of licence, staffNo, nhsa."));
    }
    line.level = cells.code("titlelevel", levels);
    line.specialty = cells.code("specialty", specialties);
    line.kind = cells.code("secondment", kinds);
    line.start = cells.date("start");
    line.end = cells.date("end");
    line.phone = cells.phone("phone");
    String gender = cells.text("gender");
    line.gender = gender == null ? null : GENDERS.get(gender);
    if (gender != null && line.gender == null) {
      cells.error(
          "gender",
          new Bilingual(
              "不认识：" + Problem.printable(gender), "unknown: " + Problem.printable(gender)),
          new Bilingual("请填男或女。", "Write male or female."));
    }
    line.institution = place(cells, "institution", places);
    line.home = place(cells, "home", places);
    if (line.start != null && line.end != null && line.end.isBefore(line.start)) {
      cells.error(
          "end",
          new Bilingual("早于开始日期", "it is before the start"),
          new Bilingual("请改正其一。", "Correct one of them."));
    }
    if (line.institution != null && line.start == null && cells.text("start") == null) {
      cells.error(
          "start",
          new Bilingual("写了机构，却没有开始日期", "there is an institution, but no start"),
          new Bilingual("请填写到岗日期。", "Say since when."));
    }
    if ((cells.text("secondment") == null) != (cells.text("home") == null)) {
      cells.error(
          cells.text("home") == null ? "home" : "secondment",
          new Bilingual("下沉方式与派出机构须同时填写", "secondment and home go together"),
          new Bilingual("请补填，或两格都留空。", "Fill in the other, or leave both empty."));
    }
    if (line.home != null && line.home.equals(line.institution)) {
      cells.error(
          "home",
          new Bilingual("派出机构就是所在机构", "the institution that seconds is that of work"),
          new Bilingual("请改正其一。", "Correct one of them."));
    }
    return line;
  }

  private static @Nullable Place place(
      Cells cells, String column, Map<String, List<Place>> places) {
    String text = cells.text(column);
    if (text == null) {
      return null;
    }
    List<Place> found = places.getOrDefault(text, List.of());
    if (found.size() == 1) {
      return found.get(0);
    }
    String shown = Problem.printable(text);
    cells.error(
        column,
        found.isEmpty()
            ? new Bilingual(
                "没有机构“%s”".formatted(shown), "there is no institution \"%s\"".formatted(shown))
            : new Bilingual(
                "有多个机构名为“%s”".formatted(shown),
                "several institutions are called \"%s\"".formatted(shown)),
        new Bilingual(
            "请填写其统一社会信用代码或机构代码；机构须先导入。",
            "Give its social credit or institution code; import institutions first."));
    return null;
  }

  /** Institutions by number and by name. */
  private Map<String, List<Place>> places() {
    Map<String, Set<Place>> places = new HashMap<>();
    jdbc.query(
        """
        select o.org, f.fhir_id, u.word
        from hutong.organization o
        join public.hfj_resource f on f.res_id = o.org
        cross join lateral (
          select o.name as word
          union select c.value from hutong.directory_code c where c.listed = o.org) u
        where o.until = 'infinity' and not o.department
        """,
        row -> {
          places
              .computeIfAbsent(row.getString("word"), first -> new LinkedHashSet<>())
              .add(new Place(row.getLong("org"), "Organization/" + row.getString("fhir_id")));
        });
    Map<String, List<Place>> all = new HashMap<>();
    places.forEach((word, those) -> all.put(word, List.copyOf(those)));
    return all;
  }

  private Map<Line, Person> persons(List<Line> lines, Findings findings) {
    Map<String, Set<Long>> listed = new HashMap<>();
    Set<String> values = new HashSet<>();
    lines.forEach(
        line -> line.numbers.values().stream().filter(Objects::nonNull).forEach(values::add));
    rows.listed(values)
        .forEach(
            code ->
                listed
                    .computeIfAbsent(code.system() + "|" + code.value(), first -> new HashSet<>())
                    .add(code.listed()));
    Map<String, Person> byNumber = new HashMap<>();
    Map<Line, Person> persons = new LinkedHashMap<>();
    for (Line line : lines) {
      Long row = Register.match(line.cells, line.numbers, SYSTEMS, listed);
      if (findings.isWrong(line.cells.row())) {
        continue;
      }
      Person person = null;
      for (Map.Entry<String, @Nullable String> number : line.numbers.entrySet()) {
        Person known = number.getValue() == null ? null : byNumber.get(number.toString());
        if (known != null && person != null && known != person) {
          line.cells.error(
              number.getKey(),
              new Bilingual("本行号码在表中分属两人", "the numbers of the row are two persons' in the table"),
              new Bilingual("请核对各号码。", "Check the numbers."));
        }
        person = known == null ? person : known;
      }
      String name = line.cells.text("name");
      if (person == null) {
        person = new Person();
        person.row = row;
        person.name = name;
        person.first = line.cells.row();
      } else if (name != null && !name.equals(person.name)) {
        line.cells.error(
            "name",
            new Bilingual(
                "与第 %d 行同一号码，姓名不同".formatted(person.first),
                "row %d has the same number and another name".formatted(person.first)),
            new Bilingual("请核对姓名与号码。", "Check name and number."));
        continue;
      }
      for (Map.Entry<String, @Nullable String> number : line.numbers.entrySet()) {
        if (number.getValue() != null) {
          byNumber.put(number.toString(), person);
        }
      }
      persons.put(line, person);
    }
    Map<Long, Resource> stored =
        writes.read(
            persons.values().stream()
                .map(one -> one.row)
                .filter(Objects::nonNull)
                .distinct()
                .toList());
    persons.forEach(
        (line, person) -> {
          if (!person.reference.isEmpty()) {
            return;
          }
          if (person.row != null && stored.get(person.row) instanceof Practitioner now) {
            person.resource = now;
            person.reference = "Practitioner/" + now.getIdElement().getIdPart();
          } else {
            person.row = null;
            person.reference = Register.urn();
            line.cells.require("name");
          }
        });
    return persons;
  }

  private static void fill(Line line, Person person) {
    Practitioner to = person.resource;
    int before = line.changed.size();
    line.numbers.forEach(
        (column, value) -> {
          if (Register.identify(to.getIdentifier(), String.valueOf(SYSTEMS.get(column)), value)) {
            line.changed.add(column);
          }
        });
    String name = line.cells.text("name");
    if (name != null && !name.equals(to.getNameFirstRep().getText())) {
      to.getName().clear();
      to.addName().setText(name);
      line.changed.add("name");
    }
    if (line.gender != null && line.gender != to.getGender()) {
      to.setGender(line.gender);
      line.changed.add("gender");
    }
    if (Register.call(to.getTelecom(), line.phone)) {
      line.changed.add("phone");
    }
    String title = line.cells.text("title");
    if (title != null || line.level != null) {
      PractitionerQualificationComponent own = to.getQualificationFirstRep();
      if (title != null && !title.equals(own.getCode().getText())) {
        own.setCode(new CodeableConcept().setText(title));
        line.changed.add("title");
      }
      Extension now = own.getExtensionByUrl(TITLE_LEVEL);
      if (line.level != null
          && !(now != null
              && now.getValue() instanceof Coding coding
              && Objects.equals(coding.getCode(), line.level.getCode()))) {
        own.getExtension().remove(now);
        own.addExtension(TITLE_LEVEL, line.level);
        if (!own.hasCode()) {
          own.setCode(new CodeableConcept().setText(line.level.getDisplay()));
        }
        line.changed.add("titlelevel");
      }
    }
    person.changed |= line.changed.size() > before;
  }

  /** A post that is known already. */
  private record Post(
      long post, long organization, @Nullable Long home, @Nullable String kind, Span span) {}

  private Map<Long, List<Post>> posts(Iterable<Person> persons) {
    Set<Long> known = new HashSet<>();
    persons.forEach(
        person -> {
          if (person.row != null) {
            known.add(person.row);
          }
        });
    Map<Long, List<Post>> posts = new HashMap<>();
    jdbc.query(
        """
        select post, practitioner, organization, home, kind,
          nullif(since, '-infinity') as since, nullif(until, 'infinity') as until
        from hutong.post where practitioner = any(?) order by since
        """,
        row -> {
          posts
              .computeIfAbsent(row.getLong("practitioner"), first -> new ArrayList<>())
              .add(
                  new Post(
                      row.getLong("post"),
                      row.getLong("organization"),
                      row.getObject("home", Long.class),
                      row.getString("kind"),
                      Span.of(row, "")));
        },
        (Object) known.toArray(Long[]::new));
    return posts;
  }

  private static Span span(Line line) {
    LocalDate start = Objects.requireNonNull(line.start);
    return new Span(Span.start(start), line.end == null ? null : Span.start(line.end.plusDays(1)));
  }

  /** The post that a row is about: of the same start, else one that it overlaps. */
  private static @Nullable Post same(Line line, Person person, Map<Long, List<Post>> posts) {
    Post same = null;
    Place at = Objects.requireNonNull(line.institution);
    Span span = span(line);
    List<Post> all = person.row == null ? List.of() : posts.getOrDefault(person.row, List.of());
    for (Post post : all) {
      boolean alike =
          post.organization() == at.row()
              && Objects.equals(post.home(), line.home == null ? null : line.home.row())
              && Objects.equals(post.kind(), line.kind == null ? null : line.kind.getCode());
      boolean begins = Objects.equals(post.span().since(), span.since());
      if (alike && (begins || same == null && post.span().overlaps(span))) {
        same = post;
      }
    }
    return same;
  }

  /** Sets what a row says of a post. Returns whether any of it is new. */
  private static boolean post(
      Line line, Person person, @Nullable Post same, PractitionerRole role) {
    int before = line.changed.size();
    Span span = span(line);
    if (same == null) {
      role.setPractitioner(new Reference(person.reference));
      role.setOrganization(new Reference(Objects.requireNonNull(line.institution).reference()));
      line.changed.add("institution");
      if (line.home != null && line.kind != null) {
        Extension secondment = role.addExtension().setUrl(Posts.SECONDMENT);
        secondment.addExtension(Posts.KIND, line.kind);
        secondment.addExtension(Posts.HOME, new Reference(line.home.reference()));
      }
    }
    if (same == null || !Objects.equals(same.span().since(), span.since())) {
      role.getPeriod().setStartElement(new DateTimeType(String.valueOf(line.start)));
      line.changed.add("start");
    }
    if (line.end != null && (same == null || !Objects.equals(same.span().until(), span.until()))) {
      role.getPeriod().setEndElement(new DateTimeType(line.end.toString()));
      line.changed.add("end");
    }
    String position = line.cells.text("position");
    if (position != null && !position.equals(role.getCodeFirstRep().getText())) {
      role.setCode(List.of(new CodeableConcept().setText(position)));
      line.changed.add("position");
    }
    Coding specialty = line.specialty;
    if (specialty != null
        && role.getSpecialty().stream()
            .flatMap(concept -> concept.getCoding().stream())
            .noneMatch(coding -> Objects.equals(coding.getCode(), specialty.getCode()))) {
      role.setSpecialty(List.of(new CodeableConcept(specialty)));
      line.changed.add("specialty");
    }
    return line.changed.size() > before;
  }
}
