package org.hutong.store;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.entity.ResourceIndexedSearchParamToken;
import java.util.List;
import org.hutong.fhir.Problem;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Patients by their identifiers, in the engine's own index. */
@Component
public class Identifiers {
  private static final String TYPE = "Patient";
  private static final String PARAMETER = "identifier";

  /** More bearers of one number would be no answer to anybody. */
  private static final int MOST = 100;

  private final JdbcTemplate jdbc;
  private final PartitionSettings partitions;
  private final Completeness completeness;

  Identifiers(JdbcTemplate jdbc, PartitionSettings partitions, Completeness completeness) {
    this.jdbc = jdbc;
    this.partitions = partitions;
    this.completeness = completeness;
  }

  /**
   * Whether any Patient has an identifier of a system.
   *
   * @throws Problem while the index does not hold all that is stored
   */
  public boolean knows(String system) {
    completeness.require(TYPE, PARAMETER);
    return Boolean.TRUE.equals(
        jdbc.queryForObject(
            "select exists (select 1 from public.hfj_spidx_token where hash_sys = ?)",
            Boolean.class,
            ResourceIndexedSearchParamToken.calculateHashSystem(
                partitions, RequestPartitionId.defaultPartition(), TYPE, PARAMETER, system)));
  }

  /**
   * Row ids of the Patients with an identifier.
   *
   * @throws Problem while the index does not hold all that is stored
   */
  public List<Long> patients(String system, String value) {
    completeness.require(TYPE, PARAMETER);
    return jdbc.queryForList(
        "select distinct t.res_id from public.hfj_spidx_token t"
            + " join public.hfj_resource r on r.res_id = t.res_id and r.res_deleted_at is null"
            + " where t.hash_sys_and_value = ? order by t.res_id limit "
            + MOST,
        Long.class,
        ResourceIndexedSearchParamToken.calculateHashSystemAndValue(
            partitions, RequestPartitionId.defaultPartition(), TYPE, PARAMETER, system, value));
  }

  /** Row id of the Patient with a logical id; none when there is no such Patient. */
  public List<Long> patients(String id) {
    return jdbc.queryForList(
        "select res_id from public.hfj_resource"
            + " where res_type = 'Patient' and fhir_id = ? and res_deleted_at is null",
        Long.class,
        id);
  }
}
