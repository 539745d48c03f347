package org.hutong.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Locale;
import org.hutong.Running;
import org.hutong.Told;
import org.junit.jupiter.api.Test;

/**
 * Times imports and trees of registers of 120, 1,200 and 12,000 institutions: a county hospital for
 * every 120, nine townships below it and village clinics below them. Not part of the suite:
 *
 * <pre>./mvnw test -Dtest=DirectoryBench -Dsurefire.failIfNoSpecifiedTests=false</pre>
 */
class DirectoryBench {
  private static final String HEADER = "name,licence,tier,type,parent,role,lead,start\n";

  private static final int PART = 4_800;

  @Test
  void prints() {
    send("?dryRun=true", register(120)); // loads classes
    System.out.printf(
        "%12s %9s %9s %9s %9s %9s %12s%n",
        "institutions", "dry run", "import", "again", "tree", "alliance", "milliseconds");
    for (int size : new int[] {120, 1_200, 12_000}) {
      String register = register(size);
      long dry = send("?dryRun=true", register);
      long first = send("", register);
      long again = send("", register);
      String lead =
          Told.ids(Running.get("/Organization?identifier=" + register.split("\n")[1].split(",")[1]))
              .get(0);
      System.out.printf(
          "%12d %9d %9d %9d %9d %9d%n",
          size,
          dry,
          first,
          again,
          median("/Organization/$tree"),
          median("/Organization/" + lead + "/$tree"));
    }
  }

  /** In parts that one import takes; every alliance is whole in one of them. */
  private static long send(String query, String register) {
    String[] lines = register.split("\n");
    long time = 0;
    for (int from = 1; from < lines.length; from += PART) {
      String[] part = Arrays.copyOfRange(lines, from, Math.min(lines.length, from + PART));
      time += sendPart(query, HEADER + String.join("\n", part) + "\n");
    }
    return time;
  }

  private static long sendPart(String query, String register) {
    long begin = System.nanoTime();
    HttpResponse<String> answer =
        Running.send(
            Running.request("/Organization/$import" + query)
                .header("Content-Type", "text/csv")
                .POST(BodyPublishers.ofString(register)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return (System.nanoTime() - begin) / 1_000_000;
  }

  private static long median(String path) {
    long[] times = new long[7];
    for (int i = 0; i < times.length; i++) {
      long begin = System.nanoTime();
      assertThat(Running.get(path).statusCode()).isEqualTo(200);
      times[i] = (System.nanoTime() - begin) / 1_000_000;
    }
    Arrays.sort(times);
    return times[times.length / 2];
  }

  private static String register(int size) {
    String series = Running.unique().substring(0, 8).toUpperCase(Locale.ROOT);
    StringBuilder register = new StringBuilder(HEADER);
    for (int i = 0; i < size; i++) {
      int lead = i / 120 * 120;
      int at = i - lead;
      int parent = at == 0 ? -1 : at < 10 ? lead : lead + 1 + at % 9;
      register.append(
          "机构%d,%s%05d,%s,%s,%s,%s,%s%05d,2024-01-01%n"
              .formatted(
                  i,
                  series,
                  i,
                  at == 0 ? "county" : at < 10 ? "township" : "village",
                  at == 0 ? "A100" : at < 10 ? "C220" : "D600",
                  parent < 0 ? "无" : "%s%05d".formatted(series, parent),
                  at == 0 ? "lead" : "member",
                  series,
                  lead));
    }
    return register.toString();
  }
}
