package org.hutong.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What one target did during one slice. Requests that failed are counted in {@code errors} and in
 * nothing else; the CPU time is spread over all.
 *
 * @param requests answered well
 * @param perSecond requests answered well
 * @param found resources read, counted or created, per request
 * @param bytes of response bodies, per request
 * @param serverMs CPU time of the server, per request; NaN where not known, like the next
 * @param databaseMs CPU time of PostgreSQL, per request
 * @param driverMs CPU time of this driver, per request
 */
record Slice(
    int round,
    int requests,
    double perSecond,
    double p50Ms,
    double p95Ms,
    double p99Ms,
    double found,
    double bytes,
    double serverMs,
    double databaseMs,
    double driverMs,
    int errors,
    String firstError) {

  /** One client's share. */
  private record Share(List<Exchange> exchanges, double seconds) {}

  /**
   * Loads a target with clients that each wait for an answer before they ask again. What was asked
   * in time is waited for.
   */
  static Slice run(
      Workload workload, Site site, int clients, int round, long seed, Duration duration) {
    double server = serverSeconds(site.target());
    double database = databaseSeconds(site.target());
    double driver = driverSeconds();
    List<Share> shares = shares(workload, site, clients, seed, duration);
    double asked = shares.stream().mapToInt(share -> share.exchanges().size()).sum();
    double toMs = 1000 / asked;
    double serverMs = (serverSeconds(site.target()) - server) * toMs;
    double databaseMs = (databaseSeconds(site.target()) - database) * toMs;
    double driverMs = (driverSeconds() - driver) * toMs;

    List<Exchange> good = new ArrayList<>();
    List<Exchange> bad = new ArrayList<>();
    double perSecond = 0;
    for (Share share : shares) {
      long before = good.size();
      share.exchanges().forEach(e -> (e.error() == null ? good : bad).add(e));
      perSecond += (good.size() - before) / share.seconds();
    }
    double[] ms = good.stream().mapToDouble(exchange -> exchange.nanos() / 1e6).toArray();
    return new Slice(
        round,
        good.size(),
        perSecond,
        Percentiles.percentile(ms, 50),
        Percentiles.percentile(ms, 95),
        Percentiles.percentile(ms, 99),
        good.stream().mapToInt(Exchange::found).average().orElse(Double.NaN),
        good.stream().mapToLong(Exchange::bytes).average().orElse(Double.NaN),
        serverMs,
        databaseMs,
        driverMs,
        bad.size(),
        bad.isEmpty() ? null : bad.get(0).error());
  }

  private static List<Share> shares(
      Workload workload, Site site, int clients, long seed, Duration duration) {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      long start = System.nanoTime();
      List<Future<Share>> pending = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + i);
        pending.add(threads.submit(() -> share(workload, site, random, start, duration)));
      }
      List<Share> shares = new ArrayList<>();
      for (Future<Share> share : pending) {
        shares.add(share.get());
      }
      return shares;
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      threads.shutdown();
    }
  }

  private static Share share(
      Workload workload, Site site, SplittableRandom random, long start, Duration duration) {
    List<Exchange> exchanges = new ArrayList<>();
    while (System.nanoTime() - start < duration.toNanos()) {
      exchanges.add(workload.send(site, random));
    }
    return new Share(exchanges, (System.nanoTime() - start) / 1e9);
  }

  private static double serverSeconds(Target target) {
    return CpuTime.seconds(target.server(), target.database());
  }

  private static double databaseSeconds(Target target) {
    return CpuTime.seconds(target.database(), OptionalLong.empty());
  }

  private static double driverSeconds() {
    return CpuTime.seconds(OptionalLong.of(ProcessHandle.current().pid()), OptionalLong.empty());
  }
}
