package org.hutong.store;

import ca.uhn.fhir.interceptor.api.IInterceptorBroadcaster;
import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.dao.SearchBuilderFactory;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.model.util.SearchParamHash;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.interceptor.ServerInterceptorUtil;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Facts;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The record of one Patient: the Patient, what refers to it, what refers to that and belongs to no
 * other patient, and of what all these refer to whatever belongs to no patient's record:
 * institutions, staff, roles, medications. HAPI's own {@code $everything} holds its filters against
 * some of these only.
 */
@Component
public class Records {
  /** Search parameters that say until when something that had begun before went on. */
  private static final Map<String, String> SPANS =
      Map.ofEntries(
          Map.entry("CarePlan", "date"),
          Map.entry("CareTeam", "date"),
          Map.entry("Condition", "onset-date"),
          Map.entry("DiagnosticReport", "date"),
          Map.entry("DocumentReference", "period"),
          Map.entry("Encounter", "date"),
          Map.entry("EpisodeOfCare", "date"),
          Map.entry("Flag", "date"),
          Map.entry("MedicationAdministration", "effective-time"),
          Map.entry("MedicationStatement", "effective"),
          Map.entry("Observation", "date"),
          Map.entry("Procedure", "date"),
          Map.entry("Provenance", "when"),
          Map.entry("ServiceRequest", "occurrence"),
          Map.entry("Specimen", "collected"),
          Map.entry("Task", "period"));

  private static final Long[] SPAN_HASHES =
      SPANS.entrySet().stream()
          .map(span -> SearchParamHash.hashSearchParam(span.getKey(), span.getValue()))
          .toArray(Long[]::new);

  private static final String MEMBERS =
      """
      with recursive
      wanted as (
        select ?::bigint as patient, ?::timestamptz as since, ?::timestamptz as start,
               ?::timestamptz as before, ?::text[] as types
      ),
      belongs (res_id) as (
        select patient from wanted
        union
        select l.src_resource_id
        from belongs b
        join public.hfj_res_link l on l.target_resource_id = b.res_id
        join hutong.resource n on n.res_id = l.src_resource_id
        cross join wanted w
        where n.deleted_at is null and n.type = any(?)
          and (b.res_id = w.patient or n.patient is null or n.patient = w.patient)
      ),
      dated (res_id) as (
        select n.res_id
        from belongs b join hutong.resource n on n.res_id = b.res_id cross join wanted w
        where n.clinical_time is null
           or ((w.start is null or n.clinical_time >= w.start)
               and (w.before is null or n.clinical_time < w.before))
           or (n.clinical_time < w.start
               and exists (select 1 from public.hfj_spidx_date d
                           where d.res_id = n.res_id and d.hash_identity = any(?)
                             and d.sp_value_high >= w.start at time zone 'UTC'))
      ),
      supports (res_id) as (
        select n.res_id
        from dated d
        join public.hfj_res_link l on l.src_resource_id = d.res_id
        join hutong.resource n on n.res_id = l.target_resource_id
        where n.patient is null and n.deleted_at is null
        union
        select n.res_id
        from supports s
        join public.hfj_res_link l on l.src_resource_id = s.res_id
        join hutong.resource n on n.res_id = l.target_resource_id
        where n.patient is null and n.deleted_at is null
      )
      select r.res_id
      from (select res_id from dated union select res_id from supports) m
      join public.hfj_resource r on r.res_id = m.res_id
      cross join wanted w
      where r.res_deleted_at is null
        and (w.types is null or r.res_type = any(w.types))
        and (w.since is null or r.res_updated >= w.since at time zone 'UTC')
      order by r.res_id <> w.patient, r.res_id
      """;

  private final JdbcTemplate jdbc;
  private final ISearchBuilder<JpaPid> rows;
  private final IInterceptorBroadcaster interceptors;
  private final TransactionTemplate transaction;
  private final Completeness completeness;

  @SuppressWarnings("unchecked") // the factory makes what it is asked for
  Records(
      JdbcTemplate jdbc,
      SearchBuilderFactory<?> builders,
      IInterceptorBroadcaster interceptors,
      PlatformTransactionManager transactions,
      Completeness completeness) {
    this.jdbc = jdbc;
    this.completeness = completeness;
    this.rows = (ISearchBuilder<JpaPid>) builders.newSearchBuilder("Patient", Patient.class);
    this.interceptors = interceptors;
    this.transaction = new TransactionTemplate(transactions);
    transaction.setReadOnly(true);
  }

