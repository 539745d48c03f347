package org.hutong.bench;

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.HibernatePropertiesProvider;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.migrate.DriverTypeEnum;
import ca.uhn.fhir.jpa.migrate.HapiMigrator;
import ca.uhn.fhir.jpa.migrate.SchemaMigrator;
import ca.uhn.fhir.jpa.migrate.tasks.HapiFhirJpaMigrationTasks;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.util.VersionEnum;
import jakarta.persistence.EntityManagerFactory;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/**
 * The yardstick: HAPI FHIR's JPA server for R4 with HAPI's own defaults on PostgreSQL, at {@code
 * /fhir}. Configured like any Spring Boot program: {@code SPRING_DATASOURCE_URL}, {@code
 * SPRING_DATASOURCE_USERNAME}, {@code SPRING_DATASOURCE_PASSWORD}, {@code SERVER_PORT}, or the same
 * as arguments ({@code --server.port=8081}).
 */
@Configuration
@ImportAutoConfiguration({
  DataSourceAutoConfiguration.class,
  ServletWebServerFactoryAutoConfiguration.class
})
@Import({
  JpaR4Config.class,
  HapiJpaConfig.class,
  JpaBatch2Config.class,
  Batch2JobsConfig.class,
  SubscriptionChannelConfig.class,
  ThreadPoolFactoryConfig.class
})
public class Peer {

  public static void main(String[] args) {
    SpringApplication peer = new SpringApplication(Peer.class);
    peer.setAllowCircularReferences(true);
    peer.setDefaultProperties(Map.of("server.tomcat.relaxed-query-chars", "|,[,],{,},^"));
    peer.run(args);
  }

  @Bean
  JpaStorageSettings storageSettings() {
    return new JpaStorageSettings();
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
  HibernatePropertiesProvider hibernateProperties() {
    return new HibernatePropertiesProvider();
  }

  @Bean
  LocalContainerEntityManagerFactoryBean entityManagerFactory(
      ConfigurableListableBeanFactory beans,
      DataSource database,
      FhirContext fhir,
      JpaStorageSettings settings) {
    migrate(database);
    var factory = HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, fhir, settings);
    factory.setPersistenceUnitName("HAPI_PU");
    factory.setDataSource(database);
    factory.setJpaPropertyMap(
        Map.of(
            "hibernate.dialect", "ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect",
            "hibernate.hbm2ddl.auto", "none",
            "hibernate.search.enabled", "false"));
    return factory;
  }

  /** The schema as HAPI's own migrations build it, with the indexes of a production server. */
  private static void migrate(DataSource database) {
    var migrator =
        new HapiMigrator(
            SchemaMigrator.HAPI_FHIR_MIGRATION_TABLENAME, database, DriverTypeEnum.POSTGRES_9_4);
    migrator.createMigrationTableIfRequired();
    migrator.addTasks(new HapiFhirJpaMigrationTasks(Set.of()).getAllTasks(VersionEnum.values()));
    migrator.migrate();
  }

  @Bean
  @Primary
  JpaTransactionManager transactionManager(EntityManagerFactory factory) {
    return new JpaTransactionManager(factory);
  }

  @Bean
  ServletRegistrationBean<RestfulServer> fhirServlet(
      FhirContext fhir,
      ResourceProviderFactory resources,
      JpaSystemProvider<?, ?> system,
      DatabaseBackedPagingProvider paging) {
    var server = new RestfulServer(fhir);
    server.registerProviders(resources.createProviders());
    server.registerProvider(system);
    paging.setDefaultPageSize(20); // page sizes of HAPI's starter
    paging.setMaximumPageSize(200);
    server.setPagingProvider(paging);
    return new ServletRegistrationBean<>(server, "/fhir/*");
  }
}
