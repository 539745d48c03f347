package org.hutong.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** CPU time of processes, from Linux's {@code /proc}. */
final class CpuTime {

  /** Ticks per second of {@code /proc/<pid>/stat}: 100 on every Linux. */
  private static final double TICKS = 100;

  private record Process(long parent, long ticks) {}

  private CpuTime() {}

  /**
   * Seconds of CPU that a process, its descendants and those that have ended have used so far; NaN
   * where it is not known.
   *
   * @param except a descendant that does not count, nor do its own
   */
  static double seconds(OptionalLong process, OptionalLong except) {
    if (process.isEmpty()) {
      return Double.NaN;
    }
    Map<Long, Process> all = running();
    long ticks = 0;
    for (long id : all.keySet()) {
      if (descends(id, process.getAsLong(), except.orElse(-1), all)) {
        ticks += all.get(id).ticks();
      }
    }
    return all.containsKey(process.getAsLong()) ? ticks / TICKS : Double.NaN;
  }

  private static boolean descends(long id, long from, long except, Map<Long, Process> all) {
    for (long i = id; all.containsKey(i) && i != except; i = all.get(i).parent()) {
      if (i == from) {
        return true;
      }
    }
    return false;
  }

  private static Map<Long, Process> running() {
    Map<Long, Process> all = new HashMap<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        try {
          String stat = Files.readString(process.resolve("stat"));
          // The name may hold spaces and brackets; what follows it starts with field 3, the state.
          String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
          long ticks = 0;
          for (int i = 11; i <= 14; i++) { // utime, stime, and both of children that have ended
            ticks += Long.parseLong(fields[i]);
          }
          all.put(
              Long.parseLong(process.getFileName().toString()),
              new Process(Long.parseLong(fields[1]), ticks));
        } catch (IOException e) {
          // ended meanwhile
        }
      }
    } catch (IOException e) {
      // no /proc on this system
    }
    return all;
  }
}
