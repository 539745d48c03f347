package org.hutong.store;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.dao.IDao;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Facts;
import org.hutong.fhir.Institution;
import org.hutong.fhir.Stage;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Stage NARROW_ROW: one row of ours per resource in {@code hutong.resource}, written in the
 * transaction of the resource: both are there or neither. It alone says who owns a resource.
 *
 * <p>The rows of one transaction go to the database in one statement, just before it commits.
 */
@Component
@Interceptor(order = Stage.NARROW_ROW)
class NarrowRow implements EngineStage {
  private static final String UPSERT =
      """
      insert into hutong.resource (res_id, type, patient, owner, clinical_time, source)
      select r.res_id, r.type,
             case when r.type = 'Patient' then r.res_id else p.res_id end,
             ?, r.clinical_time::timestamptz, r.source
      from unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[])
             as r(res_id, type, patient, clinical_time, source)
      left join public.hfj_resource p on p.res_type = 'Patient' and p.fhir_id = r.patient
      on conflict (res_id) do update
      set patient = excluded.patient, clinical_time = excluded.clinical_time,
          source = excluded.source, deleted_at = null
      """;

  private final JdbcTemplate jdbc;
  private final Owners owners;

  NarrowRow(JdbcTemplate jdbc, Owners owners) {
    this.jdbc = jdbc;
    this.owners = owners;
  }

  private record Row(long id, String type, Facts facts, @Nullable String source) {}

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void created(IBaseResource resource, RequestDetails request) {
    pending(request).add(resource);
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after, RequestDetails request) {
    pending(request).add(after);
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED)
  public void deleted(IBaseResource resource) {
    jdbc.update("update hutong.resource set deleted_at = now() where res_id = ?", pid(resource));
  }

  private Pending pending(RequestDetails request) {
    Pending pending = (Pending) TransactionSynchronizationManager.getResource(this);
    if (pending == null) {
      pending = new Pending(owners.id(institution(request)));
      TransactionSynchronizationManager.bindResource(this, pending);
      TransactionSynchronizationManager.registerSynchronization(pending);
    }
    return pending;
  }

  private static Institution institution(RequestDetails request) {
    if (request instanceof ServletRequestDetails servlet
        && servlet.getServletRequest().getAttribute(Institution.ATTRIBUTE)
            instanceof Institution institution) {
      return institution;
    }
    throw new IllegalStateException("A write must say for which institution it is made");
  }

  private static long pid(IBaseResource resource) {
    JpaPid pid = IDao.RESOURCE_PID.get(resource);
    if (pid == null) {
      throw new IllegalStateException("The engine gave a stored resource no row id");
    }
    return pid.getId();
  }

  /** The rows of the present transaction. */
  private class Pending implements TransactionSynchronization {
    private final int owner;
    private final List<Row> rows = new ArrayList<>();

    Pending(int owner) {
      this.owner = owner;
    }

    void add(IBaseResource written) {
      Resource resource = (Resource) written;
      String source = resource.getMeta().getSource();
      rows.add(new Row(pid(written), resource.fhirType(), Facts.of(resource), source));
    }

    @Override
    public void beforeCommit(boolean readOnly) {
      jdbc.execute(
          UPSERT,
          (PreparedStatement statement) -> {
            statement.setInt(1, owner);
            statement.setArray(2, array(statement, "bigint", rows.stream().map(Row::id)));
            statement.setArray(3, array(statement, "text", rows.stream().map(Row::type)));
            statement.setArray(
                4, array(statement, "text", rows.stream().map(row -> row.facts().patient())));
            statement.setArray(
                5,
                array(
                    statement, "text", rows.stream().map(row -> text(row.facts().clinicalTime()))));
            statement.setArray(6, array(statement, "text", rows.stream().map(Row::source)));
            return statement.executeUpdate();
          });
    }

    @Override
    public void afterCompletion(int status) {
      TransactionSynchronizationManager.unbindResourceIfPossible(NarrowRow.this);
    }
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private static Array array(
      PreparedStatement statement, String type, java.util.stream.Stream<?> values)
      throws java.sql.SQLException {
    return statement.getConnection().createArrayOf(type, values.toArray());
  }
}
