package org.hutong.identity;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Parameters;
import org.hutong.fhir.Institution;
import org.hutong.fhir.Language;
import org.hutong.fhir.NormalForm;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.Success;
import org.hutong.store.Completeness;
import org.hutong.store.Storage;
import org.hutong.store.Writes;
import org.springframework.stereotype.Component;

/** {@code Patient/$merge}, with the parameters and the result of HL7's definition (FHIR R5). */
@Component
class MergeOperation implements Operations {
  private static final String OPERATION = "Patient/$merge";

  private static final Set<String> PARAMETERS =
      Set.of(
          "source-patient",
          "source-patient-identifier",
          "target-patient",
          "target-patient-identifier",
          "result-patient",
          "preview",
          "reason");

  private final FhirContext context;
  private final NormalForm forms;
  private final Merging merging;
  private final Steward steward;
  private final Storage storage;
  private final Completeness completeness;
  private final Writes writes;

  MergeOperation(
      FhirContext context,
      NormalForm forms,
      Merging merging,
      Steward steward,
      Storage storage,
      Completeness completeness,
      Writes writes) {
    this.context = context;
    this.forms = forms;
    this.merging = merging;
    this.steward = steward;
    this.storage = storage;
    this.completeness = completeness;
    this.writes = writes;
  }

  /** Merges, or tells what a merge would leave. */
  @Operation(name = "$merge", typeName = "Patient", manualRequest = true)
  public Parameters merge(RequestDetails details) {
    completeness.require("Patient", Linking.RULE);
    Asked asked = Asked.of(details, context, OPERATION, PARAMETERS);
    Merging.Wish wish =
        new Merging.Wish(
            patient(asked, "source-patient", details),
            patient(asked, "target-patient", details),
            asked.resource("result-patient"));
    boolean preview = asked.flag("preview");
    String reason =
        asked.text("reason") == null
            ? OPERATION
            : asked.text("reason", StewardOperations.LONGEST_REASON);
    Steward.Grounds grounds = new Steward.Grounds(reason, Institution.of(details).code());
    Language language = Language.preferred(details.getHeader("Accept-Language"));

    return writes.inOne(
        !preview,
        List.of(wish.source().getIdPart(), wish.target().getIdPart()),
        () -> {
          steward.begin(true);
          Merging.Outcome outcome = merging.prepare(wish, details);
          Parameters done = new Parameters();
          done.addParameter().setName("input").setResource(input(details));
          Steward.Decided decided =
              merging.carryOut(outcome, wish.result() != null, grounds, details);
          if (!preview) {
            done.addParameter("decision", decided.decision().toString());
          }
          done.addParameter()
              .setName("outcome")
              .setResource(
                  Outcomes.render(
                      preview ? Success.MERGEABLE : Success.MERGED, List.of(), language));
          done.addParameter()
              .setName("result")
              .setResource(storage.read(outcome.target().getIdElement().toVersionless(), details));
          return done;
        });
  }

  private Parameters input(RequestDetails details) {
    return Operations.posted(details, context);
  }

  private IdType patient(Asked asked, String name, RequestDetails details) {
    IdType referred = asked.patient(name);
    List<Identifier> identifiers = asked.identifiers(name + "-identifier", forms, details);
    if (identifiers.isEmpty()) {
      return referred == null ? asked.requiredPatient(name) : referred;
    }
    List<IdType> found = storage.bearing("Patient", identifiers, details);
    if (found.isEmpty()) {
      throw Problem.at(name + "-identifier", ProblemCode.NOT_FOUND);
    }
    if (referred != null) {
      if (found.stream().noneMatch(id -> id.getIdPart().equals(referred.getIdPart()))) {
        throw Problem.at(name + "-identifier", ProblemCode.PATIENT_AMBIGUOUS);
      }
      return referred;
    }
    if (found.size() > 1) {
      throw Problem.at(name + "-identifier", ProblemCode.PATIENT_AMBIGUOUS);
    }
    return found.get(0);
  }
}
