package org.hutong.directory;

import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.OrganizationAffiliation;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Who takes part in whose alliance, from when until when. */
@Component
class Memberships implements Kept {
  static final String RULE = "hutong-membership";

  private static final int VERSION = 2;

  static final String ROLES = Canonical.BASE + "/CodeSystem/affiliation-role";
  private static final Set<String> KNOWN = Set.of("lead", "member", "partner");

  private final JdbcTemplate jdbc;
  private final DirectoryRows rows;
  private final Organizations organizations;

  Memberships(JdbcTemplate jdbc, DirectoryRows rows, Organizations organizations) {
    this.jdbc = jdbc;
    this.rows = rows;
    this.organizations = organizations;
  }

  @Override
  public String type() {
    return "OrganizationAffiliation";
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

  @Override
  public Set<Long> keep(Map<Long, @Nullable Resource> resources) {
    Set<String> named = new HashSet<>();
    resources
        .values()
        .forEach(
            resource -> {
              if (resource instanceof OrganizationAffiliation affiliation) {
                named.add(lead(affiliation));
                named.add(member(affiliation));
              }
            });
    named.remove("");
    Map<String, Long> ids = rows.ids("Organization", named);
    jdbc.update(
        "delete from hutong.membership where affiliation = any(?)",
        (Object) resources.keySet().toArray(Long[]::new));
    List<Object[]> kept = new ArrayList<>();
    Set<Long> written = new HashSet<>();
    resources.forEach(
        (row, resource) -> {
          if (resource instanceof OrganizationAffiliation affiliation) {
            Span span = Span.of(affiliation.getPeriod());
            Long lead = ids.get(lead(affiliation));
            Long member = ids.get(member(affiliation));
            if (lead != null
                && member != null
                && !Kept.isVoid(affiliation.hasActive(), affiliation.getActive(), span)) {
              written.add(row);
              kept.add(
                  new @Nullable Object[] {
                    row,
                    lead,
                    member,
                    Span.sql(span.since()),
                    Span.sql(span.until()),
                    role(affiliation)
                  });
            }
          }
        });
    jdbc.batchUpdate(
        """
        insert into hutong.membership (affiliation, lead, member, since, until, role)
        values (?, ?, ?, coalesce(?, '-infinity'::timestamptz), coalesce(?, 'infinity'::timestamptz), ?)
        """,
        kept,
        new int[] {
          Types.BIGINT,
          Types.BIGINT,
          Types.BIGINT,
          Types.TIMESTAMP_WITH_TIMEZONE,
          Types.TIMESTAMP_WITH_TIMEZONE,
          Types.VARCHAR
        });
    return written;
  }

  private static String lead(OrganizationAffiliation affiliation) {
    String id = DirectoryRows.target(affiliation.getOrganization(), "Organization");
    return id == null ? "" : id;
  }

  private static String member(OrganizationAffiliation affiliation) {
    String id = DirectoryRows.target(affiliation.getParticipatingOrganization(), "Organization");
    return id == null ? "" : id;
  }

  static String role(OrganizationAffiliation affiliation) {
    return affiliation.getCode().stream()
        .flatMap(code -> code.getCoding().stream())
        .filter(coding -> ROLES.equals(coding.getSystem()))
        .map(Coding::getCode)
        .filter(KNOWN::contains)
        .findFirst()
        .orElse("");
  }

  /** Two memberships that cannot both be. */
  private record Clash(long affiliation, long member, long lead, Span span, long other, Span its) {}

  @Override
  public void check(Set<Long> written, Map<Long, String> places) {
    if (written.isEmpty()) {
      return;
    }
    rows.alone();
    List<Clash> clashes =
        jdbc.query(
            """
            select c.affiliation, c.member, c.lead, c.other,
              nullif(c.since, '-infinity') as since, nullif(c.until, 'infinity') as until,
              nullif(c.its_since, '-infinity') as its_since,
              nullif(c.its_until, 'infinity') as its_until
            from (
              select a.affiliation, a.member, a.lead, b.lead as other, b.affiliation as its,
                a.since, a.until, b.since as its_since, b.until as its_until
              from hutong.membership a
              join hutong.membership b on b.member = a.member and b.affiliation <> a.affiliation
                and a.since < b.until and b.since < a.until
              where a.affiliation = any(?)
                and (a.lead = b.lead
                  or (a.role in ('lead', 'member') and b.role in ('lead', 'member')))
              union
              -- Who leads an alliance belongs to it, whether or not that is written too.
              select a.affiliation, case when a.lead = b.member then b.member else a.member end,
                a.lead, b.lead, b.affiliation, a.since, a.until, b.since, b.until
              from hutong.membership a
              join hutong.membership b on (b.member = a.lead or b.lead = a.member)
                and a.since < b.until and b.since < a.until
              where a.affiliation = any(?) and a.lead <> b.lead
                and a.role in ('lead', 'member') and b.role in ('lead', 'member')) c
            order by c.affiliation, c.its limit 100
            """,
            (row, number) ->
                new Clash(
                    row.getLong("affiliation"),
                    row.getLong("member"),
                    row.getLong("lead"),
                    Span.of(row, ""),
                    row.getLong("other"),
                    Span.of(row, "its_")),
            written.toArray(Long[]::new),
            written.toArray(Long[]::new));
    if (clashes.isEmpty()) {
      return;
    }
    Set<Long> named = new HashSet<>();
    clashes.forEach(clash -> named.addAll(List.of(clash.member(), clash.lead(), clash.other())));
    Map<Long, String> names = new HashMap<>();
    organizations.names(named).forEach((org, name) -> names.put(org, Problem.printable(name)));
    List<Problem.Issue> issues = new ArrayList<>();
    for (Clash clash : clashes) {
      String at = places.getOrDefault(clash.affiliation(), "OrganizationAffiliation") + ".period";
      String member = names.getOrDefault(clash.member(), "?");
      String lead = names.getOrDefault(clash.lead(), "?");
      Problem problem =
          clash.lead() == clash.other()
              ? Problem.at(
                  at,
                  ProblemCode.MEMBERSHIP_OVERLAP,
                  member,
                  lead,
                  clash.its().text(),
                  clash.span().text())
              : Problem.at(
                  at,
                  ProblemCode.MEMBERSHIP_OF_TWO,
                  member,
                  lead,
                  clash.its().text(),
                  clash.span().text(),
                  names.getOrDefault(clash.other(), "?"));
      issues.addAll(problem.issues());
    }
    throw new Problem(issues);
  }
}
