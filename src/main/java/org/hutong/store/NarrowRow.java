package org.hutong.store;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.storage.IResourcePersistentId;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Facts;
import org.hutong.fhir.Institution;
import org.hutong.fhir.Stage;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Stage NARROW_ROW: one row of ours per resource in {@code hutong.resource}, written in the
 * transaction of the resource: both are there or neither. It alone says who owns a resource.
 */
@Component
@Interceptor(order = Stage.NARROW_ROW)
class NarrowRow implements EngineStage {
  private static final BulkInsert UPSERT =
      new BulkInsert(
          "hutong.resource",
          "",
          "",
          "res_id int8, type text, patient int8, owner int4, clinical_time timestamptz,"
              + " source text",
          """
          on conflict (res_id) do update
          set patient = excluded.patient, clinical_time = excluded.clinical_time,
              source = excluded.source, deleted_at = null""");

  /** The same for what is stored already: its owner, its labels and its source stay. */
  private static final String RENEW =
      """
      insert into hutong.resource (res_id, type, patient, owner, clinical_time, deleted_at)
      select ?, ?, ?, ?, ?, res_deleted_at at time zone 'UTC' from public.hfj_resource
      where res_id = ?
      on conflict (res_id) do update
      set patient = excluded.patient, clinical_time = excluded.clinical_time
      where (resource.patient, resource.clinical_time)
          is distinct from (excluded.patient, excluded.clinical_time)
      """;

  private static final String FIND_PATIENT =
      "select res_id from public.hfj_resource where res_type = 'Patient' and fhir_id = ?";

  private final JdbcTemplate jdbc;
  private final Owners owners;
  private final AtCommit atCommit;

  NarrowRow(JdbcTemplate jdbc, Owners owners, AtCommit atCommit) {
    this.jdbc = jdbc;
    this.owners = owners;
    this.atCommit = atCommit;
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void created(
      IBaseResource resource, RequestDetails request, TransactionDetails transaction) {
    add((Resource) resource, request, transaction);
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void updated(
      IBaseResource before,
      IBaseResource after,
      RequestDetails request,
      TransactionDetails transaction) {
    add((Resource) after, request, transaction);
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED)
  public void deleted(IBaseResource resource) {
    jdbc.update(
        "update hutong.resource set deleted_at = now() where res_id = ?", RowIds.of(resource));
  }

  /**
   * Makes the rows of stored resources of one type anew, in the caller's transaction.
   *
   * @param resources by row id; null for what is deleted, whose row stays as it is
   */
  void renew(String type, Map<Long, @Nullable Resource> resources) {
    Set<Long> missing = new HashSet<>(resources.keySet());
    jdbc.query(
        "select res_id from hutong.resource where res_id = any(?)",
        row -> {
          missing.remove(row.getLong("res_id"));
        },
        (Object) missing.toArray(Long[]::new));
    int nobody = missing.isEmpty() ? 0 : owners.nobody();
    List<Object[]> rows = new ArrayList<>();
    resources.forEach(
        (id, resource) -> {
          if (resource != null) {
            Facts facts = Facts.of(resource);
            Instant time = facts.clinicalTime();
            Long patient =
                resource instanceof Patient
                    ? id
                    : patient(resource, facts.patient(), new TransactionDetails());
            Object at = time == null ? null : time.atOffset(ZoneOffset.UTC);
            rows.add(new Object[] {id, type, patient, nobody, at, id});
          } else if (missing.contains(id)) {
            rows.add(new Object[] {id, type, null, nobody, null, id});
          }
        });
    jdbc.batchUpdate(
        RENEW,
        rows,
        new int[] {
          Types.BIGINT,
          Types.VARCHAR,
          Types.BIGINT,
          Types.INTEGER,
          Types.TIMESTAMP_WITH_TIMEZONE,
          Types.BIGINT
        });
  }

  private void add(Resource resource, RequestDetails request, TransactionDetails transaction) {
    Facts facts = Facts.of(resource);
    Instant time = facts.clinicalTime();
    Object[] row = {
      RowIds.of(resource),
      resource.fhirType(),
      patient(resource, facts.patient(), transaction),
      owners.id(Institution.of(request)),
      time == null ? null : time.toEpochMilli(),
      resource.getMeta().getSource()
    };
    atCommit.add(NarrowRow.class, RowIds.of(resource), rows -> rows.accept(UPSERT, row));
  }

  /** The row id of the patient: known to the transaction, which has looked up every target. */
  private @Nullable Long patient(
      Resource resource, @Nullable String id, TransactionDetails transaction) {
    if (resource instanceof Patient) {
      return RowIds.of(resource);
    }
    if (id == null) {
      return null;
    }
    IResourcePersistentId<?> known = transaction.getResolvedResourceId(new IdType("Patient", id));
    if (known instanceof JpaPid pid) {
      return pid.getId();
    }
    return jdbc.query(FIND_PATIENT, rows -> rows.next() ? rows.getLong(1) : null, id);
  }
}
