package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.dao.ITransactionProcessorVersionAdapter;
import ca.uhn.fhir.jpa.dao.TransactionProcessor;
import jakarta.servlet.Filter;
import org.hutong.fhir.Children;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Institution;
import org.hutong.fhir.Stage;
import org.hutong.profiles.Declared;
import org.hutong.profiles.Examination;
import org.hutong.profiles.IndexedParameters;
import org.hutong.store.SharedSecret;
import org.hutong.store.Targets;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The stages of a request that belong to the server itself, in the order of {@link Stage}. The
 * others ({@code Intake}, {@code NormalStage}, {@code TotalOrder}, {@code StoredForm}, {@code
 * Gate}, {@code NarrowRow}, {@code Shown}) are registered by the modules that they belong to, at
 * their place in the same list.
 */
@Configuration
@Import(EngineConfiguration.Library.class)
@EnableConfigurationProperties(ServerSettings.class)
class StageConfiguration {

  @Bean
  Doors doors() {
    return new Doors(Declared.fromClassPath());
  }

  @Bean
  FilterRegistrationBean<CorrelationFilter> correlation() {
    return filter(new CorrelationFilter(), Stage.CORRELATE, "/*");
  }

  @Bean
  FilterRegistrationBean<CallerFilter> caller(ServerSettings settings, OutcomeWriter outcomes) {
    return filter(
        new CallerFilter(new Institution(settings.institution()), outcomes), Stage.CALLER, "/*");
  }

  @Bean
  FilterRegistrationBean<DoorFilter> door(Doors doors, OutcomeWriter outcomes) {
    return filter(new DoorFilter(doors, outcomes), Stage.DOOR, "/fhir/*");
  }

  @Bean
  PageSeal pageSeal(SharedSecret secret) {
    return new PageSeal(secret.key("links to pages"));
  }

  @Bean
  FilterRegistrationBean<PageFilter> page(PageSeal seal, OutcomeWriter outcomes) {
    return filter(new PageFilter(seal, outcomes), Stage.PAGE, "/fhir/*");
  }

  @Bean
  EngineStage pageStage(PageSeal seal) {
    return new PageStage(seal);
  }

  @Bean
  SearchDoor searchDoor(IndexedParameters parameters, FhirContext context) {
    Declared declared = Declared.fromClassPath();
    return new SearchDoor(declared, parameters, new Elements(context, declared));
  }

  @Bean
  ReferenceDoor referenceDoor(SearchDoor searches, FhirContext context) {
    return new ReferenceDoor(searches, Declared.fromClassPath(), new Children(context));
  }

  @Bean
  EngineStage doorStage(
      Doors doors, SearchDoor searches, ReferenceDoor references, FhirContext context) {
    Declared declared = Declared.fromClassPath();
    return new DoorStage(doors, searches, references, new Elements(context, declared), declared);
  }

  @Bean
  EngineStage firstPage() {
    return new FirstPage();
  }

  @Bean
  EngineStage patchStage(FhirContext context, Examination examination) {
    return new PatchStage(context, examination);
  }

  @Bean
  EngineStage successStage() {
    return new SuccessStage();
  }

  @Bean
  EngineStage createdStage() {
    return new CreatedStage();
  }

  @Bean
  EngineStage errorStage(Doors doors, Examination examination, Targets targets) {
    return new ErrorStage(doors, examination, targets);
  }

  @Bean
  TransactionProcessor transactionProcessor() {
    return new BatchEntries();
  }

  @Bean
  ITransactionProcessorVersionAdapter<?, ?> transactionProcessorVersionFacade() {
    return new ErrorStage.Adapter();
  }

  private static <T extends Filter> FilterRegistrationBean<T> filter(
      T filter, int stage, String pattern) {
    FilterRegistrationBean<T> registration = new FilterRegistrationBean<>(filter);
    registration.setOrder(stage);
    registration.addUrlPatterns(pattern);
    return registration;
  }
}
