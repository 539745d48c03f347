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
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.OrganizationAffiliation;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Type;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Problem;
import org.hutong.store.Writes;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The register of institutions: who they are, who leads them, since when they take part. */
@Component
class InstitutionRegister implements Register {
  static final Map<String, String> NAMES =
      Register.names(
          "name 机构名称 名称 单位名称",
          "uscc 统一社会信用代码 信用代码 社会信用代码",
          "licence 执业许可证登记号 登记号 医疗机构执业许可证登记号 许可证号",
          "code 机构代码 卫生机构代码 组织机构代码 institutioncode",
          "nhsa 医保编码 医保机构编码 医保代码",
          "tier 层级 机构层级 级别",
          "type 机构类别 类别 机构类型",
          "level 医院等级 等级",
          "parent 上级机构 上级 主管机构 partof",
          "role 医共体角色 角色",
          "lead 牵头机构 牵头医院",
          "start 加入日期 开始日期 起始日期",
          "end 退出日期 结束日期 截止日期",
          "division 行政区划 区划代码 行政区划代码",
          "phone 电话 联系电话",
          "address 地址 详细地址");

  private static final String EXTENSION = Canonical.BASE + "/StructureDefinition/";
  private static final String TYPES = Canonical.BASE + "/CodeSystem/institution-type";
  private static final Set<String> NOBODY = Set.of("无", "none");
  private static final List<String> TIERS = List.of("external", "county", "township", "village");

  private static final Map<String, String> SYSTEMS =
      Map.of(
          "uscc", Organizations.USCC,
          "licence", Organizations.LICENCE,
          "code", Organizations.INSTITUTION_CODE,
          "nhsa", Organizations.NHSA);

  private static final Map<String, Pattern> FORMS =
      Map.of(
          "uscc", Pattern.compile("[0-9A-Z]{2}[0-9]{6}[0-9A-Z]{9}[0-9A-Z*]"),
          "licence", Pattern.compile("[0-9A-Z-]{4,40}"),
          "code", Pattern.compile("[0-9A-Z-]{22,23}"),
          "nhsa", Pattern.compile("H[0-9]{11}"));

  private static final Map<String, Bilingual> EXPECTED =
      Map.of(
          "uscc",
              new Bilingual(
                  "统一社会信用代码 18 位（GB 32100）", "a social credit code of 18 characters (GB 32100)"),
          "licence", new Bilingual("登记号由数字和大写字母组成", "a registration number of digits and capitals"),
          "code",
              new Bilingual("卫生机构代码 22 位（WS 218）", "an institution code of 22 characters (WS 218)"),
          "nhsa", new Bilingual("医保编码为 H 加 11 位数字", "an insurance code: H and 11 digits"));

  private static final Pattern DIVISION = Pattern.compile("[0-9]{6}([0-9]{3})?([0-9]{3})?");

  private final JdbcTemplate jdbc;
  private final DirectoryRows rows;
  private final Writes writes;
  private final Codes tiers = Codes.of("organization-tier");
  private final Codes types = Codes.of("institution-type");
  private final Codes levels = Codes.of("hospital-level");
  private final Codes roles = Codes.of("affiliation-role");

  InstitutionRegister(JdbcTemplate jdbc, DirectoryRows rows, Writes writes) {
    this.jdbc = jdbc;
    this.rows = rows;
    this.writes = writes;
  }

  @Override
  public String kind() {
    return "institutions";
  }

  /** A row of the table. */
  private static final class Line {
    private final Cells cells;
    private final Map<String, @Nullable String> numbers = new LinkedHashMap<>();
    private @Nullable Coding tier;
    private @Nullable Coding type;
    private @Nullable Coding level;
    private @Nullable Coding role;
    private @Nullable LocalDate start;
    private @Nullable LocalDate end;
    private @Nullable String division;
    private @Nullable String phone;
    private @Nullable Long row;
    private String reference = "";
    private final Set<String> changed = new LinkedHashSet<>();
    private boolean created;

    Line(Cells cells) {
      this.cells = cells;
    }

