package org.hutong.store;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.dao.IDao;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import ca.uhn.fhir.util.FhirTerser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.Children;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.References;
import org.hutong.fhir.Stage;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.stereotype.Component;

/**
 * Stage TARGETS: looks up everything that a resource refers to in one statement, where the engine
 * would ask for one target after the other, and stop at the first that is not there. Of what is
 * contained it would ask nothing. In a transaction the engine has looked up most targets already. A
 * reference to one version is refused, as references are kept without, except where FHIR speaks of
 * a version; there it must exist. One to another server is refused, for nobody here could follow
 * it.
 */
@Component
@Interceptor(order = Stage.TARGETS)
public class Targets implements EngineStage {
  /** Marks a resource with the Bundle that it came in. */
  private static final String BUNDLE = Targets.class.getName();

  /** Ids in one statement, a power of two; a statement has room for 65,535. */
  private static final int MOST = 512;

  private final JdbcTemplate jdbc;
  private final FhirTerser terser;
  private final Children children;
  private final AtCommit atCommit;

  Targets(JdbcTemplate jdbc, FhirContext context, AtCommit atCommit) {
    this.jdbc = jdbc;
    this.atCommit = atCommit;
    this.terser = context.newTerser();
    this.children = new Children(context);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource, TransactionDetails transaction) {
    lookUp(resource, transaction);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after, TransactionDetails transaction) {
    lookUp(after, transaction);
  }

  /**
   * Holds what is to be deleted before the engine asks who refers to it: whoever comes to refer to
   * it meanwhile either has committed, and is seen, or waits, and then finds it gone.
   */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
  public void deleting(IBaseResource resource) {
    JpaPid pid = IDao.RESOURCE_PID.get(resource);
    if (pid != null) {
      jdbc.queryForList(
          "select 1 from public.hfj_resource where res_id = ? for update", pid.getId());
    }
  }

  /** Remembers to which Bundle a resource belongs; called for each entry of a batch as well. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void entries(IBaseBundle posted) {
    Bundle bundle = (Bundle) posted;
    if (bundle.getType() != Bundle.BundleType.BATCH) {
      for (Bundle.BundleEntryComponent entry : bundle.getEntry()) {
        if (entry.getResource() != null) {
          entry.getResource().setUserData(BUNDLE, bundle);
        }
      }
      refuseDead(bundle);
    }
  }

  /** The engine would stop at the first {@code urn:} that no entry bears, and not say where. */
  private void refuseDead(Bundle bundle) {
    Set<String> made = made(bundle);
    boolean[] dead = {false};
    for (Bundle.BundleEntryComponent entry : bundle.getEntry()) {
      if (entry.getResource() != null) {
        children.visit(
            entry.getResource(),
            element ->
                dead[0] |=
                    element instanceof Reference reference
                        && DeadReferences.verdict(reference.getReference(), true, made) != null);
      }
    }
    if (dead[0]) {
      throw new Problem(missing(bundle));
    }
  }

  /**
   * Every reference to what is not there, or not here.
   *
   * @param at FHIRPath of the resource within the request; empty when it is the body itself
   * @param made what the same transaction makes, as [type]/[id] and as its entries call it
   */
  public List<Problem.Issue> missing(Resource resource, String at, Set<String> made) {
    return missing(resource, at, made, Set.of());
  }

  /**
   * The same.
   *
   * @param deleted what the same transaction deletes, as [type]/[id]
   */
  private List<Problem.Issue> missing(
      Resource resource, String at, Set<String> made, Set<String> deleted) {
    String place = at.isEmpty() ? resource.fhirType() : at;
    Map<String, String> references = new LinkedHashMap<>();
    List<Problem.Issue> issues =
        new ArrayList<>(DeadReferences.of(resource, at, made, UnaryOperator.identity()));
    References.of(resource, place)
        .forEach(
            (where, reference) -> {
              IIdType id = new IdType(reference);
              if (isStoredHere(id) && !made.contains(id.toUnqualifiedVersionless().getValue())) {
                references.put(where, id.toUnqualifiedVersionless().getValue());
              }
            });
    Set<String> absent = new HashSet<>(references.values());
    List<String> ids = absent.stream().map(id -> new IdType(id).getIdPart()).toList();
    for (int from = 0; from < ids.size(); from += MOST) {
      find(
          ids.subList(from, Math.min(from + MOST, ids.size())),
          "",
          row -> absent.remove(row.getString("res_type") + "/" + row.getString("fhir_id")));
    }
    absent.addAll(deleted);
    references.forEach(
        (where, id) -> {
          if (absent.contains(id)) {
            issues.addAll(
                Problem.at(where, ProblemCode.REFERENCE_UNKNOWN, Problem.printable(id)).issues());
          }
        });
    return issues;
  }

