package org.hutong.directory;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.IdType;
import org.hutong.fhir.Problem;
import org.hutong.store.Completeness;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Which institutions there are, who belongs to whose alliance, and who takes in what. */
@Component
public class Directory {
  /** Seconded staff who are one person have the same certificate; others are told apart by row. */
  private static final String SECONDMENTS =
      """
      select p.kind, p.home, p.organization, p.practitioner, min(c.value) as certificate
      from hutong.post p
      left join hutong.directory_code c on c.listed = p.practitioner and c.system = ?
      where p.home is not null and p.since < ? and p.until > ?
        and (?::bigint is null or p.home = ? or p.organization = ?)
      group by p.post order by p.post
      """;

  private static final String TREE =
      """
      with recursive
      asked as (select ?::timestamptz as at, ?::bigint as top),
      taking_part as (
        select m.lead, m.member from asked a
        join hutong.membership m on m.since <= a.at and m.until > a.at
        where a.top is null or m.lead = a.top
      ),
      tree (org) as (
        select top from asked where top is not null
        union select lead from taking_part
        union select member from taking_part
        union
        select o.org
        from tree t cross join asked a
        join hutong.organization o
          on o.parent = t.org and o.since <= a.at and o.until > a.at and not o.department
      )
      select o.org, o.parent, o.tier, o.name, o.active, f.fhir_id,
        (select p.fhir_id from public.hfj_resource p where p.res_id = o.parent) as parent_id,
        coalesce((select min(c.value) from hutong.directory_code c
          where c.listed = o.org and c.system = ?),
          (select min(c.value) from hutong.directory_code c where c.listed = o.org)) as code
      from tree t cross join asked a
      join hutong.organization o on o.org = t.org and o.since <= a.at and o.until > a.at
      join public.hfj_resource f on f.res_id = o.org
      order by o.org
      """;

  private static final String MEMBERSHIPS =
      """
      select m.member, m.lead, m.role, f.fhir_id as lead_id,
        nullif(m.since, '-infinity') as since, nullif(m.until, 'infinity') as until
      from hutong.membership m
      join public.hfj_resource f on f.res_id = m.lead
      where m.since <= ? and m.until > ? and (m.member = any(?) or m.lead = any(?))
      order by m.member, m.since, m.affiliation
      """;

  private static final String RECEIVERS =
      """
      select s.service, s.provider, s.name, s.hours, f.fhir_id
      from hutong.service s
      join hutong.organization o on o.org = s.provider and o.since <= ? and o.until > ?
      join public.hfj_resource f on f.res_id = s.service
      where o.active and ?::text = any(s.kinds)
        and (?::text is null or ?::text = any(s.directions))
        and (?::text is null or ?::text = any(s.channels))
        and (?::text is null or s.specialties = '{}' or exists (
          select from unnest(s.specialties) u(code)
          where starts_with(?::text, u.code) or starts_with(u.code, ?::text)))
      order by s.service
      """;

  private final JdbcTemplate jdbc;
  private final Completeness completeness;
  private final DirectoryRows rows;

  Directory(JdbcTemplate jdbc, Completeness completeness, DirectoryRows rows) {
    this.jdbc = jdbc;
    this.completeness = completeness;
    this.rows = rows;
  }

  /**
   * An institution as the register said on a day.
   *
   * @param row its row id
   * @param id its logical id
   * @param tier code of {@code organization-tier}; null when it has none
   * @param code its WS 218 code, or another number when it has none; null without any
   * @param parent logical id of its administrative parent; null when it has none
   */
  public record Institution(
      long row,
      String id,
      String name,
      @Nullable String tier,
      @Nullable String code,
      boolean active,
      @Nullable String parent) {}

  /**
   * That an institution takes part in an alliance.
   *
   * @param lead logical id of the institution that leads it
   * @param role lead, member or partner; empty for another
   */
  public record Membership(long member, long lead, String leadId, String role, Span period) {}

  /**
   * The institution with a code (social credit, licence, WS 218 or insurance) or logical id.
   *
   * @return its row id; null when there is none, or the code is that of several
   */
  public @Nullable Long institution(String codeOrId) {
    completeness.require("Organization", Organizations.RULE);
    String plain = new IdType(codeOrId).getIdPart();
    if (plain != null) {
      Long row = row(plain);
      if (row != null) {
        return row;
      }
    }
    Set<Long> listed = new HashSet<>();
    rows.listed(List.of(codeOrId)).stream()
        .filter(code -> Organizations.SYSTEMS.contains(code.system()))
        .forEach(code -> listed.add(code.listed()));
    return listed.size() == 1 ? listed.iterator().next() : null;
  }

  /**
   * The institutions below one, those of the alliance that it leads among them, as of the end of a
   * day; without departments.
   *
   * @param top row id; null for all institutions that take part in any alliance
   */
  public List<Institution> tree(@Nullable Long top, LocalDate day) {
    completeness.require("Organization", Organizations.RULE);
    completeness.require("OrganizationAffiliation", Memberships.RULE);
    return jdbc.query(
        TREE,
        (row, number) ->
            new Institution(
                row.getLong("org"),
                row.getString("fhir_id"),
                row.getString("name"),
                row.getString("tier"),
                row.getString("code"),
                row.getBoolean("active"),
                row.getString("parent_id")),
        Span.sql(Span.end(day)),
        top,
        Organizations.INSTITUTION_CODE);
  }

