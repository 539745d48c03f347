package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The FHIR package and the validation of what is written. */
@Configuration
@EnableConfigurationProperties(ProfilesSettings.class)
class ProfilesConfiguration {

  @Bean
  FhirPackage fhirPackage(FhirContext context) {
    return FhirPackage.fromClassPath(context);
  }

  @Bean
  Validation validation(
      FhirContext context,
      IValidationSupport support,
      FhirPackage fhirPackage,
      ProfilesSettings settings) {
    return new Validation(context, support, fhirPackage, settings.policy());
  }

  @Bean
  NamedSystems namedSystems(FhirPackage fhirPackage) {
    return fhirPackage.systems();
  }

  @Bean
  NormalSearch normalSearch(NamedSystems systems, IndexedParameters parameters) {
    return new NormalSearch(systems, parameters);
  }

  @Bean
  NormalResource normalResource(FhirContext context, NamedSystems systems, NormalSearch search) {
    return new NormalResource(context, systems, search);
  }
}
