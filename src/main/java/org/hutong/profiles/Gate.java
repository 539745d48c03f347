package org.hutong.profiles;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Problem;
import org.hutong.fhir.Stage;
import org.hutong.store.Targets;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Stage VALIDATE: what is about to be stored is checked, whichever way it came: create, update, the
 * result of a patch, or an entry of a Bundle. All faults of a transaction are told at once, before
 * any of it is written.
 */
@Component
@Interceptor(order = Stage.VALIDATE)
class Gate implements EngineStage {
  /** Marks what was checked as part of its Bundle. */
  private static final String CHECKED = Gate.class.getName();

  private final Validation validation;
  private final Targets targets;

  Gate(Validation validation, Targets targets) {
    this.validation = validation;
    this.targets = targets;
  }

  /** Checks every resource of a transaction; called for each entry of a batch as well. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void entries(IBaseBundle posted, RequestDetails request) {
    Bundle bundle = (Bundle) posted;
    if (bundle.getType() == Bundle.BundleType.BATCH) {
      return;
    }
    List<Problem.Issue> issues = new ArrayList<>();
    for (int i = 0; i < bundle.getEntry().size(); i++) {
      Bundle.BundleEntryComponent entry = bundle.getEntry().get(i);
      Bundle.HTTPVerb verb = entry.getRequest().getMethod();
      if (verb == Bundle.HTTPVerb.POST || verb == Bundle.HTTPVerb.PUT) {
        Resource resource = entry.getResource();
        if (resource != null) {
          List<Problem.Issue> own = validation.admit(resource, "Bundle.entry[" + i + "].resource");
          issues.addAll(own);
          note(resource, own, request);
          resource.setUserData(CHECKED, true);
        }
      }
    }
    refuse(issues, () -> targets.missing(bundle));
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource, RequestDetails request) {
    check((Resource) resource, request);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after, RequestDetails request) {
    check((Resource) after, request);
  }

  private void check(Resource resource, @Nullable RequestDetails request) {
    if (resource.getUserData(CHECKED) == null) {
      List<Problem.Issue> issues = validation.admit(resource, "");
      refuse(issues, () -> targets.missing(resource, "", Set.of()));
      note(resource, issues, request);
    }
  }

  /** Keeps the warnings for the answer. */
  private static void note(
      Resource resource, List<Problem.Issue> issues, @Nullable RequestDetails request) {
    if (request != null) {
      Warnings.of(request).note(resource, issues.stream().filter(Problem.Issue::warning).toList());
    }
  }

  /**
   * Refuses what has faults.
   *
   * @param more faults that a later stage would find, so that they are told at once
   */
  private static void refuse(List<Problem.Issue> issues, Supplier<List<Problem.Issue>> more) {
    if (issues.stream().anyMatch(issue -> !issue.warning())) {
      List<Problem.Issue> errorsFirst = new ArrayList<>(issues);
      errorsFirst.addAll(more.get());
      errorsFirst.sort((a, b) -> Boolean.compare(a.warning(), b.warning()));
      throw new Problem(errorsFirst);
    }
  }
}
