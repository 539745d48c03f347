package org.hutong.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the command line asks for.
 *
 * @param clients numbers of concurrent clients, each waiting for its answer before it asks again
 * @param slice how long one target is loaded before it is the next one's turn
 * @param rounds slices per target, workload and number of clients
 * @param years years of history per patient when seeding
 * @param headers sent with every request to every target
 */
record Options(
    List<Target> targets,
    List<Integer> clients,
    Duration slice,
    Duration warmup,
    int rounds,
    int patients,
    int years,
    long seed,
    Set<Workload> workloads,
    Map<String, String> headers,
    Optional<Path> json,
    Optional<Path> syncDirectory) {

  static final String USAGE =
      """
      usage: java -jar hutong-bench.jar [options] name=base-url...
        --clients 4,32        concurrent clients
        --seconds 10          length of a slice
        --rounds 3            slices per target, workload and number of clients
        --warmup 5            unmeasured seconds before a workload's first slice, per target
        --patients 100        patients to seed
        --years 4             years of each patient's history, about 150 resources each
        --seed 1              of data and requests; take another one on a used database
        --only read,page      workloads; all: %s
        --header "Name: text" sent with every request; may be repeated
        --pid name=1234,1250  process ids of a target's server and its PostgreSQL; may be repeated
        --fsync-dir /path     measure there how long the disk takes to sync
        --json out.json       write every figure there
      The last target is the one that the others are compared with.
      """
          .formatted(
              String.join(
                  ",", Stream.of(Workload.values()).map(Workload::label).toArray(String[]::new)));

  static Options parse(String... arguments) {
    Map<String, String> single = new HashMap<>();
    Map<String, String> bases = new LinkedHashMap<>();
    Map<String, String> headers = new LinkedHashMap<>();
    Map<String, String> processes = new HashMap<>();
    for (int i = 0; i < arguments.length; i++) {
      if (!arguments[i].startsWith("--")) {
        put(bases, arguments[i], "=");
      } else if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(arguments[i] + " needs a value");
      } else {
        String option = arguments[i].substring(2);
        String value = arguments[++i];
        switch (option) {
          case "header" -> put(headers, value, ":");
          case "pid" -> put(processes, value, "=");
          case "clients", "seconds", "rounds", "warmup", "patients" -> single.put(option, value);
          case "years", "seed", "only", "json", "fsync-dir" -> single.put(option, value);
          default -> throw new IllegalArgumentException("No such option: --" + option);
        }
      }
    }
    if (bases.isEmpty()) {
      throw new IllegalArgumentException("No target");
    }
    if (!bases.keySet().containsAll(processes.keySet())) {
      throw new IllegalArgumentException("--pid names no target: " + processes);
    }
    return new Options(
        targets(bases, processes),
        Stream.of(single.getOrDefault("clients", "4,32").split(",")).map(Integer::valueOf).toList(),
        Duration.ofSeconds(Long.parseLong(single.getOrDefault("seconds", "10"))),
        Duration.ofSeconds(Long.parseLong(single.getOrDefault("warmup", "5"))),
        Integer.parseInt(single.getOrDefault("rounds", "3")),
        Integer.parseInt(single.getOrDefault("patients", "100")),
        Integer.parseInt(single.getOrDefault("years", "4")),
        Long.parseLong(single.getOrDefault("seed", "1")),
        workloads(single.get("only")),
        headers,
        Optional.ofNullable(single.get("json")).map(Path::of),
        Optional.ofNullable(single.get("fsync-dir")).map(Path::of));
  }

  /** What a reader of the figures must know; without the headers, which may hold secrets. */
  Map<String, Object> described() {
    Map<String, Object> bases = new LinkedHashMap<>();
    targets.forEach(target -> bases.put(target.name(), target.base()));
    return Map.of(
        "targets", bases,
        "clients", clients,
        "seconds", slice.toSeconds(),
        "warmup", warmup.toSeconds(),
        "rounds", rounds,
        "patients", patients,
        "years", years,
        "seed", seed);
  }

  private static void put(Map<String, String> map, String pair, String separator) {
    String[] parts = pair.split(separator, 2);
    if (parts.length < 2) {
      throw new IllegalArgumentException("Expected name" + separator + "value, not " + pair);
    }
    map.put(parts[0].strip(), parts[1].strip());
  }

  private static List<Target> targets(Map<String, String> bases, Map<String, String> processes) {
    List<Target> targets = new ArrayList<>();
    bases.forEach(
        (name, base) -> {
          String[] ids = processes.getOrDefault(name, "").split(",");
          targets.add(
              new Target(
                  name,
                  base.replaceAll("/+$", ""),
                  ids[0].isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(ids[0])),
                  ids.length < 2 ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(ids[1]))));
        });
    return targets;
  }

  /** In the order they are declared in, so that reads come before what makes the data grow. */
  private static Set<Workload> workloads(String only) {
    if (only == null) {
      return EnumSet.allOf(Workload.class);
    }
    Set<Workload> workloads = EnumSet.noneOf(Workload.class);
    for (String label : only.split(",")) {
      workloads.add(Workload.of(label));
    }
    return workloads;
  }
}
