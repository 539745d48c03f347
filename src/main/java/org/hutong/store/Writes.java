package org.hutong.store;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes that a module makes of what was posted to it, by the stages that all writes go through.
 */
@Component
public class Writes {
  private final FhirContext context;
  private final DaoRegistry engine;
  private final JdbcTemplate jdbc;
  private final WritesInTurn turns;
  private final TransactionTemplate transaction;

  Writes(
      FhirContext context,
      DaoRegistry engine,
      JdbcTemplate jdbc,
      WritesInTurn turns,
      PlatformTransactionManager transactions) {
    this.context = context;
    this.engine = engine;
    this.jdbc = jdbc;
    this.turns = turns;
    this.transaction = new TransactionTemplate(transactions);
  }

  /**
   * Works in one transaction.
   *
   * @param keep false to take back all that was written, once it is sure that it could be kept
   */
  public <T> T inOne(boolean keep, Supplier<T> work) {
    T done =
        transaction.execute(
            status -> {
              T result = work.get();
              if (!keep) {
                TransactionSynchronizationUtils.triggerBeforeCommit(false);
                status.setRollbackOnly();
              }
              return result;
            });
    if (done == null) {
      throw new IllegalStateException("A transaction gave no result");
    }
    return done;
  }

  /**
   * The same, when the turn has come to change some resources: it waits for them before all else,
   * as every other write does.
   *
   * @param changed that will be changed, by logical id
   */
  public <T> T inOne(boolean keep, Collection<String> changed, Supplier<T> work) {
    Claims claims = new Claims();
    changed.forEach(claims::resource);
    return inOne(
        keep,
        () -> {
          if (!claims.isEmpty()) {
            turns.lock(claims);
          }
          return work.get();
        });
  }

  /** The present versions of resources by row id, with id and version; without what is deleted. */
  public Map<Long, Resource> read(Collection<Long> rows) {
    Map<Long, Resource> read = new HashMap<>();
    jdbc.query(
        """
        select r.res_id, r.res_type, r.fhir_id, r.res_ver, v.res_text_vc
        from public.hfj_resource r
        join public.hfj_res_ver v on v.res_id = r.res_id and v.res_ver = r.res_ver
        where r.res_id = any(?) and r.res_deleted_at is null
        """,
        row -> {
          Resource resource =
              (Resource) context.newJsonParser().parseResource(row.getString("res_text_vc"));
          resource.setId(
              new IdType(
                  row.getString("res_type"), row.getString("fhir_id"), row.getString("res_ver")));
          read.put(row.getLong("res_id"), resource);
        },
        (Object) rows.toArray(Long[]::new));
    return read;
  }

  /** Carries out a transaction Bundle within the present transaction. */
  @SuppressWarnings("unchecked") // the one system of R4
  public void write(Bundle bundle, RequestDetails request) {
    ((IFhirSystemDao<Bundle, ?>) engine.getSystemDao()).transactionNested(request, bundle);
  }
}
