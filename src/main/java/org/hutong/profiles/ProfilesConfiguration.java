package org.hutong.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import java.util.List;
import java.util.TreeMap;
import org.hutong.fhir.NormalForm;
import org.hutong.store.Beside;
import org.hutong.store.IndexRules;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The FHIR package and the validation of what is written. */
@Configuration
@EnableConfigurationProperties(ProfilesSettings.class)
class ProfilesConfiguration {

  /** Neither database nor web server need start for a package that is broken. */
  @Bean
  static BeanFactoryPostProcessor packageFirst() {
    return beans -> beans.getBean(FhirPackage.class);
  }

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
    return new Validation(context, support, fhirPackage, settings.policy(), Unborn.clock());
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

  @Bean
  NormalForm normalForm(NormalResource resources) {
    return (resource, request) -> resources.normalise(resource, NormalStage.base(request));
  }

  @Bean
  IndexRules indexRules(
      FhirPackage fhirPackage,
      IndexedParameters parameters,
      NormalSearch search,
      NormalResource resources,
      List<Beside> besides) {
    return new IndexRules(
        parameters.definitions(),
        NormalResource.VERSION + " " + new TreeMap<>(fhirPackage.systems().spellings()),
        search.formed(parameters.definitions()),
        resource -> resources.normalise(resource, ""),
        besides);
  }
}
