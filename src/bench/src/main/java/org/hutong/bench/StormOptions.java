package org.hutong.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the command line asks of a storm.
 *
 * @param nodes base URLs
 * @param kill process that is killed in the middle; null for none
 * @param restart shell command that starts it again; null for none
 * @param patience how long one write is sent again and again
 * @param database JDBC URL by which the tables are looked at; null to leave that out
 */
record StormOptions(
    List<String> nodes,
    int residents,
    int writes,
    int writers,
    long seed,
    Long kill,
    String restart,
    Duration patience,
    String database) {

  static final String USAGE =
      """
      usage: java -cp hutong-bench.jar org.hutong.bench.Storm [options] base-url...
        --residents 1000      who are registered
        --writes 10000        in all
        --writers 64          at the same time
        --seed 1              of data and requests; take another one on a used database
        --kill 1234           process of a node, killed (-9) after half of the writes
        --restart "command"   starts it again
        --patience 300        seconds for which a write is sent again after 503 and lost connections
        --db jdbc:postgresql://…?user=…&password=…   look at the tables too
      """;

  static StormOptions parse(String... arguments) {
    Map<String, String> values = new HashMap<>();
    List<String> nodes = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      if (!arguments[i].startsWith("--")) {
        nodes.add(arguments[i].replaceAll("/+$", ""));
      } else if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(arguments[i] + " needs a value");
      } else {
        String option = arguments[i].substring(2);
        switch (option) {
          case "residents", "writes", "writers", "seed" -> values.put(option, arguments[++i]);
          case "kill", "restart", "patience", "db" -> values.put(option, arguments[++i]);
          default -> throw new IllegalArgumentException("No such option: --" + option);
        }
      }
    }
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("No node");
    }
    return new StormOptions(
        nodes,
        Integer.parseInt(values.getOrDefault("residents", "1000")),
        Integer.parseInt(values.getOrDefault("writes", "10000")),
        Integer.parseInt(values.getOrDefault("writers", "64")),
        Long.parseLong(values.getOrDefault("seed", "1")),
        values.containsKey("kill") ? Long.valueOf(values.get("kill")) : null,
        values.get("restart"),
        Duration.ofSeconds(Long.parseLong(values.getOrDefault("patience", "300"))),
        values.get("db"));
  }
}
