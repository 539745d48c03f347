package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.IInstanceValidatorModule;
import ca.uhn.fhir.validation.IValidationContext;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationOptions;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.hutong.fhir.Canonical;
import org.hutong.fhir.Problem;

/** Holds a resource to FHIR R4, to our profile for it, and to those that it declares. */
public final class Validation {
  private final FhirContext context;
  private final ProfilesSettings.Policy policy;
  private final ProfileChoice choice;
  private final Faults faults;
  private final FhirInstanceValidator instanceValidator;
  private final FhirValidator validator;

  Validation(
      FhirContext context,
      IValidationSupport support,
      FhirPackage fhirPackage,
      ProfilesSettings.Policy policy) {
    this.context = context;
    this.policy = policy;
    this.choice = fhirPackage.choice();
    this.faults = new Faults(fhirPackage);
    this.instanceValidator = new FhirInstanceValidator(support);
    instanceValidator.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
    instanceValidator.setAnyExtensionsAllowed(true);
    instanceValidator.setErrorForUnknownProfiles(false);
    instanceValidator.setNoExtensibleWarnings(false);
    this.validator = context.newValidator().registerValidatorModule(module());
  }

  /** HAPI's face of this, for {@code $validate}. */
  public IInstanceValidatorModule module() {
    return new Module();
  }

  /**
   * Everything that is wrong with a resource, errors and warnings; empty when nothing is.
   *
   * @param at FHIRPath of the resource within the request, such as {@code
   *     Bundle.entry[2].resource}; empty when it is the body itself
   */
  public List<Problem.Issue> check(Resource resource, String at) {
    if (policy == ProfilesSettings.Policy.OFF) {
      return List.of();
    }
    return check(resource, at, new ValidationOptions());
  }

  /** Reads the definitions that the first resource held to each profile would wait for. */
  public void warm() {
    choice
        .all()
        .forEach(
            (profile, type) ->
                checkAgainst(
                    profile, (Resource) context.getResourceDefinition(type).newInstance()));
  }

  /** The same against a profile, whether or not the rule chooses it. */
  List<Problem.Issue> checkAgainst(String profile, Resource resource) {
    return check(resource, "", new ValidationOptions().addProfile(profile));
  }

  private List<Problem.Issue> check(Resource resource, String at, ValidationOptions options) {
    List<Problem.Issue> issues = new ArrayList<>();
    List<SingleValidationMessage> messages =
        validator.validateWithResult(resource, options).getMessages();
    for (SingleValidationMessage message : faults.essential(messages)) {
      boolean warning =
          message.getSeverity() == ResultSeverityEnum.WARNING && !isOwnProfileMissing(message);
      issues.add(faults.issue(message, resource, at, warning));
    }
    return issues;
  }

  /** The validator only warns of a profile that it cannot load, and would let everything in. */
  private static boolean isOwnProfileMissing(SingleValidationMessage message) {
    return String.valueOf(message.getMessageId()).startsWith("Validation_VAL_Profile_Unknown")
        && String.valueOf(message.getMessage()).contains(Canonical.BASE);
  }

  private class Module implements IInstanceValidatorModule {
    @Override
    public void validateResource(IValidationContext<IBaseResource> validation) {
      if (policy == ProfilesSettings.Policy.ENFORCE) {
        choice
            .of((Resource) validation.getResource())
            .forEach(validation.getOptions()::addProfileIfNotBlank);
      }
      instanceValidator.validateResource(validation);
    }
  }
}
