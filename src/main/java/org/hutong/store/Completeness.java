package org.hutong.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.hutong.fhir.NameIndex;
import org.hutong.fhir.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Which rules of the index hold for all that is stored. A search that needs one that does not is
 * refused, since it would miss what was written before.
 *
 * <p>When this is made, the rules of this build take the place of those that the database knows:
 * before anything is written by them, so that no build ever takes a rule for complete under which
 * not all was written. Nothing to change costs one query.
 */
@Component
public class Completeness {
  /** Key of the advisory lock while rules are compared: "Hutong" and 1. */
  private static final long LOCK = 0x4875746f6e670001L;

  private final JdbcTemplate jdbc;
  private final IndexRules rules;
  private volatile Map<String, Set<String>> pending = Map.of();

  Completeness(DataSource dataSource, IndexRules rules) {
    this.jdbc = new JdbcTemplate(dataSource);
    this.rules = rules;
    Map<String, Map<String, Known>> known = read();
    if (digests(known).equals(rules.digests())) {
      pending = incomplete(known);
    } else {
      new TransactionTemplate(new JdbcTransactionManager(dataSource))
          .executeWithoutResult(status -> register());
      refresh();
    }
  }

  /** What the database knows of a rule. */
  private record Known(String digest, boolean complete) {}

  /**
   * Refuses what needs an incomplete search parameter.
   *
   * @throws Problem when resources of the type may be missing from the parameter's index
   */
  public void require(String type, String code) {
    Map<String, Set<String>> now = pending;
    if (now.isEmpty()) {
      return;
    }
    Set<String> ofType = now.getOrDefault(type, Set.of());
    if (ofType.contains(code) || (ofType.contains(IndexRules.FORMS) && rules.hasForm(type, code))) {
      throw Problem.indexIncomplete(code.equals(NameIndex.ORDER) ? NameIndex.NAME : code, type);
    }
  }

  /** Refuses to follow links from resources of a type, or to read their narrow rows, likewise. */
  void requireRecords(String type) {
    Set<String> ofType = pending.getOrDefault(type, Set.of());
    if (ofType.contains(IndexRules.NARROW_ROW) || ofType.contains(IndexRules.LINKS)) {
      throw Problem.indexIncomplete("$everything", type);
    }
  }

  /** Incomplete rules by type, as last seen. */
  Map<String, Set<String>> pending() {
    return pending;
  }

  /** Looks again: another node may have completed some. */
  Map<String, Set<String>> refresh() {
    pending = incomplete(read());
    return pending;
  }

  private Map<String, Map<String, Known>> read() {
    Map<String, Map<String, Known>> known = new TreeMap<>();
    jdbc.query(
        "select type, rule, digest, position is null as complete from hutong.index_rule",
        row -> {
          known
              .computeIfAbsent(row.getString("type"), type -> new TreeMap<>())
              .put(
                  row.getString("rule"),
                  new Known(row.getString("digest"), row.getBoolean("complete")));
        });
    return known;
  }

  private static Map<String, Map<String, String>> digests(Map<String, Map<String, Known>> known) {
    Map<String, Map<String, String>> digests = new TreeMap<>();
    known.forEach(
        (type, ofType) ->
            ofType.forEach(
                (rule, one) ->
                    digests
                        .computeIfAbsent(type, name -> new TreeMap<>())
                        .put(rule, one.digest())));
    return digests;
  }

  private static Map<String, Set<String>> incomplete(Map<String, Map<String, Known>> known) {
    Map<String, Set<String>> incomplete = new TreeMap<>();
    known.forEach(
        (type, ofType) ->
            ofType.forEach(
                (rule, one) -> {
                  if (!one.complete()) {
                    incomplete.computeIfAbsent(type, name -> new TreeSet<>()).add(rule);
                  }
                }));
    return incomplete;
  }

  /** A new rule holds at once where nothing is stored. */
  private void register() {
    jdbc.query("select pg_advisory_xact_lock(" + LOCK + ")", row -> {});
    Map<String, Map<String, String>> stored = digests(read());
    List<Object[]> gone = new ArrayList<>();
    stored.forEach(
        (type, known) ->
            known
                .keySet()
                .forEach(
                    rule -> {
                      if (!rules.digests().getOrDefault(type, Map.of()).containsKey(rule)) {
                        gone.add(new Object[] {type, rule});
                      }
                    }));
    Set<String> populated = populated();
    List<Object[]> changed = new ArrayList<>();
    rules
        .digests()
        .forEach(
            (type, wanted) ->
                wanted.forEach(
                    (rule, digest) -> {
                      if (!digest.equals(stored.getOrDefault(type, Map.of()).get(rule))) {
                        Long from = populated.contains(type) ? 0L : null;
                        changed.add(new Object[] {type, rule, digest, from});
                      }
                    }));
    jdbc.batchUpdate("delete from hutong.index_rule where type = ? and rule = ?", gone);
    jdbc.batchUpdate(
        """
        insert into hutong.index_rule (type, rule, digest, position) values (?, ?, ?, ?::bigint)
        on conflict (type, rule) do update
        set digest = excluded.digest, position = excluded.position
        """,
        changed);
  }

  /** The types of which anything was ever stored. */
  private Set<String> populated() {
    String[] types = rules.digests().keySet().toArray(String[]::new);
    return new TreeSet<>(
        jdbc.queryForList(
            """
            select type from unnest(?) as t (type)
            where exists (select from public.hfj_resource where res_type = type)
            """,
            String.class,
            (Object) types));
  }

  /**
   * How far the incomplete rules of a type hold.
   *
   * @return null when all of them hold for all
   */
  @Nullable Long position(String type) {
    return jdbc.queryForObject(
        "select min(position) from hutong.index_rule where type = ?", Long.class, type);
  }

  /**
   * Notes how far they hold; part of the caller's transaction. Rules that another build has put in
   * the place of ours meanwhile are left alone.
   */
  void reached(String type, long position) {
    update("greatest(position, " + position + ")", type);
  }

  /** Notes that all rules of a type hold for all that is stored. */
  void complete(String type) {
    update("null", type);
  }

  private void update(String position, String type) {
    Map<String, String> own = rules.digests().getOrDefault(type, Map.of());
    String[] names = own.keySet().toArray(String[]::new);
    String[] digests = Arrays.stream(names).map(own::get).toArray(String[]::new);
    jdbc.update(
        """
        update hutong.index_rule r set position = %s
        from unnest(?, ?) as own (rule, digest)
        where r.type = ? and r.rule = own.rule and r.digest = own.digest and position is not null
        """
            .formatted(position),
        names,
        digests,
        type);
  }
}
