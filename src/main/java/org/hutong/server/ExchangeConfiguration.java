package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import org.hutong.fhir.EngineStage;
import org.hutong.fhir.Operations;
import org.hutong.profiles.Declared;
import org.hutong.profiles.IndexedParameters;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The FHIR endpoint: HAPI's RestfulServer under {@code /fhir} with our interceptors. */
@Configuration
class ExchangeConfiguration {
  @Bean
  static DeclaredTypes declaredTypes() {
    return new DeclaredTypes();
  }

  @Bean
  RestfulServer exchange(
      FhirContext context,
      ResourceProviderFactory providers,
      JpaSystemProvider<?, ?> systemProvider,
      IndexedParameters parameters,
      ObjectProvider<Operations> operations,
      ObjectProvider<BuildProperties> build,
      ObjectProvider<EngineStage> stages) {
    RestfulServer server = new Exchange(context, Declared.fromClassPath());
    server.registerProviders(providers.createProviders());
    server.registerProvider(systemProvider);
    // After the engine's own, whose operations they replace: it asks the last provider first.
    operations.orderedStream().forEach(own -> server.registerProviders(own.providers()));
    BuildProperties properties = build.getIfAvailable();
    server.setServerConformanceProvider(
        new MetadataProvider(
            context, parameters, properties == null ? "dev" : properties.getVersion()));
    server.setDefaultResponseEncoding(EncodingEnum.JSON);
    server.setDefaultPageSize(FirstPage.DEFAULT);
    server.setMaximumPageSize(FirstPage.LARGEST);
    server.setServerName("Hutong");
    stages.orderedStream().forEach(server::registerInterceptor);
    return server;
  }

  @Bean
  ServletRegistrationBean<RestfulServer> exchangeServlet(RestfulServer exchange) {
    ServletRegistrationBean<RestfulServer> servlet =
        new ServletRegistrationBean<>(exchange, "/fhir/*");
    servlet.setLoadOnStartup(1);
    return servlet;
  }
}