  /** In which alliances institutions take part at an instant; those that lead one lead it. */
  public Map<Long, List<Membership>> memberships(Collection<Long> institutions, Instant at) {
    completeness.require("OrganizationAffiliation", Memberships.RULE);
    Long[] asked = institutions.toArray(Long[]::new);
    Map<Long, List<Membership>> memberships = new LinkedHashMap<>();
    Map<Long, String> leads = new HashMap<>();
    jdbc.query(
        MEMBERSHIPS,
        row -> {
          Membership membership =
              new Membership(
                  row.getLong("member"),
                  row.getLong("lead"),
                  row.getString("lead_id"),
                  row.getString("role"),
                  Span.of(row, ""));
          memberships
              .computeIfAbsent(membership.member(), first -> new ArrayList<>())
              .add(membership);
          leads.put(membership.lead(), membership.leadId());
        },
        Span.sql(at),
        Span.sql(at),
        asked,
        asked);
    leads.forEach(
        (lead, id) -> {
          List<Membership> own = memberships.computeIfAbsent(lead, first -> new ArrayList<>());
          if (own.stream().noneMatch(each -> each.lead() == lead)) {
            own.add(0, new Membership(lead, lead, id, "lead", Span.ALWAYS));
          }
        });
    memberships.keySet().retainAll(new HashSet<>(institutions));
    return memberships;
  }

  /**
   * What is to be received.
   *
   * @param kind code of {@code request-category}
   * @param direction code of {@code referral-direction}; null for any
   * @param channel code of {@code green-channel}; null for any
   * @param specialty code of {@code specialty}; a service of the whole or of a part of it will do
   */
  public record Wanted(
      String kind,
      @Nullable String direction,
      @Nullable String channel,
      @Nullable String specialty) {}

  /**
   * A service that takes it in.
   *
   * @param service its logical id
   * @param provider row id of the institution
   */
  public record Receiver(String service, String name, long provider) {}

  /** Who takes it in at an instant: whose service is open and who takes part in an alliance. */
  public List<Receiver> receivers(Wanted wanted, Instant at) {
    completeness.require("Organization", Organizations.RULE);
    completeness.require("HealthcareService", Services.RULE);
    List<Receiver> open = new ArrayList<>();
    jdbc.query(
        RECEIVERS,
        row -> {
          if (Hours.of(row.getString("hours")).holds(at)) {
            open.add(
                new Receiver(
                    row.getString("fhir_id"), row.getString("name"), row.getLong("provider")));
          }
        },
        Span.sql(at),
        Span.sql(at),
        wanted.kind(),
        wanted.direction(),
        wanted.direction(),
        wanted.channel(),
        wanted.channel(),
        wanted.specialty(),
        wanted.specialty(),
        wanted.specialty());
    Set<Long> taking = memberships(open.stream().map(Receiver::provider).toList(), at).keySet();
    return open.stream().filter(each -> taking.contains(each.provider())).toList();
  }

  /**
   * A secondment.
   *
   * @param person differs between persons
   * @param home row id of the institution that sends
   * @param organization row id of the institution that receives
   */
  public record Secondment(String kind, long home, long organization, String person) {}

  /**
   * The secondments that touch a period, each once.
   *
   * @param institution row id of one that sends or receives; null for all
   */
  public List<Secondment> secondments(LocalDate start, LocalDate end, @Nullable Long institution) {
    completeness.require("PractitionerRole", Posts.RULE);
    completeness.require("Practitioner", Practitioners.RULE);
    return jdbc.query(
        SECONDMENTS,
        (row, number) -> {
          String certificate = row.getString("certificate");
          String kind = row.getString("kind");
          return new Secondment(
              kind == null ? "" : kind,
              row.getLong("home"),
              row.getLong("organization"),
              certificate == null ? "row " + row.getLong("practitioner") : certificate);
        },
        Practitioners.LICENCE,
        Span.sql(Span.start(end.plusDays(1))),
        Span.sql(Span.start(start)),
        institution,
        institution,
        institution);
  }

  /** Institutions as they are said to be at an instant, by row id. */
  Map<Long, Institution> institutions(Collection<Long> asked, Instant at) {
    Map<Long, Institution> found = new HashMap<>();
    jdbc.query(
        """
        select distinct on (o.org) o.org, o.tier, o.name, o.active, f.fhir_id,
          (select p.fhir_id from public.hfj_resource p where p.res_id = o.parent) as parent_id,
          (select min(c.value) from hutong.directory_code c
            where c.listed = o.org and c.system = ?) as code
        from hutong.organization o join public.hfj_resource f on f.res_id = o.org
        where o.org = any(?) and o.since <= ? order by o.org, o.since desc
        """,
        row -> {
          found.put(
              row.getLong("org"),
              new Institution(
                  row.getLong("org"),
                  row.getString("fhir_id"),
                  row.getString("name"),
                  row.getString("tier"),
                  row.getString("code"),
                  row.getBoolean("active"),
                  row.getString("parent_id")));
        },
        Organizations.INSTITUTION_CODE,
        asked.toArray(Long[]::new),
        Span.sql(at));
    return found;
  }

  /** The row id of the Organization with a logical id; null when there is none. */
  @Nullable Long row(String id) {
    return rows.ids("Organization", List.of(id)).get(id);
  }

  /**
   * The institution that a parameter names.
   *
   * @throws Problem when there is none
   */
  @Nullable Long named(String parameter, @Nullable String codeOrId) {
    if (codeOrId == null) {
      return null;
    }
    Long row = institution(codeOrId);
    if (row == null) {
      throw Problem.parameterInvalid(parameter, codeOrId, "Organization/[id], USCC, WS 218, …");
    }
    return row;
  }
}
