package org.hutong.server;

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.ClientIdStrategyEnum;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.IdStrategyEnum;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.StoreMetaSourceInformationEnum;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.api.model.HistoryCountModeEnum;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.HibernatePropertiesProvider;
import ca.uhn.fhir.jpa.config.r4.FhirContextR4Config;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.dao.IFulltextSearchSvc;
import ca.uhn.fhir.jpa.dao.search.IHSearchSortHelper;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect;
import ca.uhn.fhir.jpa.model.entity.ResourceEncodingEnum;
import ca.uhn.fhir.jpa.model.entity.StorageSettings.TagStorageModeEnum;
import ca.uhn.fhir.jpa.search.ISynchronousSearchSvc;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.api.IResourceSupportedSvc;
import jakarta.persistence.EntityManagerFactory;
import java.util.Map;
import javax.sql.DataSource;
import org.hutong.profiles.Declared;
import org.hutong.store.TrueTotal;
import org.hutong.store.VersionedReferences;
import org.hutong.store.WritesInTurn;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.dao.annotation.PersistenceExceptionTranslationPostProcessor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/**
 * HAPI's JPA storage as a library: the smallest set of its configurations that starts, and every
 * setting that could not be changed once rows exist (decision 0004).
 */
@Configuration
@Import(EngineConfiguration.Library.class)
class EngineConfiguration {

  /**
   * HAPI's own configurations. Whichever of ours replaces one of their beans imports this, so that
   * it comes after them.
   */
  @Configuration
  @Import({
    JpaR4Config.class,
    HapiJpaConfig.class,
    JpaBatch2Config.class,
    Batch2JobsConfig.class,
    SubscriptionChannelConfig.class,
    ThreadPoolFactoryConfig.class
  })
  static class Library {}

  /** The context that {@code main} has begun to fill; strict, so that nothing sent is dropped. */
  @Bean("primaryFhirContext")
  @Primary
  FhirContext fhirContext() {
    FhirContext context = FhirContext.forR4Cached();
    FhirContextR4Config.configureDefaultParserOptions(context);
    context.setParserErrorHandler(new StrictErrorHandler());
    context.getParserOptions().setDontStripVersionsFromReferencesAtPaths(VersionedReferences.PATHS);
    return context;
  }

  /** One-way settings first, then those that may change with a restart. */
  @Bean
  JpaStorageSettings storageSettings() {
    JpaStorageSettings settings = new JpaStorageSettings();
    settings.setResourceServerIdStrategy(IdStrategyEnum.UUID);
    settings.setResourceClientIdStrategy(ClientIdStrategyEnum.NOT_ALLOWED);
    settings.setTagStorageMode(TagStorageModeEnum.INLINE);
    settings.setIndexStorageOptimized(true);
    settings.setSuppressStringIndexingInTokens(true);
    settings.setStoreMetaSourceInformation(StoreMetaSourceInformationEnum.NONE);
    settings.setResourceEncoding(ResourceEncodingEnum.JSON);
    settings.setAutoSupportDefaultSearchParams(false);
    settings.setEnforceReferentialIntegrityOnWrite(true);
    settings.setEnforceReferentialIntegrityOnDelete(true);
    settings.setAllowExternalReferences(false);
    settings.setAutoCreatePlaceholderReferenceTargets(false);
    settings.setResourceDbHistoryEnabled(true);
    settings.setExpungeEnabled(false);
    settings.setDeleteExpungeEnabled(false);

    // Answers are always computed from the present rows.
    settings.setReuseCachedSearchResultsForMillis(null);
    settings.setMatchUrlCacheEnabled(false);
    settings.setHistoryCountMode(HistoryCountModeEnum.COUNT_ACCURATE);
    settings.setAllowMultipleDelete(false);
    settings.setMarkResourcesForReindexingUponSearchParameterChange(false);
    settings.setBundleBatchPoolSize(1);
    settings.setPreExpandValueSets(false);
    settings.setNonResourceDbHistoryEnabled(false);

    // HAPI's background work for what we do not offer.
    settings.setSchedulingDisabled(true);
    settings.setEnableTaskBulkImportJobExecution(false);
    settings.setEnableTaskBulkExportJobExecution(false);
    settings.setEnableTaskPreExpandValueSets(false);
    settings.setEnableTaskStaleSearchCleanup(false);
    settings.setEnableTaskResourceReindexing(false);
    return settings;
  }

  @Bean
  PartitionSettings partitionSettings() {
    return new PartitionSettings();
  }

  @Bean
  SubscriptionSettings subscriptionSettings() {
    return new SubscriptionSettings();
  }

  @Bean
  @Primary
  HibernatePropertiesProvider hibernatePropertiesProvider() {
    return new HibernatePropertiesProvider();
  }

  @Bean
  LocalContainerEntityManagerFactoryBean entityManagerFactory(
      ConfigurableListableBeanFactory beans,
      FhirContext fhirContext,
      JpaStorageSettings settings,
      DataSource dataSource) {
    LocalContainerEntityManagerFactoryBean factory =
        HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, fhirContext, settings);
    factory.setPersistenceUnitName("hutong");
    factory.setDataSource(dataSource);
    factory.setJpaPropertyMap(
        Map.of(
            "hibernate.dialect", HapiFhirPostgresDialect.class.getName(),
            "hibernate.hbm2ddl.auto", "none",
            // RES_UPDATED has no zone: one and the same, whatever the machine's.
            "hibernate.jdbc.time_zone", "UTC",
            "hibernate.jdbc.batch_size", "100",
            "hibernate.order_inserts", "true",
            "hibernate.order_updates", "true",
            "hibernate.cache.use_second_level_cache", "false",
            "hibernate.cache.use_query_cache", "false",
            "hibernate.search.enabled", "false"));
    return factory;
  }

  @Bean({"transactionManager", "hapiTransactionManager"})
  @Primary
  JpaTransactionManager hapiTransactionManager(EntityManagerFactory factory) {
    return new JpaTransactionManager(factory);
  }

  @Bean
  WritesInTurn hapiTransactionService(JdbcTemplate jdbc) {
    return new WritesInTurn(jdbc);
  }

  @Bean
  ISynchronousSearchSvc synchronousSearchSvc() {
    return new TrueTotal();
  }

  /**
   * HAPI's is made by an object, which is then itself made too early to be processed like the
   * others, and warned of at every start.
   */
  @Bean
  static PersistenceExceptionTranslationPostProcessor
      persistenceExceptionTranslationPostProcessor() {
    return new PersistenceExceptionTranslationPostProcessor();
  }

  /** Only stored types get a REST provider; the engine's own types have storage but no door. */
  @Bean
  IResourceSupportedSvc resourceSupportedSvc() {
    return Declared.fromClassPath()::stores;
  }

  /** No full-text engine: with Hibernate Search off, HAPI's own bean breaks {@code $expand}. */
  @Bean
  @Nullable IFulltextSearchSvc fullTextSearchSvc() {
    return null;
  }

  @Bean
  @Nullable IHSearchSortHelper extendedFulltextSortHelper() {
    return null;
  }
}