  /**
   * Which part of a record is asked for.
   *
   * @param types only these types; empty for all
   * @param since only what was written at this time or later
   * @param start only what happened, or still went on, at this time or later; what does not say
   *     when it happened is always part of it
   * @param before only what had begun earlier than this
   */
  public record Part(
      Set<String> types,
      @Nullable Instant since,
      @Nullable Instant start,
      @Nullable Instant before) {}

  /**
   * A page of a record. The order is that in which the resources were created, after the Patient.
   *
   * @param total resources of the whole part
   * @param more whether others follow
   */
  public record Page(int total, List<Resource> resources, boolean more) {}

  /**
   * Reads a page.
   *
   * @param after the resource, as type and id, with which the page before ended; null for the first
   * @param size resources at most; 0 to count only
   * @throws Problem not found or gone, for the Patient; an invalid parameter {@code _after}; links
   *     or narrow rows that are not complete
   */
  public Page page(
      IIdType patient, Part part, @Nullable IIdType after, int size, RequestDetails request) {
    Facts.types().forEach(completeness::requireRecords);
    SPANS.forEach(completeness::require);
    Page page =
        transaction.execute(
            status -> {
              long patientRow = patientRow(patient);
              List<Long> members = members(patientRow, part);
              int from = after == null ? 0 : position(members, patientRow, row(after));
              List<Long> chosen = members.subList(from, Math.min(members.size(), from + size));
              return new Page(
                  members.size(),
                  resources(chosen, request),
                  size > 0 && from + size < members.size());
            });
    if (page == null) {
      throw new IllegalStateException("A transaction gave no result");
    }
    return page;
  }

  /** Resources by row id, as they are shown; those deleted meanwhile are left out. */
  public List<Resource> rows(List<Long> rows, RequestDetails request) {
    List<Resource> found =
        transaction.execute(
            status ->
                resources(rows, request).stream().filter(r -> !r.getMeta().isEmpty()).toList());
    return found == null ? List.of() : found;
  }

  private List<Long> members(long patient, Part part) {
    return jdbc.queryForList(
        MEMBERS,
        Long.class,
        patient,
        text(part.since()),
        text(part.start()),
        text(part.before()),
        part.types().isEmpty() ? null : part.types().toArray(String[]::new),
        Facts.recordTypes().toArray(String[]::new),
        SPAN_HASHES);
  }

  private long patientRow(IIdType patient) {
    List<Boolean> deleted = new ArrayList<>();
    List<Long> found =
        jdbc.query(
            """
            select res_id, res_deleted_at is not null as deleted
            from public.hfj_resource where res_type = 'Patient' and fhir_id = ?
            """,
            (row, number) -> {
              deleted.add(row.getBoolean("deleted"));
              return row.getLong("res_id");
            },
            patient.getIdPart());
    if (found.isEmpty()) {
      throw Problem.of(ProblemCode.NOT_FOUND);
    }
    if (deleted.get(0)) {
      throw Problem.of(ProblemCode.GONE);
    }
    return found.get(0);
  }

  private long row(IIdType resource) {
    return jdbc
        .queryForList(
            "select res_id from public.hfj_resource where res_type = ? and fhir_id = ?",
            Long.class,
            resource.getResourceType(),
            resource.getIdPart())
        .stream()
        .findFirst()
        .orElseThrow(
            () -> Problem.parameterInvalid("_after", null, "Bundle.link.where(relation='next')"));
  }

  /** Where the page after a row begins, even when the row itself has gone meanwhile. */
  private static int position(List<Long> members, long patient, long after) {
    int position = 0;
    while (position < members.size()
        && (members.get(position) == patient
            || (after != patient && members.get(position) <= after))) {
      position++;
    }
    return position;
  }

  private List<Resource> resources(List<Long> chosen, RequestDetails request) {
    if (chosen.isEmpty()) {
      return List.of();
    }
    List<IBaseResource> loaded =
        rows.loadResourcesByPid(chosen.stream().map(JpaPid::fromId).toList(), request);
    return ServerInterceptorUtil.fireStoragePreshowResource(
            new ArrayList<>(loaded), request, interceptors)
        .stream()
        .map(Resource.class::cast)
        .toList();
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
