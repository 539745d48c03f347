package org.hutong.directory;

import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Institutions and departments as the register says, and as it said. */
@Component
class Organizations implements Kept {
  /** Questions about institutions wait until all that is stored is kept. */
  static final String RULE = "hutong-directory";

  private static final int VERSION = 1;

  static final String USCC = Canonical.BASE + "/sid/uscc";
  static final String LICENCE = Canonical.BASE + "/sid/licence-no";
  static final String INSTITUTION_CODE = "urn:oid:2.16.156.10011.1.5";
  static final String NHSA = Canonical.BASE + "/sid/nhsa-institution";
  static final Set<String> SYSTEMS = Set.of(USCC, LICENCE, INSTITUTION_CODE, NHSA);

  static final String TIER = Canonical.BASE + "/StructureDefinition/tier";
  private static final String DEPARTMENT = "dept";

  /** Institutions that the text of a refusal names. */
  private static final int NAMED = 12;

  private final JdbcTemplate jdbc;
  private final DirectoryRows rows;

  Organizations(JdbcTemplate jdbc, DirectoryRows rows) {
    this.jdbc = jdbc;
    this.rows = rows;
  }

  @Override
  public String type() {
    return "Organization";
  }

  @Override
  public String rule() {
    return RULE;
  }

  @Override
  public String definition() {
    return RULE + " " + VERSION;
  }

  @Override
  public void holdBack() {
    rows.holdBack();
  }

  /** What is said of one. */
  private record Said(
      @Nullable Long parent,
      boolean department,
      boolean active,
      @Nullable String tier,
      String name) {}

  @Override
  public Set<Long> keep(Map<Long, @Nullable Resource> resources) {
    Map<Long, Said> now = said(resources);
    Map<Long, Said> before = said(resources.keySet());
    Timestamp at = jdbc.queryForObject("select clock_timestamp()", Timestamp.class);
    List<Object[]> ended = new ArrayList<>();
    List<Object[]> begun = new ArrayList<>();
    Set<Long> moved = new LinkedHashSet<>();
    for (Long org : resources.keySet()) {
      Said was = before.get(org);
      Said is = now.get(org);
      if (Objects.equals(was, is)) {
        continue;
      }
      if (was != null) {
        ended.add(new Object[] {at, org});
      }
      if (is != null) {
        begun.add(
            new @Nullable Object[] {
              org, at, is.parent(), is.department(), is.active(), is.tier(), is.name(), org
            });
        if (is.parent() != null && (was == null || !is.parent().equals(was.parent()))) {
          moved.add(org);
        }
      }
    }
    jdbc.batchUpdate(
        """
        update hutong.organization set until = greatest(?, since + interval '1 microsecond')
        where org = ? and until = 'infinity'
        """,
        ended);
    jdbc.batchUpdate(
        """
        insert into hutong.organization
          (org, since, until, parent, department, active, tier, name)
        select ?,
          case when count(*) = 0 then '-infinity' else greatest(?::timestamptz, max(until)) end,
          'infinity', ?, ?, ?, ?, ?
        from hutong.organization where org = ?
        """,
        begun,
        new int[] {
          Types.BIGINT,
          Types.TIMESTAMP,
          Types.BIGINT,
          Types.BOOLEAN,
          Types.BOOLEAN,
          Types.VARCHAR,
          Types.VARCHAR,
          Types.BIGINT
        });
    Map<Long, List<Identifier>> identifiers = new HashMap<>();
    resources.forEach(
        (org, resource) ->
            identifiers.put(
                org, resource instanceof Organization o ? o.getIdentifier() : List.of()));
    rows.codes(identifiers, SYSTEMS);
    return moved;
  }