    @Nullable String text(String column) {
      return cells.text(column);
    }

    /** What it is called among others: by its row id, or by its row in the table. */
    String node() {
      return row == null ? "line " + cells.row() : "row " + row;
    }

    String key() {
      return numbers.values().stream().filter(Objects::nonNull).findFirst().orElse("");
    }
  }

  /** What the directory says of an institution today. */
  private record Known(
      long row, String id, @Nullable Long parent, String name, @Nullable String tier) {}

  @Override
  public Plan plan(Table table, Findings findings) {
    Plan plan = new Plan();
    Map<String, Integer> columns = Cells.columns(table, NAMES, List.of(), findings);
    if (SYSTEMS.keySet().stream().noneMatch(columns::containsKey)) {
      findings.error(
          1,
          "uscc",
          new Bilingual(
              "没有任何号码列，无法辨认机构", "no column holds a number by which an institution is known"),
          new Bilingual(
              "至少要有一列：统一社会信用代码、执业许可证登记号、机构代码、医保编码。", "Have one of: uscc, licence, code, nhsa."));
    }
    if (findings.any()) {
      return plan;
    }
    List<Line> lines =
        table.rows().stream().map(row -> line(Cells.of(table, row, columns, findings))).toList();
    match(lines, findings);
    Map<Long, Known> known = known();
    Map<String, List<Line>> byNumber = new HashMap<>();
    Map<String, List<Line>> byName = new HashMap<>();
    for (Line line : lines) {
      line.numbers.values().stream()
          .filter(Objects::nonNull)
          .forEach(
              number -> byNumber.computeIfAbsent(number, first -> new ArrayList<>()).add(line));
      String name = line.text("name");
      if (name != null) {
        byName.computeIfAbsent(name, first -> new ArrayList<>()).add(line);
      }
      Known now = line.row == null ? null : known.get(line.row);
      line.created = now == null;
      line.reference = now == null ? Register.urn() : "Organization/" + now.id();
      if (line.created) {
        line.cells.require("name");
        line.cells.require("tier");
      }
    }
    Map<String, List<Known>> knownByName =
        known.values().stream().collect(Collectors.groupingBy(Known::name));
    Finder finder = new Finder(byNumber, byName, known, knownByName, listed(lines));
    Map<Line, @Nullable Target> parents = parents(lines, finder, known, findings);
    Map<Line, @Nullable Target> leads = leads(lines, finder);

    Map<Long, Resource> stored =
        writes.read(lines.stream().map(line -> line.row).filter(Objects::nonNull).toList());
    Map<Long, List<Membership>> memberships = memberships(lines);
    Map<Long, Resource> affiliations =
        writes.read(
            memberships.values().stream()
                .flatMap(List::stream)
                .map(Membership::affiliation)
                .toList());
    for (Line line : lines) {
      if (findings.isWrong(line.cells.row())) {
        continue;
      }
      Organization organization =
          line.row != null && stored.get(line.row) instanceof Organization now
              ? now
              : new Organization().setActive(true);
      boolean moved = parents.containsKey(line) && place(organization, parents.get(line));
      if (moved) {
        line.changed.add("parent");
      }
      fill(line, organization);
      if (line.created) {
        plan.create(line.cells.row(), line.reference, organization);
      } else if (!line.changed.isEmpty()) {
        plan.update(line.cells.row(), organization);
      }
      Target lead = leads.get(line);
      if (line.role != null && lead != null) {
        join(line, lead, memberships, affiliations, plan);
      }
      plan.done(
          line.cells.row(),
          line.created
              ? Plan.Action.CREATED
              : line.changed.isEmpty() ? Plan.Action.UNCHANGED : Plan.Action.UPDATED,
          line.key(),
          line.changed);
    }
    Set<Long> named =
        lines.stream().map(line -> line.row).filter(Objects::nonNull).collect(Collectors.toSet());
    known.values().stream()
        .filter(one -> !named.contains(one.row()))
        .forEach(one -> plan.missing("Organization/" + one.id(), one.name()));
    return plan;
  }

