package org.hutong.store;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.dao.IJpaStorageResourceParser;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.model.entity.ResourceTable;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FlushModeType;
import java.sql.Timestamp;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives stored resources the index rows that they would get if they were written today. No version
 * is made and no stored text is changed.
 *
 * <p>All of a batch is seen as of one instant (REPEATABLE READ): rows that another transaction
 * changes meanwhile are either left as that one wrote them, or the batch fails. What remains is a
 * write that had read the old index rows before the batch committed and commits after it: it leaves
 * rows that belong to the former content. {@link #overtaken} finds those.
 */
@Component
class Reindexing {
  /**
   * Writes that have begun before an instant and not ended. Other programs that read the database,
   * such as a backup, are none of them.
   */
  private static final String OLDER =
      """
      select exists (
        select from pg_stat_activity
        where datname = current_database() and application_name = 'hutong'
          and xact_start <= ? and pid <> pg_backend_pid())
      """;

  private final DaoRegistry engine;
  private final IJpaStorageResourceParser parser;
  private final EntityManager entities;
  private final TransactionTemplate transaction;
  private final JdbcTemplate jdbc;
  private final NarrowRow narrowRows;
  private final IndexRules rules;
  private final List<Beside> besides;

  Reindexing(
      DaoRegistry engine,
      IJpaStorageResourceParser parser,
      EntityManagerFactory factory,
      PlatformTransactionManager transactions,
      JdbcTemplate jdbc,
      NarrowRow narrowRows,
      IndexRules rules,
      List<Beside> besides) {
    this.engine = engine;
    this.parser = parser;
    this.entities = SharedEntityManagerCreator.createSharedEntityManager(factory);
    this.transaction = new TransactionTemplate(transactions);
    this.jdbc = jdbc;
    this.narrowRows = narrowRows;
    this.rules = rules;
    this.besides = besides;
  }

  /**
   * What was indexed.
   *
   * @param versions by row id, as they were indexed
   * @param committed by the database's clock, not before the commit
   */
  record Batch(Map<Long, Long> versions, Timestamp committed) {
    static final Batch NONE = new Batch(Map.of(), new Timestamp(0));

    /** Both; the other was committed later. */
    Batch and(Batch later) {
      Map<Long, Long> both = new LinkedHashMap<>(versions);
      both.putAll(later.versions);
      return new Batch(both, later.committed);
    }
  }

  /**
   * Indexes resources of one type in one transaction.
   *
   * @param withNarrowRows whether their narrow rows are made anew as well
   * @param note run in the same transaction
   */
  Batch index(String type, Collection<Long> rowIds, boolean withNarrowRows, Runnable note) {
    IFhirSystemDao<?, ?> system = engine.getSystemDao();
    Map<Long, Long> versions =
        transaction.execute(
            status -> {
              // Spring's way to say so is not for the engine's entity manager.
              jdbc.execute("set transaction isolation level repeatable read");
              // The queries between are for what refers to other resources; each would otherwise
              // first look through all that the batch has loaded.
              entities.setFlushMode(FlushModeType.COMMIT);
              Map<Long, Long> indexed = new LinkedHashMap<>();
              Map<Long, @Nullable Resource> resources = new LinkedHashMap<>();
              system.preFetchResources(pids(rowIds), true);
              for (long rowId : rowIds) {
                ResourceTable entity = entities.find(ResourceTable.class, JpaPid.fromId(rowId));
                if (entity != null) {
                  indexed.put(rowId, entity.getVersion());
                  resources.put(rowId, index(type, entity));
                }
              }
              if (withNarrowRows) {
                narrowRows.renew(type, resources);
              }
              note.run();
              return indexed;
            });
    Timestamp committed = jdbc.queryForObject("select clock_timestamp()", Timestamp.class);
    if (versions == null || committed == null) {
      throw new IllegalStateException("A transaction gave no result");
    }
    return new Batch(versions, committed);
  }

  /**
   * Makes anew what modules keep beside resources, where one of their rules is asked for. Writes of
   * the type wait meanwhile: what is read is what they have left.
   */
  void besides(String type, Collection<Long> rowIds, Set<String> asked) {
    for (Beside beside : besides) {
      if (beside.type().equals(type) && asked.contains(beside.rule())) {
        transaction.executeWithoutResult(
            status -> {
              beside.holdBack();
              entities.setFlushMode(FlushModeType.COMMIT);
              engine.getSystemDao().preFetchResources(pids(rowIds), true);
              Map<Long, @Nullable Resource> resources = new LinkedHashMap<>();
              for (long rowId : rowIds) {
                ResourceTable entity = entities.find(ResourceTable.class, JpaPid.fromId(rowId));
                if (entity != null) {
                  resources.put(rowId, entity.getDeleted() == null ? read(entity) : null);
                }
              }
              beside.renew(resources);
            });
      }
    }
  }

  private Resource read(ResourceTable entity) {
    Resource resource = (Resource) parser.toResource(entity, false);
    rules.bringIntoForm(resource);
    return resource;
  }

  /** Returns the resource; null when it is deleted. */
  @SuppressWarnings("deprecation") // its successor swallows errors, logs values, and reads anew
  private @Nullable Resource index(String type, ResourceTable entity) {
    IFhirResourceDao<IBaseResource> dao = engine.getResourceDaoOrNull(type);
    if (dao == null) {
      throw new IllegalStateException("No storage for " + type);
    }
    if (entity.getDeleted() != null) {
      dao.reindex(null, entity);
      return null;
    }
    Resource resource = read(entity);
    dao.reindex(resource, entity);
    return resource;
  }

  /** Whether a write that began before a batch was committed still goes on. */
  boolean isOvertaking(Batch batch) {
    return Boolean.TRUE.equals(jdbc.queryForObject(OLDER, Boolean.class, batch.committed()));
  }

  /** The resources of a batch that have been written since they were read for it. */
  Set<Long> overtaken(Batch batch) {
    Set<Long> overtaken = new TreeSet<>();
    jdbc.query(
        "select res_id, res_ver from public.hfj_resource where res_id = any(?)",
        row -> {
          Long indexed = batch.versions().get(row.getLong("res_id"));
          if (indexed != null && indexed != row.getLong("res_ver")) {
            overtaken.add(row.getLong("res_id"));
          }
        },
        (Object) batch.versions().keySet().toArray(Long[]::new));
    return overtaken;
  }

  private static List<JpaPid> pids(Collection<Long> rowIds) {
    return rowIds.stream().map(JpaPid::fromId).toList();
  }
}
