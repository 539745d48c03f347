package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.config.JpaConfig;
import ca.uhn.fhir.jpa.validation.JpaValidationSupportChain;
import ca.uhn.fhir.validation.IInstanceValidatorModule;
import jakarta.annotation.PostConstruct;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.WorkerContextValidationSupportAdapter;
import org.hutong.profiles.FhirPackage;
import org.hutong.profiles.Validation;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

/**
 * The one chain of definitions that everything uses: the write gate, {@code $validate}, {@code
 * $expand} and HAPI's own services. It is read from the class path and never from the database, so
 * that every node knows the same rules from its first request on.
 */
@Configuration
@Import(EngineConfiguration.Library.class)
class DefinitionsConfiguration {

  /** Takes the place of HAPI's chain of the same name, which asks the database. */
  @Bean(JpaConfig.JPA_VALIDATION_SUPPORT_CHAIN)
  @Primary
  @SuppressWarnings({"deprecation", "unchecked"}) // its successor works on requests, not on a chain
  JpaValidationSupportChain validationSupportChain(
      FhirContext context,
      FhirPackage fhirPackage,
      DefaultProfileValidationSupport r4,
      InMemoryTerminologyServerValidationSupport terminology,
      WorkerContextValidationSupportAdapter adapter) {
    return new JpaValidationSupportChain(
        context, ValidationSupportChain.CacheConfiguration.defaultValues(), adapter) {
      @Override
      @PostConstruct
      public void postConstruct() {
        adapter.setValidationSupport(this);
        IValidationSupport snapshots = new SnapshotGeneratingValidationSupport(context, adapter);
        fhirPackage.chain(context, r4, snapshots, terminology).forEach(this::addValidationSupport);
      }
    };
  }

  /** Takes the place of HAPI's validator, so that there is only one. */
  @Bean("myInstanceValidator")
  IInstanceValidatorModule instanceValidator(Validation validation) {
    return validation.module();
  }
}