  private Line line(Cells cells) {
    Line line = new Line(cells);
    for (String column : List.of("uscc", "licence", "code", "nhsa")) {
      line.numbers.put(
          column,
          cells.number(
              column,
              FORMS.getOrDefault(column, DIVISION),
              EXPECTED.getOrDefault(column, new Bilingual("", ""))));
    }
    String uscc = line.numbers.get("uscc");
    if (uscc != null && !Uscc.isChecked(uscc)) {
      cells.warn(
          "uscc",
          new Bilingual("校验码不对：" + uscc, "the check character is wrong: " + uscc),
          new Bilingual(
              "请对照证书核实；早期试点地区确有发错的代码，仍按原样导入。",
              "Compare the certificate; early pilot areas did issue such codes, so it is taken as it is."));
    }
    if (line.key().isEmpty()) {
      cells.error(
          "uscc",
          new Bilingual("没有任何号码", "no number at all"),
          new Bilingual("请填写统一社会信用代码、登记号、机构代码、医保编码之一。", "Give one of uscc, licence, code, nhsa."));
    }
    line.tier = cells.code("tier", tiers);
    line.type = cells.code("type", types);
    line.level = cells.code("level", levels);
    line.role = cells.code("role", roles);
    line.start = cells.date("start");
    line.end = cells.date("end");
    line.division =
        cells.number(
            "division",
            DIVISION,
            new Bilingual("行政区划代码 6、9 或 12 位", "a division code of 6, 9 or 12 digits"));
    line.phone = cells.phone("phone");
    if (line.start != null && line.end != null && line.end.isBefore(line.start)) {
      cells.error(
          "end",
          new Bilingual("早于加入日期", "it is before the start"),
          new Bilingual("请改正其一。", "Correct one of them."));
    }
    if (line.role == null
        && cells.text("role") == null
        && (line.start != null || line.end != null || cells.text("lead") != null)) {
      cells.error(
          "role",
          new Bilingual("写了日期或牵头机构，却没有角色", "there is a date or a lead, but no role"),
          new Bilingual("请填写：" + roles.allowed(), "One of: " + roles.allowed()));
    }
    if (line.role != null && line.start == null && cells.text("start") == null) {
      cells.error(
          "start",
          new Bilingual("写了角色，却没有加入日期", "there is a role, but no start"),
          new Bilingual("请填写加入医共体的日期。", "Say since when it takes part."));
    }
    return line;
  }

  private void match(List<Line> lines, Findings findings) {
    Once once = new Once();
    Map<String, Set<Long>> listed = new HashMap<>();
    Set<String> values = new HashSet<>();
    lines.forEach(
        line -> values.addAll(line.numbers.values().stream().filter(Objects::nonNull).toList()));
    rows.listed(values)
        .forEach(
            code ->
                listed
                    .computeIfAbsent(code.system() + "|" + code.value(), first -> new HashSet<>())
                    .add(code.listed()));
    Map<Long, Line> taken = new HashMap<>();
    for (Line line : lines) {
      line.numbers.forEach((column, value) -> once.check(line.cells, column, value));
      line.row = Register.match(line.cells, line.numbers, SYSTEMS, listed);
      Line other = line.row == null ? null : taken.putIfAbsent(line.row, line);
      if (other != null && !findings.isWrong(line.cells.row())) {
        line.cells.error(
            "uscc",
            new Bilingual(
                "与第 %d 行是同一机构".formatted(other.cells.row()),
                "it is the institution of row %d".formatted(other.cells.row())),
            new Bilingual("请并为一行。", "Make one row of both."));
      }
    }
  }

  private Map<Long, Known> known() {
    Map<Long, Known> known = new LinkedHashMap<>();
    jdbc.query(
        """
        select o.org, f.fhir_id, o.parent, o.name, o.tier
        from hutong.organization o join public.hfj_resource f on f.res_id = o.org
        where o.until = 'infinity' and not o.department order by o.org
        """,
        row -> {
          Known one =
              new Known(
                  row.getLong("org"),
                  row.getString("fhir_id"),
                  row.getObject("parent", Long.class),
                  row.getString("name"),
                  row.getString("tier"));
          known.put(one.row(), one);
        });
    return known;
  }

