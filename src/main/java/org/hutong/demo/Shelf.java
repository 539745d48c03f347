package org.hutong.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hutong.fhir.Canonical;

/**
 * A folder of files to which a county is written, line by line. Only so many residents are in
 * memory as are made at one time. {@code meta.source} says of every line whose it is.
 */
final class Shelf implements Closeable {
  /** Residents that are made at one time. */
  private static final int BATCH = 256;

  /** Residents in a file of Bundles. */
  private static final int RESIDENTS_PER_FILE = 10_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private record Line(String file, String text) {}

  private final Path folder;
  private final DemoSettings.Format format;
  private final Map<String, BufferedWriter> files = new TreeMap<>();

  /**
   * @throws IOException also when the folder is not empty: counties must not be mixed
   */
  Shelf(Path folder, DemoSettings.Format format) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.format = format;
    try (Stream<Path> present = Files.list(folder)) {
      if (present.findAny().isPresent()) {
        throw new IOException("The folder in hutong.demo.write is not empty.");
      }
    }
  }

  void write(County county, PrintStream out) throws IOException {
    long began = System.nanoTime();
    long resources = put(lines("institutions", county.institutions()));
    for (int from = 0; from < county.residents(); from += BATCH) {
      int to = Math.min(from + BATCH, county.residents());
      String file = "residents-" + Numbers.padded(from / RESIDENTS_PER_FILE, 4);
      List<List<Line>> batch =
          IntStream.range(from, to)
              .parallel()
              .mapToObj(number -> lines(file, county.resident(number)))
              .toList();
      for (List<Line> lines : batch) {
        resources += put(lines);
      }
      if (to / 10_000 > from / 10_000 || to == county.residents()) {
        double seconds = (System.nanoTime() - began) / 1e9;
        out.printf(
            "%,d of %,d residents, %,d lines, %.0f residents/s%n",
            to, county.residents(), resources, to / seconds);
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (BufferedWriter file : files.values()) {
      file.close();
    }
  }

  private List<Line> lines(String file, List<Transaction> transactions) {
    List<Line> lines = new ArrayList<>();
    for (Transaction transaction : transactions) {
      switch (format) {
        case BUNDLE -> lines.add(line(file, transaction.bundle(true), transaction.owner()));
        case NDJSON -> {
          for (Entry entry : transaction.entries()) {
            ObjectNode resource = entry.resource();
            resource.put("id", Transaction.uuid(entry.key().toString()).toString());
            Transaction.rename(
                resource, target -> target.replaceAll("\\?.*", "/") + Transaction.uuid(target));
            lines.add(line(entry.key().type(), resource, entry.owner()));
          }
        }
      }
    }
    return lines;
  }

  private static Line line(String file, ObjectNode resource, Site owner) {
    resource.set("meta", Json.of("source", Canonical.BASE + "/institution/" + owner.caller()));
    try {
      return new Line(file, JSON.writeValueAsString(resource));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int put(List<Line> lines) throws IOException {
    for (Line line : lines) {
      BufferedWriter file = files.get(line.file());
      if (file == null) {
        file = Files.newBufferedWriter(folder.resolve(line.file() + ".ndjson"));
        files.put(line.file(), file);
      }
      file.write(line.text());
      file.write('\n');
    }
    return lines.size();
  }
}
