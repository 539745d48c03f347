package org.hutong;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the exchange. */
@SpringBootApplication
public class HutongApplication {
  public static void main(String[] arguments) {
    SpringApplication.run(HutongApplication.class, arguments);
  }
}
