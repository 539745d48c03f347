package org.hutong.identity;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Identifier.IdentifierUse;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.LinkType;
import org.hl7.fhir.r4.model.Patient.PatientLinkComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.IdentityNumber;
import org.hutong.fhir.Institution;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.store.Storage;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Merges two Patients of one institution as HL7's {@code $merge} says: the source is no longer
 * active and refers to the target, the target receives the source's identifiers and refers to it.
 * What refers to either stays as it was signed; the record of a person spans both (decision 0021).
 */
@Component
class Merging {
  private final Storage storage;
  private final Steward steward;
  private final Persons persons;

  Merging(Storage storage, Steward steward, Persons persons) {
    this.storage = storage;
    this.steward = steward;
    this.persons = persons;
  }

  /**
   * What is to be merged.
   *
   * @param source the Patient that is given up; a version in it must be the present one
   * @param target the Patient that stays; the same holds
   * @param result the target as it shall be; null to leave it as it is
   */
  record Wish(IdType source, IdType target, @Nullable Patient result) {}

  /**
   * What the merge leaves.
   *
   * @param before the target as it was
   * @param added identifiers that the target receives
   * @param retired identifiers of the target that become old, with the use that they have
   */
  record Outcome(
      Patient source,
      @Nullable Boolean active,
      Patient target,
      Patient before,
      List<Identifier> added,
      Map<String, String> retired) {}

  /** Works out what a merge leaves, and refuses what must not be merged. Writes nothing. */
  Outcome prepare(Wish wish, RequestDetails details) {
    Patient source = present(wish.source(), "source-patient", details);
    Patient before = present(wish.target(), "target-patient", details);
    if (id(source).equals(id(before))) {
      throw Problem.of(ProblemCode.LINK_ALONE);
    }
    Institution owner = storage.owner(new IdType(id(source)));
    if (owner == null || !owner.equals(storage.owner(new IdType(id(before))))) {
      throw Problem.of(ProblemCode.MERGE_ACROSS_INSTITUTIONS);
    }
    requireInUse(source);
    requireInUse(before);
    Persons.Linked one = steward.registered(source.getIdElement().getIdPart());
    Persons.Linked other = steward.registered(before.getIdElement().getIdPart());
    if (Comparison.of(one.member().registration(), other.member().registration()).rule()
        == Comparison.Rule.TWO_NUMBERS) {
      throw Problem.of(ProblemCode.MERGE_TWO_NUMBERS);
    }
    steward.requireMergeable(one.member(), other.member());

    List<Identifier> added = missing(source, before);
    Patient target = before.copy();
    Patient result = wish.result();
    Map<String, String> retired = Map.of();
    if (result == null) {
      retired = retire(target, added);
      added.forEach(identifier -> target.addIdentifier(identifier.copy()));
      link(target, source, LinkType.REPLACES);
    }
    Patient merged = result == null ? target : checked(result, source, before);
    Boolean active = source.hasActive() ? source.getActive() : null;
    Patient given = source.copy();
    given.setActive(false);
    link(given, merged, LinkType.REPLACEDBY);
    merged.setId(before.getIdElement());
    return new Outcome(given, active, merged, before, result == null ? added : List.of(), retired);
  }

  /** Writes what was worked out, in the transaction of the caller. */
  Steward.Decided carryOut(
      Outcome outcome, boolean isResult, Steward.Grounds grounds, RequestDetails details) {
    // Decided first: whom the numbers link that the target receives, the decision has linked, and
    // its undo parts.
    Persons.Linked source = steward.registered(outcome.source().getIdElement().getIdPart());
    Persons.Linked target = steward.registered(outcome.before().getIdElement().getIdPart());
    Decision.Merged merged =
        new Decision.Merged(
            outcome.active(),
            outcome.added().stream().map(Merging::name).toList(),
            outcome.retired(),
            outcome.before().getIdElement().getVersionIdPart(),
            null);
    Steward.Decided decided = steward.merge(source.member(), target.member(), merged, grounds);
    storage.update(outcome.source(), details);
    Patient stored = (Patient) storage.update(outcome.target(), details);
    if (isResult) {
      persons.amend(decided.decision(), merged.leaving(stored.getIdElement().getVersionIdPart()));
    }
    return decided;
  }

  /** The Patients, by logical id, that a decision has changed: those of a merge. */
  List<String> writtenBy(UUID decision) {
    return persons
        .decision(decision)
        .filter(merge -> merge.before().merged() != null)
        .map(merge -> List.copyOf(persons.logicalIds(List.of(merge.one(), merge.other())).values()))
        .orElse(List.of());
  }

