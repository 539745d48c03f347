package org.hutong;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What must hold in the tables after whatever was written at once; the storm of {@code src/bench}
 * looks for the same. Other tests leave broken rows behind on purpose: those are not counted.
 */
public final class Invariants {
  private final Map<String, Set<String>> before = broken();

  /** Fails when a rule was broken since this was made. */
  public void hold() {
    broken()
        .forEach(
            (rule, offenders) -> {
              offenders.removeAll(before.getOrDefault(rule, Set.of()));
              assertThat(offenders).as(rule).isEmpty();
            });
  }

  private static Map<String, Set<String>> broken() {
    try {
      String file = Files.readString(Path.of("src/bench/src/main/resources/invariants.sql"));
      Map<String, Set<String>> broken = new LinkedHashMap<>();
      String[] parts = file.split("\n\n");
      for (int i = 1; i < parts.length; i++) {
        String[] rule = parts[i].split("\n", 2);
        broken.put(
            rule[0],
            new LinkedHashSet<>(
                Running.bean(JdbcTemplate.class).queryForList(rule[1], String.class)));
      }
      return broken;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