  /**
   * An institution that a cell names.
   *
   * @param node as {@link Line#node} has it
   */
  private record Target(String node, String reference, String name, @Nullable String tier) {}

  /** Finds institutions by number or name, in the table first and then in the directory. */
  private record Finder(
      Map<String, List<Line>> byNumber,
      Map<String, List<Line>> byName,
      Map<Long, Known> known,
      Map<String, List<Known>> knownByName,
      Map<String, Set<Long>> listed) {

    @Nullable Target find(Line from, String column) {
      String text = String.valueOf(from.text(column));
      List<Line> lines = byNumber.getOrDefault(text, byName.getOrDefault(text, List.of()));
      if (lines.size() == 1) {
        return target(lines.get(0));
      }
      Set<Long> numbered = listed.getOrDefault(text, Set.of());
      List<Known> there =
          numbered.isEmpty()
              ? knownByName.getOrDefault(text, List.of())
              : numbered.stream().map(known::get).filter(Objects::nonNull).toList();
      if (lines.isEmpty() && there.size() == 1) {
        return target(there.get(0));
      }
      boolean several = lines.size() > 1 || there.size() > 1;
      from.cells.error(
          column,
          several
              ? new Bilingual(
                  "有多个机构名为“%s”".formatted(Problem.printable(text)),
                  "several institutions are called \"%s\"".formatted(Problem.printable(text)))
              : new Bilingual(
                  "表中和平台上都没有“%s”".formatted(Problem.printable(text)),
                  "neither the table nor the directory has \"%s\""
                      .formatted(Problem.printable(text))),
          new Bilingual(
              "请填写该机构的统一社会信用代码或机构代码；没有的填“无”。",
              "Give its social credit or institution code; none if there is none."));
      return null;
    }

    private static Target target(Line line) {
      return new Target(
          line.node(),
          line.reference,
          String.valueOf(line.text("name")),
          line.tier == null ? null : line.tier.getCode());
    }

    private static Target target(Known one) {
      return new Target("row " + one.row(), "Organization/" + one.id(), one.name(), one.tier());
    }
  }

  /** Whom the directory knows by what the table calls parents and leads. */
  private Map<String, Set<Long>> listed(List<Line> lines) {
    Set<String> texts = new HashSet<>();
    for (Line line : lines) {
      texts.addAll(Register.present(line.text("parent"), line.text("lead")));
    }
    Map<String, Set<Long>> listed = new HashMap<>();
    rows.listed(texts)
        .forEach(
            code ->
                listed.computeIfAbsent(code.value(), first -> new HashSet<>()).add(code.listed()));
    return listed;
  }

  /** The parents that the table names; null for none. Loops are noted at every row of theirs. */
  private static Map<Line, @Nullable Target> parents(
      List<Line> lines, Finder finder, Map<Long, Known> known, Findings findings) {
    Map<Line, @Nullable Target> parents = new HashMap<>();
    Map<String, @Nullable String> above = new HashMap<>();
    Map<String, Line> nodes = new LinkedHashMap<>();
    known
        .values()
        .forEach(
            one ->
                above.put("row " + one.row(), one.parent() == null ? null : "row " + one.parent()));
    for (Line line : lines) {
      nodes.put(line.node(), line);
      String written = line.text("parent");
      if (written == null) {
        continue;
      }
      Target parent = NOBODY.contains(written) ? null : finder.find(line, "parent");
      if (parent != null || NOBODY.contains(written)) {
        parents.put(line, parent);
        above.put(line.node(), parent == null ? null : parent.node());
        warnOfTier(line, parent);
      }
    }
    for (List<String> loop : Loops.of(nodes.keySet(), above)) {
      List<String> round = new ArrayList<>(loop);
      round.add(loop.get(0));
      String chain =
          round.stream().map(node -> name(node, nodes, known)).collect(Collectors.joining(" → "));
      for (String node : loop) {
        Line line = nodes.get(node);
        if (line != null) {
          line.cells.error(
              "parent",
              new Bilingual("上级机构成环：" + chain, "the parents form a loop: " + chain),
              new Bilingual("请改正其中一个机构的上级。", "Correct the parent of one of them."));
        }
      }
    }
    return parents;
  }

