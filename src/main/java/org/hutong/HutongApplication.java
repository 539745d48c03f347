package org.hutong;

import ca.uhn.fhir.context.FhirContext;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the exchange. */
@SpringBootApplication
public class HutongApplication {
  /**
   * The definitions of FHIR R4, which take seconds to read: two threads read them while Spring
   * prepares the rest.
   */
  private static final FhirContext R4 = FhirContext.forR4Cached();

  public static void main(String[] arguments) {
    ahead("definitions", () -> R4.getValidationSupport().fetchAllStructureDefinitions());
    ahead("types", () -> R4.getResourceTypes().forEach(R4::getResourceDefinition));
    SpringApplication.run(HutongApplication.class, arguments);
  }

  private static void ahead(String name, Runnable work) {
    Thread thread = new Thread(work, "ahead-" + name);
    thread.setDaemon(true);
    thread.start();
  }
}
