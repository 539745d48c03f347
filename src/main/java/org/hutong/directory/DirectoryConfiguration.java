package org.hutong.directory;

import ca.uhn.fhir.context.FhirContext;
import java.time.Clock;
import org.hutong.fhir.Facts;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Gives the operations their clock: days are Beijing days. */
@Configuration(proxyBeanMethods = false)
class DirectoryConfiguration {
  @Bean
  DirectoryOperations directoryOperations(FhirContext context, Directory directory) {
    return new DirectoryOperations(context, directory, Clock.system(Facts.BEIJING));
  }
}
