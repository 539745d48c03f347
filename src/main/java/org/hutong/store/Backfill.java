package org.hutong.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Indexes again what was stored before the rules of today, while the server serves: type after
 * type, in batches by row id, each batch with the note of how far it has come in one transaction.
 * Whoever is killed at it is followed by the next node, or the next start, from that note. One node
 * works at a time; the others look from time to time whether it is done.
 */
@Component
class Backfill implements DisposableBean {
  private static final Logger log = LoggerFactory.getLogger(Backfill.class);

  /** Key of the advisory lock of the node that works: "Hutong" and 2. */
  private static final long LOCK = 0x4875746f6e670002L;

  /** Resources in one transaction: some tenths of a second, in which it can stand in the way. */
  private static final int BATCH = 100;

  /** Row ids that are read ahead at one time. */
  private static final int AHEAD = 10_000;

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration TELL = Duration.ofSeconds(30);

  /** Until resources that could not be indexed are tried again. */
  private static final Duration AGAIN = Duration.ofMinutes(5);

  private final DataSource dataSource;
  private final JdbcTemplate jdbc;
  private final Completeness completeness;
  private final Reindexing reindexing;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "backfill");
  private final AtomicLong left = new AtomicLong();

  Backfill(
      DataSource dataSource,
      JdbcTemplate jdbc,
      Completeness completeness,
      Reindexing reindexing,
      MeterRegistry meters) {
    this.dataSource = dataSource;
    this.jdbc = jdbc;
    this.completeness = completeness;
    this.reindexing = reindexing;
    Gauge.builder(
            "hutong.index.rules.incomplete",
            () -> completeness.pending().values().stream().mapToInt(Set::size).sum())
        .description("Rules of the index that do not hold yet for all that is stored")
        .register(meters);
    Gauge.builder("hutong.index.resources.left", left::get)
        .description("Resources that this node has yet to index again")
        .register(meters);
  }

  /** The endpoint answers by now; runners that come later may already ask for what is missing. */
  @EventListener(ApplicationStartedEvent.class)
  public void begin() {
    if (!completeness.pending().isEmpty()) {
      thread.setDaemon(true);
      thread.start();
    }
  }

  @Override
  public void destroy() throws InterruptedException {
    stop.countDown();
    thread.join(TimeUnit.SECONDS.toMillis(20));
  }

  private void run() {
    while (!stopped(LOOK)) {
      try {
        if (completeness.refresh().isEmpty()) {
          log.info("All that is stored is indexed by the rules of this build");
          return;
        }
        if (!work() && stopped(AGAIN)) {
          return;
        }
      } catch (SQLException | RuntimeException e) {
        // Its message may hold values of a resource.
        log.warn("Indexing again was interrupted and goes on: {}", place(e));
      }
    }
  }

  /** Works if no other node does. Returns false when resources remain that cannot be indexed. */
  private boolean work() throws SQLException {
    try (Connection guard = dataSource.getConnection()) {
      if (!ask(guard, "select pg_try_advisory_lock(" + LOCK + ")")) {
        return true;
      }
      try {
        boolean whole = true;
        List<Work> works = works();
        left.set(works.stream().mapToLong(Work::resources).sum());
        for (Work work : works) {
          whole &= type(work);
          if (stop.getCount() == 0) {
            return true;
          }
        }
        return whole;
      } finally {
        left.set(0);
        ask(guard, "select pg_advisory_unlock(" + LOCK + ")");
      }
    }
  }

  /**
   * A type to index.
   *
   * @param rules that are incomplete
   * @param from row id up to which they hold
   * @param to largest row id; what comes later is written by these rules
   */
  private record Work(String type, Set<String> rules, long from, long to, long resources) {}

  /** Those with few resources come first: their searches are answered again soonest. */
  private List<Work> works() {
    List<Work> works = new ArrayList<>();
    Long last = jdbc.queryForObject("select max(res_id) from public.hfj_resource", Long.class);
    long to = last == null ? 0 : last;
    for (Map.Entry<String, Set<String>> type : completeness.refresh().entrySet()) {
      Long from = completeness.position(type.getKey());
      if (from != null) {
        Long resources =
            jdbc.queryForObject(
                "select count(*) from public.hfj_resource where res_type = ? and res_id > ?",
                Long.class,
                type.getKey(),
                from);
        works.add(
            new Work(type.getKey(), type.getValue(), from, to, resources == null ? 0 : resources));
      }
    }
    works.sort((a, b) -> Long.compare(a.resources(), b.resources()));
    return works;
  }

  /**
   * Indexes a type. What is noted is behind what is indexed by one batch: until no write of before
   * can overtake it any more.
   *
   * @return false when resources remain that cannot be indexed
   */
  private boolean type(Work work) {
    log.info(
        "Indexing {} again: {} resources, for {}", work.type(), work.resources(), work.rules());
    long begin = System.nanoTime();
    long told = begin;
    long done = 0;
    boolean narrow = work.rules().contains(IndexRules.NARROW_ROW);
    TreeSet<Long> failed = new TreeSet<>();
    List<Long> ahead = new ArrayList<>();
    long read = work.from();
    long settled = work.from();
    Reindexing.@Nullable Batch before = null;
    while (true) {
      if (ahead.isEmpty()) {
        ahead = ahead(work, read);
      }
      List<Long> next = new ArrayList<>(ahead.subList(0, Math.min(BATCH, ahead.size())));
      ahead = ahead.subList(next.size(), ahead.size());
      TreeSet<Long> batch = new TreeSet<>();
      if (before != null) {
        batch.addAll(overtaken(before));
      }
      if (stop.getCount() == 0) {
        return true;
      }
      settled = Math.max(settled, Math.min(read, Math.min(first(batch), first(failed)) - 1));
      batch.addAll(next);
      if (batch.isEmpty()) {
        break;
      }
      before = index(work, batch, narrow, settled, failed);
      read = next.isEmpty() ? read : next.get(next.size() - 1);
      done += next.size();
      left.addAndGet(-next.size());
      if (System.nanoTime() - told > TELL.toNanos()) {
        told = System.nanoTime();
        log.info("Indexing {} again: {} of {}", work.type(), done, work.resources());
      }
    }
    if (!failed.isEmpty()) {
      log.error(
          "{} resources of type {} cannot be indexed, the first in row {}: searches for {} stay"
              + " refused; tried again in {}",
          failed.size(),
          work.type(),
          failed.first(),
          work.rules(),
          AGAIN);
      return false;
    }
    completeness.complete(work.type());
    completeness.refresh();
    log.info(
        "Indexed {} again: {} resources in {} ms",
        work.type(),
        done,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    return true;
  }

  private static long first(SortedSet<Long> rowIds) {
    return rowIds.isEmpty() ? Long.MAX_VALUE : rowIds.first();
  }

  private List<Long> ahead(Work work, long after) {
    return jdbc.queryForList(
        """
        select res_id from public.hfj_resource
        where res_type = ? and res_id > ? and res_id <= ? order by res_id limit ?
        """,
        Long.class,
        work.type(),
        after,
        work.to(),
        AHEAD);
  }

  /** Waits until every write has ended that had begun before the batch was committed. */
  private Set<Long> overtaken(Reindexing.Batch batch) {
    while (reindexing.isOvertaking(batch)) {
      if (stopped(Duration.ofMillis(20))) {
        return Set.of();
      }
    }
    return reindexing.overtaken(batch);
  }

  /** A batch that fails is done one by one, so that one resource does not hold back the others. */
  private Reindexing.Batch index(
      Work work, Collection<Long> rowIds, boolean narrow, long settled, Set<Long> failed) {
    String type = work.type();
    try {
      reindexing.besides(type, rowIds, work.rules());
      return reindexing.index(type, rowIds, narrow, () -> completeness.reached(type, settled));
    } catch (RuntimeException e) {
      log.debug("A batch of {} is done one by one: {}", type, place(e));
    }
    Reindexing.Batch all = null;
    for (long rowId : rowIds) {
      Reindexing.Batch one = alone(work, rowId, narrow, failed);
      if (one != null) {
        all = all == null ? one : all.and(one);
      }
    }
    return all == null ? Reindexing.Batch.NONE : all;
  }

  private Reindexing.@Nullable Batch alone(
      Work work, long rowId, boolean narrow, Set<Long> failed) {
    String type = work.type();
    RuntimeException last = null;
    for (int attempt = 0; attempt < 3; attempt++) {
      try {
        reindexing.besides(type, List.of(rowId), work.rules());
        Reindexing.Batch one = reindexing.index(type, List.of(rowId), narrow, () -> {});
        failed.remove(rowId);
        return one;
      } catch (RuntimeException e) {
        last = e;
      }
      // Not this resource's fault when the database is away.
      jdbc.execute("select 1");
    }
    if (failed.isEmpty()) {
      log.warn("The {} in row {} cannot be indexed: {}", type, rowId, place(last));
    }
    failed.add(rowId);
    return null;
  }

  private boolean stopped(Duration wait) {
    try {
      return stop.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** What was thrown and where, without its message. */
  private static String place(@Nullable Throwable thrown) {
    Throwable cause = thrown;
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause == null) {
      return "";
    }
    StackTraceElement[] trace = cause.getStackTrace();
    return cause.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
  }

  private static boolean ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() && row.getBoolean(1);
    }
  }
}
