package org.hutong;

import ca.uhn.fhir.context.FhirContext;
import org.hutong.demo.Demo;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationContextInitializedEvent;
import org.springframework.context.ApplicationListener;

/** Starts the exchange, or writes the demonstration county to disk. */
@SpringBootApplication
public class HutongApplication {

  public static void main(String[] arguments) {
    if (Demo.written(arguments, System.out)) {
      return;
    }
    SpringApplication application = new SpringApplication(HutongApplication.class);
    application.addListeners(
        (ApplicationListener<ApplicationContextInitializedEvent>) event -> readAhead());
    application.run(arguments);
  }

  /**
   * The definitions of FHIR R4 take seconds to read: two threads read them while Spring prepares
   * the rest. Logging is set up by then.
   */
  private static void readAhead() {
    FhirContext r4 = FhirContext.forR4Cached();
    ahead("definitions", () -> r4.getValidationSupport().fetchAllStructureDefinitions());
    ahead("types", () -> r4.getResourceTypes().forEach(r4::getResourceDefinition));
  }

  private static void ahead(String name, Runnable work) {
    Thread thread = new Thread(work, "ahead-" + name);
    thread.setDaemon(true);
    thread.start();
  }
}
