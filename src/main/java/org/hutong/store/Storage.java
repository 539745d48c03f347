package org.hutong.store;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import ca.uhn.fhir.rest.param.TokenAndListParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.util.Collection;
import java.util.List;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Institution;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Reads and writes single resources for other modules, through every stage of the engine. */
@Component
public class Storage {
  private final DaoRegistry engine;
  private final JdbcTemplate jdbc;
  private final Completeness completeness;

  Storage(DaoRegistry engine, JdbcTemplate jdbc, Completeness completeness) {
    this.engine = engine;
    this.jdbc = jdbc;
    this.completeness = completeness;
  }

  /**
   * Reads the present version, or the one that the id names.
   *
   * @throws org.hutong.fhir.Problem not found or gone, once the engine's error is translated
   */
  public Resource read(IIdType id, RequestDetails details) {
    return (Resource) engine.getResourceDao(id.getResourceType()).read(id, details);
  }

  /**
   * Writes the next version, in the transaction of the caller.
   *
   * @param resource its id names the version that it follows
   * @return as it is stored
   */
  public <T extends Resource> Resource update(T resource, RequestDetails details) {
    return (Resource)
        engine
            .getResourceDao(resource.fhirType())
            .update(resource, null, true, false, details, new TransactionDetails())
            .getResource();
  }

  /** Those that bear every one of some identifiers; two at most. */
  public List<IdType> bearing(
      String type, Collection<Identifier> identifiers, RequestDetails details) {
    completeness.require(type, "identifier");
    TokenAndListParam all = new TokenAndListParam();
    identifiers.forEach(
        identifier ->
            all.addAnd(
                new TokenOrListParam()
                    .addOr(new TokenParam(identifier.getSystem(), identifier.getValue()))));
    SearchParameterMap search = new SearchParameterMap().setLoadSynchronousUpTo(2);
    search.add("identifier", all);
    return engine.getResourceDao(type).search(search, details).getAllResources().stream()
        .map(found -> new IdType(type, found.getIdElement().getIdPart()))
        .toList();
  }

  /** Whose resource it is; null when nobody knows. */
  public @Nullable Institution owner(IIdType id) {
    return jdbc
        .queryForList(
            """
            select i.code from public.hfj_resource f
            join hutong.resource n on n.res_id = f.res_id
            join hutong.institution i on i.id = n.owner
            where f.res_type = ? and f.fhir_id = ? and i.code <> '?'
            """,
            String.class,
            id.getResourceType(),
            id.getIdPart())
        .stream()
        .findFirst()
        .map(Institution::new)
        .orElse(null);
  }
}
