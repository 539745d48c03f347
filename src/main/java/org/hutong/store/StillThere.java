package org.hutong.store;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.model.api.ResourceMetadataKeyEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Stage;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Stage STILL_THERE: what a condition has found may be deleted before it is read. Who named it by
 * its id may bring it back (decision 0010); a condition does not find what is deleted, and is asked
 * again.
 */
@Component
@Interceptor(order = Stage.STILL_THERE)
class StillThere implements EngineStage {
  private final JdbcTemplate jdbc;

  StillThere(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after, @Nullable RequestDetails request) {
    Claims claims = Conditions.of(request);
    String id = after.getIdElement().getIdPart();
    if (!claims.locks().isEmpty() && !claims.ids().contains(id) && isDeleted(id)) {
      throw deleted();
    }
  }

  /** The engine looks for a former deletion where the id is given, not where a condition is. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
  public void deleted(IBaseResource resource) {
    if (ResourceMetadataKeyEnum.DELETED_AT.get(resource) != null) {
      throw deleted();
    }
  }

  private boolean isDeleted(String id) {
    return !jdbc.queryForList(
            """
            select 1 from public.hfj_resource where fhir_id = ? and res_deleted_at is not null
            for no key update
            """,
            id)
        .isEmpty();
  }

  private static RuntimeException deleted() {
    return new OptimisticLockingFailureException("What the condition has found was deleted");
  }
}
