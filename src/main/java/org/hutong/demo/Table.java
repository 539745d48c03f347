package org.hutong.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** A table of this package's resources: commas separate, the first line names the columns. */
final class Table {
  private Table() {}

  static <T> List<T> read(String name, Function<Row, T> each) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Table.class.getResourceAsStream(name + ".csv"), name),
                StandardCharsets.UTF_8))) {
      String[] columns = lines.readLine().split(",");
      List<T> rows = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split(",", -1);
        if (cells.length != columns.length) {
          throw new IllegalStateException(name + ".csv: " + line);
        }
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < columns.length; i++) {
          row.put(columns[i], cells[i]);
        }
        rows.add(each.apply(new Row(row)));
      }
      return List.copyOf(rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One line, by the names of the columns. */
  record Row(Map<String, String> cells) {

    String text(String column) {
      return Objects.requireNonNull(cells.get(column), column);
    }

    /** An empty cell is 0. */
    double number(String column) {
      String text = text(column);
      return text.isEmpty() ? 0 : Double.parseDouble(text);
    }

    int whole(String column) {
      return (int) number(column);
    }

    /** What blanks separate. */
    List<String> list(String column) {
      String text = text(column);
      return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }
  }
}