  private static String name(String node, Map<String, Line> lines, Map<Long, Known> known) {
    Line line = lines.get(node);
    String written = line == null ? null : line.text("name");
    if (written != null) {
      return Problem.printable(written);
    }
    Known one =
        node.startsWith("row ") ? known.get(Long.parseLong(node.substring("row ".length()))) : null;
    return one == null ? "?" : Problem.printable(one.name());
  }

  private static void warnOfTier(Line line, @Nullable Target parent) {
    String own = line.tier == null ? null : line.tier.getCode();
    if (parent != null
        && own != null
        && parent.tier() != null
        && TIERS.indexOf(own) < TIERS.indexOf(parent.tier())) {
      line.cells.warn(
          "parent",
          new Bilingual("上级机构的层级低于本机构", "the parent is of a lower tier than the institution"),
          new Bilingual("请核对层级与上级。", "Check tier and parent."));
    }
  }

  private Map<Line, @Nullable Target> leads(List<Line> lines, Finder finder) {
    List<Line> leading =
        lines.stream()
            .filter(line -> line.role != null && "lead".equals(line.role.getCode()))
            .toList();
    Map<Line, @Nullable Target> leads = new HashMap<>();
    Target only = null;
    if (leading.size() == 1) {
      only = Finder.target(leading.get(0));
    } else if (leading.isEmpty()) {
      List<Long> known =
          jdbc.queryForList(
              "select distinct lead from hutong.membership where until > now()", Long.class);
      Known one = known.size() == 1 ? finder.known().get(known.get(0)) : null;
      only = one == null ? null : Finder.target(one);
    }
    for (Line line : lines) {
      if (line.role == null) {
        continue;
      }
      Target lead =
          leading.contains(line)
              ? Finder.target(line)
              : line.text("lead") == null ? only : finder.find(line, "lead");
      if (lead == null && line.text("lead") == null) {
        line.cells.error(
            "lead",
            new Bilingual(
                "看不出是哪个医共体：表中没有唯一的牵头机构",
                "it is not clear which alliance: the table has not one lead"),
            new Bilingual(
                "请填写牵头机构的统一社会信用代码或名称。",
                "Give the social credit code or name of the institution that leads."));
      }
      leads.put(line, lead);
    }
    return leads;
  }

  private static boolean place(Organization organization, @Nullable Target parent) {
    String now = organization.hasPartOf() ? organization.getPartOf().getReference() : null;
    if (Objects.equals(now, parent == null ? null : parent.reference())) {
      return false;
    }
    organization.setPartOf(parent == null ? null : new Reference(parent.reference()));
    return true;
  }

  /** Sets what the row says; an empty cell says nothing. */
  private static void fill(Line line, Organization to) {
    line.numbers.forEach(
        (column, value) ->
            note(
                line,
                column,
                () ->
                    Register.identify(
                        to.getIdentifier(), String.valueOf(SYSTEMS.get(column)), value)));
    String name = line.text("name");
    note(
        line, "name", () -> name != null && !name.equals(to.getName()) && to.setName(name) != null);
    note(line, "tier", () -> extend(to, "tier", line.tier));
    note(line, "level", () -> extend(to, "hospital-level", line.level));
    note(
        line,
        "division",
        () -> extend(to, "division", line.division == null ? null : new CodeType(line.division)));
    note(line, "type", () -> type(to, line.type));
    note(line, "phone", () -> Register.call(to.getTelecom(), line.phone));
    String address = line.text("address");
    note(
        line,
        "address",
        () ->
            address != null
                && !address.equals(to.getAddressFirstRep().getText())
                && to.getAddressFirstRep().setText(address) != null);
  }

  private static void note(Line line, String column, BooleanSupplier change) {
    if (change.getAsBoolean()) {
      line.changed.add(column);
    }
  }

