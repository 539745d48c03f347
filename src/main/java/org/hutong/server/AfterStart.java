package org.hutong.server;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.hutong.profiles.Validation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * What is done once the server answers, in the background: the validator is warmed, so that no
 * client waits the seconds that its first use takes; then the memory that only the start needed is
 * given back. Measured in {@code src/docs/performance}.
 */
@Component
class AfterStart {
  private static final Logger log = LoggerFactory.getLogger(AfterStart.class);

  /** Processor time for the examples: halves what the first requests take. */
  private static final Duration WARMING = Duration.ofSeconds(6);

  /** Per cent of the heap that may stay free after a full collection, before it is given back. */
  private static final String[][] HEAP_FREE = {
    {"MinHeapFreeRatio", "10"}, {"MaxHeapFreeRatio", "30"}
  };

  private final Validation validation;

  AfterStart(Validation validation) {
    this.validation = validation;
  }

  @EventListener(ApplicationReadyEvent.class)
  public void inBackground() {
    Thread thread =
        new Thread(
            () -> {
              int judged = validation.warm(WARMING);
              log.info("Warmed the validator with {} examples", judged);
              giveBack();
            },
            "after-start");
    thread.setDaemon(true);
    thread.start();
  }

  private static void giveBack() {
    HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    try {
      for (String[] option : HEAP_FREE) {
        vm.setVMOption(option[0], option[1]);
      }
    } catch (RuntimeException notThisCollector) {
      log.debug("This JVM's collector does not give memory back", notThisCollector);
    }
    System.gc();
  }
}
