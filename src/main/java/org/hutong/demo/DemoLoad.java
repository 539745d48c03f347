package org.hutong.demo;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Gives an empty database the county. It runs when the endpoint answers and before the server calls
 * itself ready: Spring Boot reports readiness once all its runners are through.
 */
@Component
class DemoLoad implements ApplicationRunner {
  private static final Logger log = LoggerFactory.getLogger(DemoLoad.class);

  /** Residents that are sent at one time. */
  private static final int SENDERS = 3;

  private final DemoSettings settings;
  private final boolean on;
  private final ServletWebServerApplicationContext server;
  private final boolean six;

  DemoLoad(
      DemoSettings settings,
      Environment environment,
      ServletWebServerApplicationContext server,
      ServerProperties address) {
    this.settings = settings;
    this.on =
        settings.enabled() == null
            ? environment.getProperty("hutong.db.url", "").isBlank()
            : settings.enabled();
    this.server = server;
    this.six = address.getAddress() instanceof Inet6Address;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    if (!on) {
      return;
    }
    try {
      Vendor vendor =
          new Vendor(
              URI.create(
                  "http://"
                      + (six ? "[::1]" : "127.0.0.1")
                      + ":"
                      + server.getWebServer().getPort()
                      + "/fhir"));
      String caller = Directory.LEAD;
      Marker marker = Marker.find(vendor, caller);
      if (marker == null && empty(vendor, caller)) {
        County county = Demo.county(settings);
        Marker.of(county).begin(vendor, caller);
        load(county, false, vendor);
      } else if (marker != null && !marker.complete()) {
        load(marker.county(), true, vendor);
      }
    } catch (IOException | RuntimeException e) {
      log.error(
          "The demonstration county could not be loaded whole: {}. The next start goes on with it;"
              + " hutong.demo.enabled=false leaves it.",
          e.getMessage());
    }
  }

  private static boolean empty(Vendor vendor, String caller) throws IOException {
    return vendor.count("Organization", caller) + vendor.count("Patient", caller) == 0;
  }

  /**
   * @param again whether an earlier start has begun with it
   */
  private static void load(County county, boolean again, Vendor vendor) throws IOException {
    log.info(
        "{} a demonstration county of {} residents, all of them made up"
            + " (hutong.demo.enabled=false switches this off)",
        again ? "Going on to load" : "The database is empty: loading",
        county.residents());
    Progress progress = new Progress(county.residents());
    Map<String, String> directory = new HashMap<>();
    for (Transaction transaction : county.institutions()) {
      vendor.send(transaction, again, directory);
      progress.sent(transaction);
    }
    ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
    try {
      List<Future<?>> pending = new ArrayList<>();
      for (int i = 0; i < county.residents(); i++) {
        int number = i;
        pending.add(
            senders.submit(
                () -> {
                  Map<String, String> known = new HashMap<>(directory);
                  for (Transaction transaction : county.resident(number)) {
                    vendor.send(transaction, again, known);
                    progress.sent(transaction);
                  }
                  progress.resident();
                  return null;
                }));
      }
      for (Future<?> resident : pending) {
        resident.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      senders.shutdownNow();
    }
    String lead = directory.get(county.directory().lead().key().toString());
    Marker.end(vendor, Objects.requireNonNull(lead), Directory.LEAD);
    progress.end();
  }
}
