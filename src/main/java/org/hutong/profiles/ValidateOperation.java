package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.ValidationModeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Language;
import org.hutong.fhir.Operations;
import org.hutong.fhir.Outcomes;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;
import org.hutong.fhir.Success;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * {@code $validate} of every type that declares it, in the words of the write gate. HAPI's own
 * answers in English, and refuses what it cannot read instead of saying what is wrong with it.
 */
@Component
class ValidateOperation implements Operations {
  private final FhirContext context;
  private final Validation validation;
  private final Examination examination;
  private final NormalResource normal;
  private final IValidationSupport definitions;
  private final DaoRegistry storage;

  ValidateOperation(
      FhirContext context,
      Validation validation,
      Examination examination,
      NormalResource normal,
      IValidationSupport definitions,
      DaoRegistry storage) {
    this.context = context;
    this.validation = validation;
    this.examination = examination;
    this.normal = normal;
    this.definitions = definitions;
    this.storage = storage;
  }

  @Override
  public List<Object> providers() {
    Declared declared = Declared.fromClassPath();
    List<Object> providers = new ArrayList<>();
    for (String name : declared.types()) {
      Declared.Type type = declared.type(name);
      if (type != null && type.operations().contains("validate")) {
        providers.add(new OfType(context.getResourceDefinition(name).getImplementingClass()));
      }
    }
    return providers;
  }

  /** The operation on one type and its instances. */
  public final class OfType implements IResourceProvider {
    private final Class<? extends IBaseResource> type;

    OfType(Class<? extends IBaseResource> type) {
      this.type = type;
    }

    @Override
    public Class<? extends IBaseResource> getResourceType() {
      return type;
    }

    /** Answers with what is wrong, or that nothing is; stores nothing. */
    @Operation(name = "$validate", idempotent = true, manualRequest = true)
    public OperationOutcome validate(
        @IdParam(optional = true) @Nullable IdType id, RequestDetails details) {
      ValidateRequest request =
          ValidateRequest.of(
              details.getParameters(), Operations.body(details), Operations.encoding(details));
      Language language = Language.preferred(details.getHeader("Accept-Language"));
      details.getResponse().addHeader("Content-Language", language.tag());

      String name = type.getSimpleName();
      if (request.type() != null && !request.type().equals(name)) {
        throw Problem.of(ProblemCode.TYPE_MISMATCH, Problem.printable(request.type()), name);
      }
      if (request.mode() == ValidateRequest.Mode.DELETE) {
        List<Problem.Issue> issues = deletion(existing(id), details);
        return issues.isEmpty()
            ? Outcomes.render(Success.DELETABLE, List.of(), language)
            : Outcomes.render(new Problem(issues), language);
      }
      List<Resource> judged = new ArrayList<>();
      List<Problem.Issue> issues = issues(name, id, request, details, judged);
      boolean valid = issues.stream().allMatch(Problem.Issue::warning);
      OperationOutcome outcome =
          valid
              ? Outcomes.render(Success.VALID, issues, language)
              : Outcomes.render(new Problem(issues), language);
      judged.forEach(resource -> sayTheProfiles(outcome, resource, request.profile(), language));
      return outcome;
    }

    private void sayTheProfiles(
        OperationOutcome outcome, Resource resource, @Nullable String profile, Language language) {
      List<Bilingual> held = validation.held(resource, profile);
      OperationOutcome.OperationOutcomeIssueComponent issue =
          outcome
              .addIssue()
              .setSeverity(OperationOutcome.IssueSeverity.INFORMATION)
              .setCode(OperationOutcome.IssueType.INFORMATIONAL);
      issue.getDetails().setText(held.get(0).in(language));
      String narrower = held.get(1).in(language);
      if (!narrower.isEmpty()) {
        issue.setDiagnostics(narrower);
      }
    }

    /**
     * What is wrong.
     *
     * @param judged takes the resource that was looked at, unless it is a Bundle: each of its
     *     entries is held to profiles of its own
     */
    private List<Problem.Issue> issues(
        String name,
        @Nullable IdType id,
        ValidateRequest request,
        RequestDetails details,
        List<Resource> judged) {
      String profile = request.profile();
      if (profile != null && !isOf(name, profile)) {
        String meant = validation.profileLike(profile, name);
        throw meant == null
            ? Problem.at(
                "http.profile", ProblemCode.PROFILE_UNKNOWN, Problem.printable(profile), name)
            : Problem.suggested(
                "http.profile",
                ProblemCode.PROFILE_UNKNOWN,
                meant,
                Problem.printable(profile),
                name);
      }
      if (id != null || request.mode() == ValidateRequest.Mode.UPDATE) {
        Resource stored = stored(existing(id), details);
        if (request.text() == null) {
          judged.add(stored);
          return validation.examine(
              context.newJsonParser().encodeResourceToString(stored), stored, profile, "");
        }
      }
      String text = request.text();
      if (text == null) {
        throw Problem.of(ProblemCode.PARAMETER_MISSING, name + "/$validate", "resource");
      }
      if (name.equals("Bundle")) {
        return examination.ofBundle(text, request.encoding(), profile, NormalStage.base(details));
      }
      Resource resource = examination.strictly(text, request.encoding());
      if (resource != null && normal.normalise(resource, NormalStage.base(details))) {
        // Judged as it would be kept. What is not clean FHIR is judged as it came.
        text = context.newJsonParser().encodeResourceToString(resource);
      } else if (resource == null) {
        resource = examination.read(text, request.encoding());
      }
      judged.add(resource);
      List<Problem.Issue> issues = new ArrayList<>(validation.examine(text, resource, profile, ""));
      issues.addAll(examination.dead(resource, "", NormalStage.base(details), Set.of()));
      String own = resource.getIdElement().getIdPart();
      if (request.mode() == ValidateRequest.Mode.UPDATE
          && id != null
          && !id.getIdPart().equals(own)) {
        issues.addAll(
            Problem.otherId(name + ".id", id.getIdPart(), own == null ? "" : own).issues());
      }
      return issues;
    }

    private IdType existing(@Nullable IdType id) {
      if (id == null) {
        throw Problem.parameterInvalid(
            "mode", null, type.getSimpleName() + "/[id]/$validate: update, delete");
      }
      return id;
    }

    private Resource stored(IdType id, RequestDetails details) {
      return (Resource) storage.getResourceDao(type).read(id, details);
    }

    private List<Problem.Issue> deletion(IdType id, RequestDetails details) {
      stored(id, details);
      IFhirResourceDao<? extends IBaseResource> dao = storage.getResourceDao(type);
      try {
        dao.validate(null, id, null, null, ValidationModeEnum.DELETE, null, details);
        return List.of();
      } catch (ResourceVersionConflictException referenced) {
        return Problem.of(ProblemCode.REFERENCED_STILL).issues();
      }
    }
  }

  private boolean isOf(String type, String profile) {
    return definitions.fetchStructureDefinition(profile) instanceof StructureDefinition definition
        && definition.getKind() == StructureDefinition.StructureDefinitionKind.RESOURCE
        && List.of(type, "DomainResource", "Resource").contains(definition.getType());
  }
}
