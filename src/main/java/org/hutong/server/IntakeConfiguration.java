package org.hutong.server;

import ca.uhn.fhir.context.FhirContext;
import java.time.Duration;
import org.apache.catalina.Context;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.hutong.fhir.Stage;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.FormContentFilter;

/** Puts the intake in front of the FHIR engine, and our words in place of the container's. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IntakeSettings.class)
class IntakeConfiguration {
  /** How long a client that is still sending is heard out after it has been answered. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @Bean
  OutcomeWriter outcomeWriter(FhirContext fhir) {
    return new OutcomeWriter(fhir);
  }

  @Bean
  FilterRegistrationBean<Intake> intake(IntakeSettings settings, OutcomeWriter outcomes) {
    FilterRegistrationBean<Intake> intake =
        new FilterRegistrationBean<>(new Intake(settings, outcomes));
    intake.addUrlPatterns("/fhir/*");
    intake.setOrder(Stage.INTAKE);
    return intake;
  }

  /**
   * Takes Spring's filter for forms sent by PUT, PATCH and DELETE out of the way: it reads their
   * bodies whole before any limit is known.
   */
  @Bean
  FilterRegistrationBean<FormContentFilter> noFormContentFilter(FormContentFilter filter) {
    FilterRegistrationBean<FormContentFilter> registration = new FilterRegistrationBean<>(filter);
    registration.setEnabled(false);
    return registration;
  }

  /** After Boot's own customizer, whose error valve must stand outside of ours. */
  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> containerSpeaksFhir(
      IntakeSettings settings, OutcomeWriter outcomes) {
    return factory -> {
      factory.addConnectorCustomizers(
          connector -> {
            if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
              prepare(http, settings);
            }
          });
      factory.addContextCustomizers(context -> prepare(context, outcomes));
    };
  }

  /**
   * A pause within a body ends with the grace time. Chunk extensions and trailers, which nobody
   * needs, are refused: the container reads them whole, however slowly they come. "100 Continue"
   * waits until we want the body.
   */
  static void prepare(AbstractHttp11Protocol<?> http, IntakeSettings settings) {
    http.setDisableUploadTimeout(false);
    http.setConnectionUploadTimeout((int) settings.graceTime().toMillis());
    http.setMaxExtensionSize(0);
    http.setMaxTrailerSize(0);
    http.setContinueResponseTiming("onRead");
  }

  static void prepare(Context context, OutcomeWriter outcomes) {
    for (var page : context.findErrorPages()) {
      context.removeErrorPage(page);
    }
    if (context.getParent() instanceof StandardHost host) {
      host.setErrorReportValveClass(OutcomeErrorValve.class.getName());
      host.getPipeline().addValve(new UnreadBodyValve(PATIENCE));
      host.getPipeline().addValve(new OutcomeErrorValve(outcomes));
    }
  }
}
