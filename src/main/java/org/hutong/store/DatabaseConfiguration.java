package org.hutong.store;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The database as the rest sees it: one pool of connections to a PostgreSQL that runs and whose
 * tables are current. Spring destroys in reverse: the pool first, then an embedded PostgreSQL.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({StoreSettings.class, DatabaseSettings.class})
class DatabaseConfiguration {

  @Bean(destroyMethod = "close")
  Database database(StoreSettings store, DatabaseSettings settings) {
    DatabaseAddress external = settings.external();
    if (external != null) {
      return external;
    }
    EmbeddedDatabase embedded =
        EmbeddedDatabase.start(store.dataFolder(), store.programFolder(), store.poolSize());
    // For a start that is broken off where Spring does not come to destroy its beans.
    SpringApplication.getShutdownHandlers().add(embedded::close);
    return embedded;
  }

  @Bean(destroyMethod = "close")
  HikariDataSource dataSource(Database database, StoreSettings store) {
    return Pool.migrated(database.address(), store);
  }
}
