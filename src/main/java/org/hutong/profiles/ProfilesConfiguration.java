package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import java.util.TreeMap;
import org.hutong.store.IndexRules;
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
  NormalSearch normalSearch(FhirPackage fhirPackage, IndexedParameters parameters) {
    return new NormalSearch(fhirPackage.systems(), parameters);
  }

  @Bean
  NormalResource normalResource(FhirContext context, FhirPackage fhirPackage, NormalSearch search) {
    return new NormalResource(context, fhirPackage.systems(), search);
  }

  @Bean
  IndexRules indexRules(
      FhirPackage fhirPackage,
      IndexedParameters parameters,
      NormalSearch search,
      NormalResource resources) {
    return new IndexRules(
        parameters.definitions(),
        NormalResource.VERSION + " " + new TreeMap<>(fhirPackage.systems().spellings()),
        search.formed(parameters.definitions()),
        resources::normalise);
  }
}
