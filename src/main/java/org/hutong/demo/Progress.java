package org.hutong.demo;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log how far the load is, at every tenth. */
final class Progress {
  private static final Logger log = LoggerFactory.getLogger(Progress.class);

  private final int residents;
  private final long began = System.nanoTime();
  private int done;
  private int resources;

  Progress(int residents) {
    this.residents = residents;
  }

  synchronized void sent(Transaction transaction) {
    resources += transaction.entries().size();
  }

  synchronized void resident() {
    done++;
    int tenths = done * 10 / residents;
    if (tenths > (done - 1) * 10 / residents) {
      log.info(
          "Demonstration county [{}{}] {} %, {} of {} residents, {} resources, {} s",
          "#".repeat(tenths),
          "-".repeat(10 - tenths),
          tenths * 10,
          done,
          residents,
          resources,
          seconds());
    }
  }

  synchronized void end() {
    log.info(
        "The demonstration county is loaded: {} residents, {} resources, {} s",
        residents,
        resources,
        seconds());
  }

  private long seconds() {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
  }
}