  /**
   * Takes back what a merge wrote; nothing for other decisions. Whatever else was changed since
   * stays, unless the merge had replaced the whole target.
   */
  void undo(Decision decision, RequestDetails details) {
    Decision.Merged merged = decision.before().merged();
    if (merged == null) {
      return;
    }
    var ids = persons.logicalIds(List.of(decision.one(), decision.other()));
    IdType sourceId = new IdType("Patient", ids.get(decision.one()));
    IdType targetId = new IdType("Patient", ids.get(decision.other()));
    Patient source = (Patient) storage.read(sourceId, details);
    Patient target = (Patient) storage.read(targetId, details);
    IdType present = (IdType) target.getIdElement();
    if (merged.after() == null) {
      unlink(target, sourceId, LinkType.REPLACES);
      target
          .getIdentifier()
          .removeIf(
              identifier ->
                  merged.identifiers().contains(name(identifier))
                      && (identifier.getUse() == IdentifierUse.OLD
                          || isCard(identifier) && !merged.retired().isEmpty()));
      for (Identifier identifier : target.getIdentifier()) {
        String use = merged.retired().get(name(identifier));
        if (use != null && identifier.getUse() == IdentifierUse.OLD) {
          identifier.setUse(use.isEmpty() ? null : IdentifierUse.fromCode(use));
        }
      }
    } else if (merged.after().equals(present.getVersionIdPart())) {
      target = (Patient) storage.read(targetId.withVersion(merged.before()), details);
    } else {
      throw Problem.of(ProblemCode.MERGE_CHANGED_SINCE, "Patient/" + targetId.getIdPart());
    }
    target.setId(present);
    unlink(source, targetId, LinkType.REPLACEDBY);
    source.setActiveElement(merged.active() == null ? null : new BooleanType(merged.active()));
    storage.update(target, details);
    storage.update(source, details);
  }

  private Patient present(IdType id, String parameter, RequestDetails details) {
    Patient found = (Patient) storage.read(id.toVersionless(), details);
    if (id.hasVersionIdPart()
        && !id.getVersionIdPart().equals(found.getIdElement().getVersionIdPart())) {
      throw Problem.at(parameter, ProblemCode.VERSION_CONFLICT);
    }
    return found.copy();
  }

  private static void requireInUse(Patient patient) {
    for (PatientLinkComponent link : patient.getLink()) {
      if (link.getType() == LinkType.REPLACEDBY) {
        throw Problem.of(ProblemCode.MERGE_REPLACED, id(patient), link.getOther().getReference());
      }
    }
  }

  /** What the target lacks, marked as old: it names the person, and is no longer given out. */
  private static List<Identifier> missing(Patient source, Patient target) {
    Set<String> known =
        target.getIdentifier().stream().map(Merging::name).collect(Collectors.toSet());
    List<Identifier> missing = new ArrayList<>();
    for (Identifier identifier : source.getIdentifier()) {
      if (identifier.hasValue() && known.add(name(identifier))) {
        missing.add(identifier.copy().setUse(IdentifierUse.OLD));
      }
    }
    return missing;
  }

  /**
   * Of the identity card numbers of both one stays that of the person: the target's own, unless it
   * is mistyped and one of the source's is right.
   */
  private static Map<String, String> retire(Patient target, List<Identifier> added) {
    List<Identifier> own =
        target.getIdentifier().stream()
            .filter(identifier -> isCard(identifier) && identifier.getUse() != IdentifierUse.OLD)
            .toList();
    Identifier right =
        added.stream()
            .filter(Merging::isCard)
            .filter(identifier -> IdentityNumber.isWellFormed(identifier.getValue()))
            .findFirst()
            .orElse(null);
    if (right == null
        || own.isEmpty()
        || own.stream().anyMatch(card -> IdentityNumber.isWellFormed(card.getValue()))) {
      return Map.of();
    }
    Map<String, String> retired = new HashMap<>();
    for (Identifier card : own) {
      retired.put(name(card), card.hasUse() ? card.getUse().toCode() : "");
      card.setUse(IdentifierUse.OLD);
    }
    right.setUse(null);
    return retired;
  }

  private static boolean isCard(Identifier identifier) {
    return Canonical.ID_CARD.equals(identifier.getSystem());
  }

  private static Patient checked(Patient result, Patient source, Patient target) {
    if (!target.getIdElement().getIdPart().equals(result.getIdElement().getIdPart())) {
      throw Problem.at("result-patient.id", ProblemCode.MERGE_RESULT, "Patient.id");
    }
    String version = result.getMeta().getVersionId();
    if (version != null && !version.equals(target.getIdElement().getVersionIdPart())) {
      throw Problem.at("result-patient.meta.versionId", ProblemCode.VERSION_CONFLICT);
    }
    Set<String> kept =
        result.getIdentifier().stream().map(Merging::name).collect(Collectors.toSet());
    Set<String> all = new HashSet<>();
    source.getIdentifier().forEach(identifier -> all.add(name(identifier)));
    target.getIdentifier().forEach(identifier -> all.add(name(identifier)));
    if (!kept.containsAll(all)) {
      throw Problem.at("result-patient.identifier", ProblemCode.MERGE_RESULT, "Patient.identifier");
    }
    boolean linked =
        result.getLink().stream()
            .anyMatch(
                link ->
                    link.getType() == LinkType.REPLACES
                        && id(source).equals(link.getOther().getReference()));
    if (!linked) {
      throw Problem.at("result-patient.link", ProblemCode.MERGE_RESULT, "Patient.link");
    }
    Patient copy = result.copy();
    copy.getMeta().setVersionId(null);
    return copy;
  }

  private static void link(Patient patient, Patient other, LinkType type) {
    patient.addLink().setType(type).setOther(new Reference(id(other)));
  }

  private static void unlink(Patient patient, IdType other, LinkType type) {
    patient
        .getLink()
        .removeIf(
            link ->
                link.getType() == type
                    && ("Patient/" + other.getIdPart()).equals(link.getOther().getReference()));
  }

  private static String id(Patient patient) {
    return "Patient/" + patient.getIdElement().getIdPart();
  }

  private static String name(Identifier identifier) {
    return Objects.toString(identifier.getSystem(), "") + "|" + identifier.getValue();
  }
}
