package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.config.JpaConfig;
import ca.uhn.fhir.validation.IInstanceValidatorModule;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.WorkerContextValidationSupportAdapter;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/**
 * The one chain of definitions that everything uses: the write gate, {@code $validate}, {@code
 * $expand} and HAPI's own services. It is read from the class path and never from the database, so
 * that every node knows the same rules from its first request on.
 */
@Configuration
@EnableConfigurationProperties(ProfilesSettings.class)
class ProfilesConfiguration {

  @Bean
  FhirPackage fhirPackage(FhirContext context) {
    return FhirPackage.fromClassPath(context);
  }

  /** Takes the place of HAPI's chain of the same name, which asks the database. */
  @Bean(JpaConfig.JPA_VALIDATION_SUPPORT_CHAIN)
  @Primary
  IValidationSupport validationSupportChain(
      FhirContext context,
      FhirPackage fhirPackage,
      DefaultProfileValidationSupport r4,
      InMemoryTerminologyServerValidationSupport terminology,
      WorkerContextValidationSupportAdapter adapter) {
    UnknownCodeSystemWarningValidationSupport unknownCodeSystems =
        new UnknownCodeSystemWarningValidationSupport(context);
    unknownCodeSystems.setNonExistentCodeSystemSeverity(IValidationSupport.IssueSeverity.WARNING);
    ValidationSupportChain chain =
        new ValidationSupportChain(
            r4,
            fhirPackage.support(),
            new SnapshotGeneratingValidationSupport(context, adapter),
            terminology,
            new CommonCodeSystemsTerminologyService(context),
            unknownCodeSystems);
    adapter.setValidationSupport(chain);
    return chain;
  }

  @Bean
  Validation validation(
      FhirContext context,
      IValidationSupport support,
      FhirPackage fhirPackage,
      ProfilesSettings settings) {
    return new Validation(context, support, fhirPackage, settings.policy());
  }

  @Bean("myInstanceValidator")
  IInstanceValidatorModule instanceValidator(Validation validation) {
    return validation.module();
  }
}
