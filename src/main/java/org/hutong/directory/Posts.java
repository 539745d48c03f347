package org.hutong.directory;

import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Canonical;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Who works where, from when until when, and by whom they were sent. */
@Component
class Posts implements Kept {
  static final String RULE = "hutong-post";

  private static final int VERSION = 2;

  static final String SECONDMENT = Canonical.BASE + "/StructureDefinition/secondment";
  static final String KIND = "kind";
  static final String HOME = "homeOrganization";

  private final JdbcTemplate jdbc;
  private final DirectoryRows rows;

  Posts(JdbcTemplate jdbc, DirectoryRows rows) {
    this.jdbc = jdbc;
    this.rows = rows;
  }

  @Override
  public String type() {
    return "PractitionerRole";
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
    Set<String> organizations = new HashSet<>();
    Set<String> practitioners = new HashSet<>();
    Map<Long, PractitionerRole> roles = new HashMap<>();
    resources.forEach(
        (row, resource) -> {
          if (resource instanceof PractitionerRole role) {
            roles.put(row, role);
            organizations.add(id(role.getOrganization(), "Organization"));
            organizations.add(id(home(role), "Organization"));
            practitioners.add(id(role.getPractitioner(), "Practitioner"));
          }
        });
    Map<String, Long> places = rows.ids("Organization", organizations);
    Map<String, Long> persons = rows.ids("Practitioner", practitioners);
    jdbc.update(
        "delete from hutong.post where post = any(?)",
        (Object) resources.keySet().toArray(Long[]::new));
    List<Object[]> kept = new ArrayList<>();
    roles.forEach(
        (row, role) -> {
          Span span = Span.of(role.getPeriod());
          Long practitioner = persons.get(id(role.getPractitioner(), "Practitioner"));
          Long organization = places.get(id(role.getOrganization(), "Organization"));
          if (practitioner != null
              && organization != null
              && !Kept.isVoid(role.hasActive(), role.getActive(), span)) {
            kept.add(
                new @Nullable Object[] {
                  row,
                  practitioner,
                  organization,
                  places.get(id(home(role), "Organization")),
                  Span.sql(span.since()),
                  Span.sql(span.until()),
                  kind(role)
                });
          }
        });
    jdbc.batchUpdate(
        """
        insert into hutong.post (post, practitioner, organization, home, since, until, kind)
        values (?, ?, ?, ?, coalesce(?, '-infinity'::timestamptz),
          coalesce(?, 'infinity'::timestamptz), ?)
        """,
        kept,
        new int[] {
          Types.BIGINT,
          Types.BIGINT,
          Types.BIGINT,
          Types.BIGINT,
          Types.TIMESTAMP_WITH_TIMEZONE,
          Types.TIMESTAMP_WITH_TIMEZONE,
          Types.VARCHAR
        });
    return roles.keySet();
  }

  private static String id(@Nullable Reference reference, String type) {
    String id = reference == null ? null : DirectoryRows.target(reference, type);
    return id == null ? "" : id;
  }

  /** The institution that seconds; null for an ordinary post. */
  static @Nullable Reference home(PractitionerRole role) {
    return part(role, HOME) instanceof Reference home ? home : null;
  }

  static @Nullable String kind(PractitionerRole role) {
    return part(role, KIND) instanceof Coding kind ? kind.getCode() : null;
  }

  private static @Nullable Object part(PractitionerRole role, String url) {
    Extension secondment = role.getExtensionByUrl(SECONDMENT);
    Extension part = secondment == null ? null : secondment.getExtensionByUrl(url);
    return part == null ? null : part.getValue();
  }
}