  /** The same of every resource that a transaction stores. */
  public List<Problem.Issue> missing(Bundle bundle) {
    return missing(bundle, Set.of());
  }

  private List<Problem.Issue> missing(Bundle bundle, Set<String> deleted) {
    Set<String> made = made(bundle);
    List<Problem.Issue> issues = new ArrayList<>();
    for (int i = 0; i < bundle.getEntry().size(); i++) {
      Resource resource = bundle.getEntry().get(i).getResource();
      if (resource != null) {
        issues.addAll(missing(resource, "Bundle.entry[" + i + "].resource", made, deleted));
      }
    }
    return issues;
  }

  /** What a transaction makes, as [type]/[id] and as the entries call it. */
  private static Set<String> made(Bundle bundle) {
    Set<String> made = new HashSet<>();
    for (Bundle.BundleEntryComponent entry : bundle.getEntry()) {
      if (entry.getResource() != null) {
        made.add(entry.getResource().getIdElement().toUnqualifiedVersionless().getValue());
        made.add(new IdType(entry.getFullUrl()).toUnqualifiedVersionless().getValue());
        made.add(entry.getFullUrl());
      }
    }
    made.remove(null);
    return made;
  }

  /** Whether a reference is [type]/[id]; what names a condition is the engine's to resolve. */
  private static boolean isStoredHere(IIdType id) {
    return id.getValue() != null
        && id.getValue().indexOf('?') < 0
        && id.hasResourceType()
        && id.hasIdPart()
        && !id.isAbsolute()
        && !id.isLocal();
  }

  /** Says everything that is missing, when something is. */
  private void refuse(Resource resource, Set<String> deleted) {
    List<Problem.Issue> issues =
        resource.getUserData(BUNDLE) instanceof Bundle bundle
            ? missing(bundle, deleted)
            : missing(resource, "", Set.of(), deleted);
    if (!issues.isEmpty()) {
      throw new Problem(issues);
    }
  }

  private void lookUp(IBaseResource resource, TransactionDetails transaction) {
    Map<String, IIdType> wanted = new LinkedHashMap<>();
    Set<String> deleted = new HashSet<>();
    boolean dead = false;
    boolean alone = resource.getUserData(BUNDLE) == null;
    Set<Reference> mayNameVersion = VersionedReferences.in(resource, terser);
    List<Reference> references = new ArrayList<>();
    children.visit(
        resource,
        element -> {
          if (element instanceof Reference reference) {
            references.add(reference);
          }
        });
    for (Reference reference : references) {
      IIdType named = reference.getReferenceElement();
      // The engine would drop the version and so refer to another content than was meant.
      ProblemCode verdict =
          DeadReferences.verdict(
              reference.getReference(), mayNameVersion.contains(reference), Set.of());
      if (verdict != null) {
        // What entries of a transaction are called was looked at before.
        dead |= alone || verdict != ProblemCode.REFERENCE_UNRESOLVABLE;
        continue;
      }
      if (named.hasVersionIdPart() && !named.isLocal()) {
        requireVersion(named);
      }
      IIdType id = named.hasVersionIdPart() ? named.toVersionless() : named;
      if (isStoredHere(id)) {
        if (!(transaction.getResolvedResourceId(id) instanceof JpaPid known)) {
          wanted.put(id.getValue(), id);
        } else if (transaction.getDeletedResourceIds().contains(known)) {
          deleted.add(id.toUnqualifiedVersionless().getValue());
        } else {
          atCommit.hold(known.getId());
        }
      }
    }
    List<String> ids = wanted.values().stream().map(IIdType::getIdPart).toList();
    for (int from = 0; from < ids.size(); from += MOST) {
      find(
          ids.subList(from, Math.min(from + MOST, ids.size())),
          " for key share",
          row -> {
            IIdType id = new IdType(row.getString("res_type"), row.getString("fhir_id"));
            if (wanted.remove(id.getValue()) != null) {
              JpaPid pid = JpaPid.fromId(row.getLong("res_id"));
              pid.setAssociatedResourceId(id);
              transaction.addResolvedResourceId(id, pid);
            }
          });
    }
    if (!wanted.isEmpty() || dead || !deleted.isEmpty()) {
      refuse((Resource) resource, deleted);
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

  private void find(List<String> ids, String hold, RowCallbackHandler row) {
    if (!ids.isEmpty()) {
      jdbc.query(
          "select res_type, fhir_id, res_id from public.hfj_resource"
              + " where res_deleted_at is null and fhir_id in ("
              + String.join(",", Collections.nCopies(size(ids.size()), "?"))
              + ")"
              + hold,
          row,
          padded(ids));
    }
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
