package org.hutong.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Loads FHIR R4 servers in turn and compares them. */
public final class Bench {

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Options options;

  private Bench(Options options) {
    this.options = options;
  }

  public static void main(String[] arguments) throws Exception {
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + Options.USAGE);
      System.exit(2);
      return;
    }
    Report report = new Bench(options).run();
    if (options.json().isPresent()) {
      report.write(options.json().get());
    }
    System.exit(report.hasErrors() ? 1 : 0);
  }

  private Report run() throws IOException, InterruptedException {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("started", OffsetDateTime.now().toString());
    run.put("options", options.described());
    run.put("processors", Runtime.getRuntime().availableProcessors());
    run.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    run.put("java", System.getProperty("java.vm.version"));
    run.put("diskSyncBefore", diskSync());
    List<Site> sites = new ArrayList<>();
    County county = new County(options.seed(), LocalDate.now(Year.BEIJING));
    for (Target target : options.targets()) {
      long start = System.nanoTime();
      sites.add(Seeding.seed(target, county, options));
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "%s: seeded %d patients, %d years each, in %.0f s%n",
          target.name(), options.patients(), options.years(), seconds);
    }
    Report.head();
    List<Row> rows = new ArrayList<>();
    for (Workload workload : options.workloads()) {
      for (Site site : sites) {
        warmUp(workload, site);
      }
      for (int clients : options.clients()) {
        List<Row> batch = measure(workload, clients, sites);
        batch.forEach(Report::print);
        rows.addAll(batch);
      }
    }
    run.put("diskSyncAfter", diskSync());
    return new Report(run, rows);
  }

  private void warmUp(Workload workload, Site site) {
    int clients = options.clients().get(0);
    Slice.run(workload, site, clients, 0, options.seed() - 1, options.warmup());
  }

  /** Each round loads every target once; the target that begins changes from round to round. */
  private List<Row> measure(Workload workload, int clients, List<Site> sites)
      throws InterruptedException {
    List<List<Slice>> slices = new ArrayList<>();
    sites.forEach(site -> slices.add(new ArrayList<>()));
    for (int round = 0; round < options.rounds(); round++) {
      long seed = (options.seed() * 1000 + round) * 1000 + clients;
      for (int turn = 0; turn < sites.size(); turn++) {
        int i = (round + turn) % sites.size();
        slices.get(i).add(Slice.run(workload, sites.get(i), clients, round, seed, options.slice()));
        Thread.sleep(PAUSE.toMillis());
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < sites.size(); i++) {
      String target = sites.get(i).target().name();
      List<Slice> last = slices.get(slices.size() - 1);
      rows.add(Row.of(workload, clients, target, slices.get(i), last));
    }
    return rows;
  }

  /** Null where not asked for. */
  private DiskSync diskSync() throws IOException {
    if (options.syncDirectory().isEmpty()) {
      return null;
    }
    DiskSync sync = DiskSync.measure(options.syncDirectory().get());
    System.out.printf(
        "disk: 8 kB kept safe in p50 %.2f ms, p99 %.2f ms%n", sync.p50Ms(), sync.p99Ms());
    return sync;
  }
}
