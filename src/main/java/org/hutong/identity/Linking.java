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
import java.util.UUID;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.EngineStage;
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
  private static final int VERSION = 1;

  private static final String NOTED = Linking.class.getName();

  /** Keys that one transaction locks one by one; PostgreSQL has room for 64 locks a connection. */
  private static final int MOST = 48;

  private final Persons persons;

  Linking(Persons persons) {
    this.persons = persons;
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
    }
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void created(IBaseResource resource, RequestDetails request) {
    if (resource instanceof Patient patient) {
      place(patient, request);
    }
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after, RequestDetails request) {
    if (after instanceof Patient patient) {
      place(patient, request);
    }
  }

  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED)
  public void deleted(IBaseResource resource) {
    if (resource instanceof Patient) {
      forget(RowIds.of(resource));
    }
  }

  private void forget(long self) {
    List<Member> members = persons.candidates(self, Set.of(), Set.of(), false);
    members.stream()
        .filter(member -> member.patient() == self)
        .findFirst()
        .ifPresent(
            gone -> {
              persons.renew(gone.person());
              persons.forget(self);
              List<Member> remaining =
                  members.stream()
                      .filter(member -> member.patient() != self)
                      .filter(member -> member.person().equals(gone.person()))
                      .toList();
              if (!remaining.isEmpty()) {
                split(remaining, new Decisions(persons.decisions(remaining)));
              }
            });
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
            place(self, Registration.of(patient), null);
          } else {
            forget(self);
          }
        });
  }

  private void place(Patient patient, RequestDetails request) {
    place(RowIds.of(patient), Registration.of(patient), noted(request));
  }

  /**
   * Finds the place of a registration and keeps it there.
   *
   * @param noted keys that the transaction needs besides; null when everybody else waits already
   */
  private void place(long self, Registration registration, @Nullable Set<Long> noted) {
    SortedSet<Long> keys = Keys.of(registration);
    SortedSet<Long> locks = new TreeSet<>(keys);
    if (noted != null) {
      locks.addAll(noted);
    }
    boolean alone = noted == null || locks.size() > MOST;
    List<Member> all = persons.candidates(self, locks, keys, alone);
    Member before =
        all.stream().filter(member -> member.patient() == self).findFirst().orElse(null);
    if (noted != null && before != null && before.registration().equals(registration)) {
      return;
    }
    List<Member> others = all.stream().filter(member -> member.patient() != self).toList();
    Decisions decisions = new Decisions(others.isEmpty() ? List.of() : persons.decisions(all));
    Placement placement =
        Placement.of(
            self, registration, others, decisions.about(self), decisions.said(Pair.State.APART));

    UUID former = before == null ? null : before.person();
    List<Member> remaining =
        others.stream().filter(member -> member.person().equals(former)).toList();
    UUID person = placement.person();
    boolean isNew = person == null && (former == null || !remaining.isEmpty());
    if (person == null) {
      person = former == null || isNew ? persons.create() : former;
    }
    if (!person.equals(former)) {
      if (former != null) {
        persons.renew(former);
      }
      if (!isNew) {
        persons.renew(person);
      }
    }
    persons.register(
        new Member(self, person, placement.basis(), registration), keys, before != null);
    for (UUID joined : placement.joined()) {
      join(joined, person, others, !joined.equals(former));
    }
    if (former != null && !person.equals(former) && !placement.joined().contains(former)) {
      if (remaining.isEmpty()) {
        persons.succeeded(former, person);
      } else {
        split(remaining, decisions);
      }
    }
    persons.ask(self, placement.possible(), before != null);
    if (placement.mother() != null) {
      persons.mother(self, placement.mother());
    }
  }

  private void join(UUID joined, UUID person, List<Member> others, boolean renew) {
    if (renew) {
      persons.renew(joined);
    }
    others.stream()
        .filter(member -> member.person().equals(joined))
        .forEach(member -> persons.move(member.patient(), person, member.basis()));
    persons.succeeded(joined, person);
  }

  /** Those whom only the one that has gone held together part. */
  private void split(List<Member> remaining, Decisions decisions) {
    List<List<Member>> parts = Placement.parts(remaining, decisions.said(Pair.State.TOGETHER));
    for (List<Member> part : parts.subList(1, parts.size())) {
      UUID other = persons.create();
      part.forEach(member -> persons.move(member.patient(), other, member.basis()));
    }
  }

  @SuppressWarnings("unchecked")
  private static Set<Long> noted(RequestDetails request) {
    return request != null && request.getUserData().get(NOTED) instanceof SortedSet<?> noted
        ? (Set<Long>) noted
        : Set.of();
  }
}
