package org.hutong.profiles;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Problem;
import org.hutong.fhir.Stage;
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

  Gate(Validation validation) {
    this.validation = validation;
  }

  /** Checks every resource of a transaction; called for each entry of a batch as well. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void entries(IBaseBundle posted) {
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
          issues.addAll(validation.admit(resource, "Bundle.entry[" + i + "].resource"));
          resource.setUserData(CHECKED, true);
        }
      }
    }
    refuse(issues);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    check((Resource) resource);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after) {
    check((Resource) after);
  }

  private void check(Resource resource) {
    if (resource.getUserData(CHECKED) == null) {
      refuse(validation.admit(resource, ""));
    }
  }

  private static void refuse(List<Problem.Issue> issues) {
    if (issues.stream().anyMatch(issue -> !issue.warning())) {
      List<Problem.Issue> errorsFirst = new ArrayList<>(issues);
      errorsFirst.sort((a, b) -> Boolean.compare(a.warning(), b.warning()));
      throw new Problem(errorsFirst);
    }
  }
}
