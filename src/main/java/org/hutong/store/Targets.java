package org.hutong.store;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import ca.uhn.fhir.util.FhirTerser;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * refused, as references are kept without, except where FHIR speaks of a version; there it must
 * exist.
 */
@Component
@Interceptor(order = Stage.TARGETS)
class Targets implements EngineStage {
  /** Ids in one statement, a power of two; a statement has room for 65,535. */
  private static final int MOST = 512;

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
    Set<Reference> mayNameVersion = VersionedReferences.in(resource, terser);
    for (Reference reference :
        terser.getAllPopulatedChildElementsOfType(resource, Reference.class)) {
      IIdType named = reference.getReferenceElement();
      if (named.hasVersionIdPart() && !named.isLocal()) {
        if (!mayNameVersion.contains(reference)) {
          // The engine would drop the version and so refer to another content than was meant.
          throw Problem.of(ProblemCode.REFERENCE_VERSIONED, Problem.printable(named.getValue()));
        }
        requireVersion(named);
      }
      IIdType id = named.hasVersionIdPart() ? named.toVersionless() : named;
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
    List<String> ids = wanted.values().stream().map(IIdType::getIdPart).toList();
    for (int from = 0; from < ids.size(); from += MOST) {
      lookUp(ids.subList(from, Math.min(from + MOST, ids.size())), wanted, transaction);
    }
  }

  /** The engine looks whether the resource exists, not whether the version does. */
  private void requireVersion(IIdType id) {
    Boolean exists =
        jdbc.queryForObject(
            """
            select exists (
              select 1 from public.hfj_res_ver v
              join public.hfj_resource r on r.res_id = v.res_id
              where r.res_type = ? and r.fhir_id = ? and v.res_ver = ?)
            """,
            Boolean.class,
            id.getResourceType(),
            id.getIdPart(),
            id.getVersionIdPartAsLong());
    if (!Boolean.TRUE.equals(exists)) {
      throw Problem.of(ProblemCode.REFERENCE_UNKNOWN, Problem.printable(id.getValue()));
    }
  }

  private void lookUp(
      List<String> ids, Map<String, IIdType> wanted, TransactionDetails transaction) {
    jdbc.query(
        "select res_type, fhir_id, res_id from public.hfj_resource"
            + " where res_deleted_at is null and fhir_id in ("
            + String.join(",", Collections.nCopies(size(ids.size()), "?"))
            + ")",
        row -> {
          IIdType id = new IdType(row.getString("res_type"), row.getString("fhir_id"));
          if (wanted.containsKey(id.getValue())) {
            JpaPid pid = JpaPid.fromId(row.getLong("res_id"));
            pid.setAssociatedResourceId(id);
            transaction.addResolvedResourceId(id, pid);
          }
        },
        padded(ids));
  }

  /** Statements of few lengths, so that each is planned once per connection, not for each write. */
  private static Object[] padded(List<String> ids) {
    Object[] padded = ids.toArray(new Object[size(ids.size())]);
    Arrays.fill(padded, ids.size(), padded.length, ids.get(0));
    return padded;
  }

  /** The next power of two. */
  private static int size(int ids) {
    return ids == 1 ? 1 : Integer.highestOneBit(ids - 1) << 1;
  }
}
