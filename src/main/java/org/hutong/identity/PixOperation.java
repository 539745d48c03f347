package org.hutong.identity;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hutong.fhir.NormalForm;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.store.Completeness;
import org.hutong.store.Identifiers;
import org.hutong.store.Records;
import org.hutong.store.RowIds;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** {@code Patient/$ihe-pix}: by what other identifiers somebody is known. */
@Component
class PixOperation implements Operations {
  /** ITI-83 lays these words down, in diagnostics. */
  private static final String NO_SOURCE_SYSTEM = "sourceIdentifier Assigning Authority not found";

  private static final String NO_SOURCE = "sourceIdentifier Patient Identifier not found";
  private static final String NO_TARGET_SYSTEM = "targetSystem not found";

  private static final String PATIENT = "Patient/";

  private final FhirContext context;
  private final NormalForm forms;
  private final Persons persons;
  private final Records records;
  private final Identifiers identifiers;
  private final Completeness completeness;

  PixOperation(
      FhirContext context,
      NormalForm forms,
      Persons persons,
      Records records,
      Identifiers identifiers,
      Completeness completeness) {
    this.context = context;
    this.forms = forms;
    this.persons = persons;
    this.records = records;
    this.identifiers = identifiers;
    this.completeness = completeness;
  }

  /** Answers with identifiers and references of all Patients that are held to be the person. */
  @Operation(name = "$ihe-pix", typeName = "Patient", idempotent = true, manualRequest = true)
  public Parameters crossReference(RequestDetails details) {
    PixRequest request = PixRequest.of(details, context, forms);
    completeness.require("Patient", Linking.RULE);
    String base = details.getFhirServerBase();
    Identifier source = request.source();
    boolean logical = source.getSystem().equals(base);
    if (!logical && !isKnown(source.getSystem())) {
      throw told(
          "sourceIdentifier",
          ProblemCode.SOURCE_SYSTEM_UNKNOWN,
          source.getSystem(),
          NO_SOURCE_SYSTEM);
    }
    for (String target : request.targets()) {
      if (!target.equals(base) && !isKnown(target)) {
        throw told("targetSystem", ProblemCode.TARGET_SYSTEM_UNKNOWN, target, NO_TARGET_SYSTEM);
      }
    }
    List<Member> members = bearers(source, logical);
    Map<String, Identifier> found = new LinkedHashMap<>();
    List<String> references = new ArrayList<>();
    for (Resource resource : records.rows(rows(members), details)) {
      String id = PATIENT + resource.getIdElement().getIdPart();
      boolean isAsked = request.targets().isEmpty() || request.targets().contains(base);
      for (Identifier identifier : ((Patient) resource).getIdentifier()) {
        String system = identifier.getSystem();
        if (system == null
            || !identifier.hasValue()
            || isSomebodyElses(identifier, members, resource)
            || !request.targets().isEmpty() && !request.targets().contains(system)) {
          continue;
        }
        isAsked = true;
        if (!system.equals(source.getSystem())
            || !identifier.getValue().equals(source.getValue())) {
          found.putIfAbsent(system + "|" + identifier.getValue(), identifier);
        }
      }
      if (isAsked && !(logical && id.equals(reference(source)))) {
        references.add(id);
      }
    }
    Parameters answer = new Parameters();
    found.values().forEach(one -> answer.addParameter().setName("targetIdentifier").setValue(one));
    references.forEach(
        one -> answer.addParameter().setName("targetId").setValue(new Reference(one)));
    return answer;
  }

  /**
   * The registrations of the person who bears an identifier. Of several who do it is whoever has it
   * by right: others are under a parent's number, or a card that was lent.
   */
  private List<Member> bearers(Identifier source, boolean logical) {
    List<Long> rows =
        logical
            ? identifiers.patients(reference(source).substring(PATIENT.length()))
            : identifiers.patients(source.getSystem(), source.getValue());
    List<Member> members = persons.ofPatients(rows);
    if (members.isEmpty()) {
      throw told(
          "sourceIdentifier",
          ProblemCode.SOURCE_IDENTIFIER_UNKNOWN,
          source.getSystem() + "|" + source.getValue(),
          NO_SOURCE);
    }
    Set<UUID> bearers = members.stream().map(Member::person).collect(Collectors.toSet());
    Document.Kind kind = Document.Kind.of(source.getSystem());
    if (bearers.size() > 1 && kind != null) {
      Document document = new Document(kind, source.getValue());
      bearers =
          members.stream()
              .filter(member -> member.registration().proofs().contains(document))
              .map(Member::person)
              .collect(Collectors.toSet());
    }
    if (bearers.size() != 1) {
      throw told(
          "sourceIdentifier",
          ProblemCode.SOURCE_IDENTIFIER_SHARED,
          source.getSystem() + "|" + source.getValue(),
          null);
    }
    UUID bearer = bearers.iterator().next();
    return members.stream().filter(member -> member.person().equals(bearer)).toList();
  }

  /** A newborn's is the mother's, a borrower's the lender's. */
  private static boolean isSomebodyElses(
      Identifier identifier, List<Member> members, Resource patient) {
    Document.Kind kind = Document.Kind.of(identifier.getSystem());
    if (kind == null || !kind.proves()) {
      return false;
    }
    Document document = new Document(kind, identifier.getValue());
    long row = RowIds.of(patient);
    return members.stream()
        .filter(member -> member.patient() == row)
        .map(Member::registration)
        .anyMatch(told -> told.documents().contains(document) && !told.isProof(document));
  }

  private boolean isKnown(String system) {
    return Document.Kind.of(system) != null || identifiers.knows(system);
  }

  private static List<Long> rows(List<Member> members) {
    return members.stream().map(Member::patient).toList();
  }

  /** A logical id may be written with the type before it, or without. */
  private static String reference(Identifier source) {
    String value = source.getValue();
    return value.startsWith(PATIENT) ? value : PATIENT + value;
  }

  private static Problem told(
      String parameter, ProblemCode code, String argument, @Nullable String words) {
    return new Problem(
        List.of(
            new Problem.Issue(
                code,
                "http." + parameter,
                List.of(Problem.printable(argument)),
                null,
                words,
                false)));
  }
}
