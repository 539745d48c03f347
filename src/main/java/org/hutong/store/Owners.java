package org.hutong.store;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.hutong.fhir.Institution;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The short numbers by which the narrow row names institutions. A number is given once, in a
 * transaction of its own, and never changes; so it may be cached for good.
 */
@Component
class Owners {
  private final JdbcTemplate jdbc;
  private final TransactionTemplate alone;
  private final ConcurrentMap<String, Integer> known = new ConcurrentHashMap<>();

  Owners(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.alone = new TransactionTemplate(transactions);
    this.alone.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
  }

  int id(Institution institution) {
    return id(institution.code());
  }

  /** Who owns what has lost its owner; no institution has this code. */
  int nobody() {
    return id("?");
  }

  private int id(String code) {
    Integer id = known.get(code);
    if (id == null) {
      id = alone.execute(status -> find(code));
      if (id == null) {
        throw new IllegalStateException("The database gave an institution no number");
      }
      known.put(code, id);
    }
    return id;
  }

  private int find(String code) {
    jdbc.update(
        "insert into hutong.institution (code) values (?) on conflict (code) do nothing", code);
    Integer id =
        jdbc.queryForObject(
            "select id from hutong.institution where code = ?", Integer.class, code);
    return id == null ? 0 : id;
  }
}