  private Map<Long, Said> said(Map<Long, @Nullable Resource> resources) {
    Set<String> parents = new HashSet<>();
    resources
        .values()
        .forEach(
            resource -> {
              String parent = resource instanceof Organization org ? parent(org) : null;
              if (parent != null) {
                parents.add(parent);
              }
            });
    Map<String, Long> ids = rows.ids("Organization", parents);
    Map<Long, Said> said = new HashMap<>();
    resources.forEach(
        (row, resource) -> {
          if (resource instanceof Organization org) {
            String parent = parent(org);
            said.put(
                row,
                new Said(
                    parent == null ? null : ids.get(parent),
                    isDepartment(org),
                    !org.hasActive() || org.getActive(),
                    tier(org),
                    org.hasName() ? org.getName() : ""));
          }
        });
    return said;
  }

  private static @Nullable String parent(Organization org) {
    return org.hasPartOf() ? DirectoryRows.target(org.getPartOf(), "Organization") : null;
  }

  static @Nullable String tier(Organization org) {
    return org.hasExtension(TIER) && org.getExtensionByUrl(TIER).getValue() instanceof Coding tier
        ? tier.getCode()
        : null;
  }

  private static boolean isDepartment(Organization org) {
    return org.getType().stream()
        .flatMap(type -> type.getCoding().stream())
        .anyMatch(coding -> DEPARTMENT.equals(coding.getCode()));
  }

  /** What is said today, of those of whom anything is. */
  private Map<Long, Said> said(Set<Long> orgs) {
    Map<Long, Said> said = new HashMap<>();
    jdbc.query(
        """
        select org, parent, department, active, tier, name from hutong.organization
        where org = any(?) and until = 'infinity' order by org for update
        """,
        row -> {
          said.put(
              row.getLong("org"),
              new Said(
                  row.getObject("parent", Long.class),
                  row.getBoolean("department"),
                  row.getBoolean("active"),
                  row.getString("tier"),
                  row.getString("name")));
        },
        (Object) orgs.toArray(Long[]::new));
    return said;
  }

  /** Refuses a loop. Where several writers would close one together the last of them is refused. */
  @Override
  public void check(Set<Long> moved, Map<Long, String> places) {
    if (moved.isEmpty()) {
      return;
    }
    rows.alone();
    Map<Long, Long> parents = new HashMap<>();
    Map<Long, String> names = new HashMap<>();
    jdbc.query(
        """
        with recursive above (org, parent, name) as (
          select org, parent, name from hutong.organization
          where org = any(?) and until = 'infinity'
          union
          select o.org, o.parent, o.name
          from above a join hutong.organization o on o.org = a.parent and o.until = 'infinity'
        )
        select org, parent, name from above
        """,
        row -> {
          parents.put(row.getLong("org"), row.getObject("parent", Long.class));
          names.put(row.getLong("org"), row.getString("name"));
        },
        (Object) moved.toArray(Long[]::new));
    List<Problem.Issue> issues = new ArrayList<>();
    for (List<Long> loop : Loops.of(moved, parents)) {
      String chain =
          loop.stream()
              .limit(NAMED)
              .map(org -> Problem.printable(names.get(org)))
              .collect(Collectors.joining(" → "));
      String whole =
          chain
              + (loop.size() > NAMED ? " → …" : "")
              + " → "
              + Problem.printable(names.get(loop.get(0)));
      issues.addAll(
          Problem.at(
                  places.getOrDefault(loop.get(0), "Organization") + ".partOf",
                  ProblemCode.DIRECTORY_LOOP,
                  whole)
              .issues());
    }
    if (!issues.isEmpty()) {
      throw new Problem(issues);
    }
  }

  /** What they are called today. */
  Map<Long, String> names(Set<Long> orgs) {
    Map<Long, String> names = new LinkedHashMap<>();
    jdbc.query(
        "select distinct on (org) org, name from hutong.organization where org = any(?)"
            + " order by org, since desc",
        row -> {
          names.put(row.getLong("org"), row.getString("name"));
        },
        (Object) orgs.toArray(Long[]::new));
    return names;
  }
}
