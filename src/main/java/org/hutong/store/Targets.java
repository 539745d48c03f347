package org.hutong.store;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import ca.uhn.fhir.util.FhirTerser;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.Stage;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Stage TARGETS: looks up everything that a resource refers to in one statement, where the engine
 * would ask for one target after the other. What is not found is left to the engine, which refuses
 * it; in a transaction the engine has looked up all targets already. A reference to one version is
 * refused: references are kept without.
 */
@Component
@Interceptor(order = Stage.TARGETS)
class Targets implements EngineStage {
  private final JdbcTemplate jdbc;
  private final FhirTerser terser;

  Targets(JdbcTemplate jdbc, FhirContext context) {
    this.jdbc = jdbc;
    this.terser = context.newTerser();
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource, TransactionDetails transaction) {
    lookUp(resource, transaction);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after, TransactionDetails transaction) {
    lookUp(after, transaction);
  }

  private void lookUp(IBaseResource resource, TransactionDetails transaction) {
    Map<String, IIdType> wanted = new LinkedHashMap<>();
    for (Reference reference :
        terser.getAllPopulatedChildElementsOfType(resource, Reference.class)) {
      IIdType id = reference.getReferenceElement();
      if (id.hasVersionIdPart() && !id.isLocal()) {
        // The engine would drop the version and so refer to another content than was meant.
        throw Problem.of(ProblemCode.REFERENCE_VERSIONED, Problem.printable(id.getValue()));
      }
      if (id.hasResourceType()
          && id.hasIdPart()
          && !id.isAbsolute()
          && !transaction.hasResolvedResourceId(id)) {
        wanted.put(id.getValue(), id);
      }
    }
    if (wanted.size() < 2) {
      return;
    }
    jdbc.query(
        """
        select r.res_type, r.fhir_id, r.res_id
        from unnest(?::text[], ?::text[]) as w(type, id)
        join public.hfj_resource r on r.res_type = w.type and r.fhir_id = w.id
        where r.res_deleted_at is null
        """,
        row -> {
          IIdType id = new IdType(row.getString("res_type"), row.getString("fhir_id"));
          JpaPid pid = JpaPid.fromId(row.getLong("res_id"));
          pid.setAssociatedResourceId(id);
          transaction.addResolvedResourceId(id, pid);
        },
        wanted.values().stream().map(IIdType::getResourceType).toArray(String[]::new),
        wanted.values().stream().map(IIdType::getIdPart).toArray(String[]::new));
  }
}