  private static boolean extend(Organization to, String name, @Nullable Type value) {
    if (value == null) {
      return false;
    }
    Extension now = to.getExtensionByUrl(EXTENSION + name);
    if (now != null && code(now.getValue()).equals(code(value))) {
      return false;
    }
    if (now == null) {
      to.addExtension(EXTENSION + name, value);
    } else {
      now.setValue(value);
    }
    return true;
  }

  private static String code(@Nullable Type value) {
    return value instanceof Coding coding
        ? String.valueOf(coding.getCode())
        : value == null ? "" : String.valueOf(value.primitiveValue());
  }

  private static boolean type(Organization to, @Nullable Coding type) {
    if (type == null) {
      return false;
    }
    for (CodeableConcept concept : to.getType()) {
      for (Coding coding : concept.getCoding()) {
        if (TYPES.equals(coding.getSystem())) {
          boolean other = !Objects.equals(type.getCode(), coding.getCode());
          coding.setCode(type.getCode()).setDisplay(type.getDisplay());
          return other;
        }
      }
    }
    to.addType().addCoding(type);
    return true;
  }

  /** A membership that is known already. */
  private record Membership(long affiliation, long lead, Span span) {}

  private Map<Long, List<Membership>> memberships(List<Line> lines) {
    Map<Long, List<Membership>> memberships = new HashMap<>();
    jdbc.query(
        """
        select affiliation, lead, member, nullif(since, '-infinity') as since,
          nullif(until, 'infinity') as until
        from hutong.membership where member = any(?) order by since
        """,
        row -> {
          memberships
              .computeIfAbsent(row.getLong("member"), first -> new ArrayList<>())
              .add(
                  new Membership(
                      row.getLong("affiliation"), row.getLong("lead"), Span.of(row, "")));
        },
        (Object)
            lines.stream().map(line -> line.row).filter(Objects::nonNull).toArray(Long[]::new));
    return memberships;
  }

  /** Has the membership written, in place of one of the same start, or else of one it overlaps. */
  private static void join(
      Line line,
      Target lead,
      Map<Long, List<Membership>> memberships,
      Map<Long, Resource> affiliations,
      Plan plan) {
    LocalDate start = Objects.requireNonNull(line.start);
    Span span =
        new Span(Span.start(start), line.end == null ? null : Span.start(line.end.plusDays(1)));
    Membership same = null;
    for (Membership each :
        line.row == null ? List.<Membership>of() : memberships.getOrDefault(line.row, List.of())) {
      boolean begins = Objects.equals(each.span().since(), span.since());
      if (lead.node().equals("row " + each.lead())
          && (begins || same == null && each.span().overlaps(span))) {
        same = each;
      }
    }
    Resource read = same == null ? null : affiliations.get(same.affiliation());
    OrganizationAffiliation affiliation =
        read instanceof OrganizationAffiliation now
            ? now
            : new OrganizationAffiliation().setActive(true);
    boolean changed = false;
    if (same == null) {
      affiliation.setOrganization(new Reference(lead.reference()));
      affiliation.setParticipatingOrganization(new Reference(line.reference));
      changed = true;
    }
    String role = Objects.requireNonNull(line.role).getCode();
    if (!role.equals(Memberships.role(affiliation))) {
      affiliation.setCode(List.of(new CodeableConcept(line.role)));
      line.changed.add("role");
      changed = true;
    }
    if (same == null || !Objects.equals(same.span().since(), span.since())) {
      affiliation.getPeriod().setStartElement(new DateTimeType(start.toString()));
      line.changed.add("start");
      changed = true;
    }
    if (line.end != null && (same == null || !Objects.equals(same.span().until(), span.until()))) {
      affiliation.getPeriod().setEndElement(new DateTimeType(line.end.toString()));
      line.changed.add("end");
      changed = true;
    }
    if (changed && same == null) {
      plan.create(line.cells.row(), Register.urn(), affiliation);
    } else if (changed) {
      plan.update(line.cells.row(), affiliation);
    }
  }
}
