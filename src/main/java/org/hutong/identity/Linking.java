package org.hutong.identity;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.LinkType;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.Stage;
import org.hutong.store.Beside;
import org.hutong.store.RowIds;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Stage IDENTITY: finds out, in the transaction that writes a Patient, which person it is. Whoever
 * reads the answer already finds the person.
 */
@Component
@Interceptor(order = Stage.IDENTITY)
class Linking implements EngineStage, Beside {
  /** Searches for persons wait until all that is stored is registered. */
  static final String RULE = "hutong-identity";

  /** Raise it when the same Patients would be linked otherwise: all are then linked anew. */
  private static final int VERSION = 2;

  private static final String NOTED = Linking.class.getName();
  private static final String LINKED = NOTED + ".linked";

  private final Persons persons;
  private final Membership membership;

  Linking(Persons persons, Membership membership) {
    this.persons = persons;
    this.membership = membership;
  }

  /** Notes the keys of all Patients of a transaction, which are locked together and in order. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void entries(RequestDetails request, IBaseBundle posted) {
    Bundle bundle = (Bundle) posted;
    if (bundle.getType() == Bundle.BundleType.TRANSACTION) {
      SortedSet<Long> keys = new TreeSet<>();
      bundle
          .getEntry()
          .forEach(
              entry -> {
                if (entry.getResource() instanceof Patient patient) {
                  keys.addAll(Keys.of(Registration.of(patient)));
                }
              });
      request.getUserData().put(NOTED, keys);
      request.getUserData().put(LINKED, bundle.getEntry().stream().anyMatch(Linking::hasLink));
    }
  }

  private static boolean hasLink(Bundle.BundleEntryComponent entry) {
    return entry.getResource() instanceof Patient patient && patient.hasLink();
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void created(IBaseResource resource, RequestDetails request) {
    if (resource instanceof Patient patient) {
      replacements(RowIds.of(patient), patient, false, request);
      place(patient, request);
    }
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after, RequestDetails request) {
    if (after instanceof Patient patient) {
      replacements(RowIds.of(patient), patient, ((Patient) before).hasLink(), request);
      place(patient, request);
    }
  }

  /**
   * Keeps who took whose place, and refuses what would lead back to where it began. Of two locks of
   * a transaction this comes first.
   */
  private void replacements(long self, Patient patient, boolean known, RequestDetails request) {
    if (request != null && Boolean.TRUE.equals(request.getUserData().get(LINKED))) {
      persons.holdReplacements();
    }
    if (!known && !patient.hasLink()) {
      return;
    }
    String own = "Patient/" + patient.getIdElement().getIdPart();
    if (patient.getLink().stream().anyMatch(link -> own.equals(link.getOther().getReference()))) {
      throw Problem.at("Patient.link", ProblemCode.LINK_CYCLE, own);
    }
    persons.holdReplacements();
    persons.replacements(
        self, linked(patient, LinkType.REPLACES), linked(patient, LinkType.REPLACEDBY));
    List<String> circle = persons.circle(self);
    if (!circle.isEmpty()) {
      throw Problem.at(
          "Patient.link",
          ProblemCode.LINK_CYCLE,
          circle.stream().map(id -> "Patient/" + id).collect(Collectors.joining(" → ")));
    }
  }

  private static List<String> linked(Patient patient, LinkType type) {
    return patient.getLink().stream()
        .filter(link -> link.getType() == type)
        .map(link -> new IdType(link.getOther().getReference()))
        .filter(id -> "Patient".equals(id.getResourceType()))
        .map(IdType::getIdPart)
        .toList();
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED)
  public void deleted(IBaseResource resource) {
    if (resource instanceof Patient) {
      persons.replacements(RowIds.of(resource), List.of(), List.of());
      membership.forget(RowIds.of(resource));
    }
  }

  @Override
  public String type() {
    return "Patient";
  }

  @Override
  public String rule() {
    return RULE;
  }

  @Override
  public String definition() {
    return RULE + " " + VERSION;
  }

  @Override
  public void holdBack() {
    persons.holdBack();
  }

  @Override
  public void renew(Map<Long, @Nullable Resource> resources) {
    resources.forEach(
        (self, resource) -> {
          if (resource instanceof Patient patient) {
            if (patient.hasLink()) {
              persons.replacements(
                  self, linked(patient, LinkType.REPLACES), linked(patient, LinkType.REPLACEDBY));
            }
            membership.place(self, Registration.of(patient), null, true);
          } else {
            membership.forget(self);
          }
        });
  }

  private void place(Patient patient, RequestDetails request) {
    boolean isBack = !"1".equals(patient.getIdElement().getVersionIdPart());
    membership.place(RowIds.of(patient), Registration.of(patient), noted(request), isBack);
  }

  @SuppressWarnings("unchecked")
  private static Set<Long> noted(RequestDetails request) {
    return request != null && request.getUserData().get(NOTED) instanceof SortedSet<?> noted
        ? (Set<Long>) noted
        : Set.of();
  }
}
