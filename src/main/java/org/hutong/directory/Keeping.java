package org.hutong.directory;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Stage;
import org.hutong.store.RowIds;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Stage DIRECTORY: keeps the directory in the transaction that writes its resources. All is done
 * just before the commit: of a transaction that ends one membership and begins another the engine
 * writes the second first, and a lock that is taken last is waited for by nobody who holds another.
 */
@Component
@Interceptor(order = Stage.DIRECTORY)
class Keeping implements EngineStage {
  private static final String PLACE = Keeping.class.getName();

  private final Map<String, Kept> types = new TreeMap<>();
  private final DirectoryRows rows;

  Keeping(List<Kept> all, DirectoryRows rows) {
    all.forEach(kept -> types.put(kept.type(), kept));
    this.rows = rows;
  }

  /** Notes where in a Bundle each resource stands; called for each entry of a batch as well. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void entries(IBaseBundle posted) {
    List<Bundle.BundleEntryComponent> entries = ((Bundle) posted).getEntry();
    for (int i = 0; i < entries.size(); i++) {
      Resource resource = entries.get(i).getResource();
      if (resource != null && types.containsKey(resource.fhirType())) {
        resource.setUserData(PLACE, "Bundle.entry[" + i + "].resource");
      }
    }
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    note(resource, (Resource) resource);
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after) {
    note(after, (Resource) after);
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED)
  public void deleted(IBaseResource resource) {
    note(resource, null);
  }

  private void note(IBaseResource written, @Nullable Resource now) {
    String type = written.fhirType();
    if (types.containsKey(type)) {
      Written pending = (Written) TransactionSynchronizationManager.getResource(this);
      if (pending == null) {
        pending = new Written();
        TransactionSynchronizationManager.bindResource(this, pending);
        TransactionSynchronizationManager.registerSynchronization(pending);
      }
      long row = RowIds.of(written);
      pending.resources.computeIfAbsent(type, first -> new LinkedHashMap<>()).put(row, now);
      Object place = written.getUserData(PLACE);
      pending.places.put(row, place == null ? type : place.toString());
    }
  }

  private class Written implements TransactionSynchronization {
    private final Map<String, Map<Long, @Nullable Resource>> resources = new TreeMap<>();
    private final Map<Long, String> places = new HashMap<>();

    @Override
    public void beforeCommit(boolean readOnly) {
      rows.share();
      Map<Kept, Set<Long>> changed = new LinkedHashMap<>();
      resources.forEach(
          (type, written) -> {
            Kept kept = types.get(type);
            if (kept != null) {
              changed.put(kept, new LinkedHashSet<>(kept.keep(written)));
            }
          });
      changed.forEach((kept, those) -> kept.check(those, places));
    }

    @Override
    public void suspend() {
      TransactionSynchronizationManager.unbindResource(Keeping.this);
    }

    @Override
    public void resume() {
      TransactionSynchronizationManager.bindResource(Keeping.this, this);
    }

    @Override
    public void afterCompletion(int status) {
      TransactionSynchronizationManager.unbindResourceIfPossible(Keeping.this);
    }
  }
}
