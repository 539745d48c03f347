package org.hutong.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Adds any number of rows to one table by one statement of fixed text, which PostgreSQL plans once
 * per connection: each column travels as one array.
 */
final class BulkInsert implements Comparable<BulkInsert> {
  private final String sql;
  private final List<Column> columns;

  /**
   * @param table with its schema
   * @param made columns whose values the database makes, and how, such as {@code "id, "} and {@code
   *     "nextval('…'), "}; both empty when there are none
   * @param columns name and type of each other column, such as {@code "res_id int8, sp_value text"}
   * @param conflict what to do about a row that is there, or empty
   */
  BulkInsert(String table, String made, String how, String columns, String conflict) {
    this.columns =
        Stream.of(columns.split(", ", -1))
            .map(column -> new Column(column.split(" ")[0], column.split(" ")[1]))
            .toList();
    this.sql =
        "insert into %s (%s%s) select %s%s from unnest(%s) as u(%s) %s"
            .formatted(
                table,
                made,
                each(i -> this.columns.get(i).name),
                how,
                each(i -> this.columns.get(i).from("u.c" + i)),
                each(i -> "?"),
                each(i -> "c" + i),
                conflict);
  }

  private String each(IntFunction<String> text) {
    return IntStream.range(0, columns.size()).mapToObj(text).collect(Collectors.joining(", "));
  }

  String sql() {
    return sql;
  }

  /**
   * Sets the parameters of a statement.
   *
   * @param first the number of parameters before them
   * @param rows the values of each row, in the order of the columns; times as milliseconds since
   *     1970-01-01 UTC, which a column without time zone keeps as UTC
   * @return the number of parameters up to here
   */
  int bind(PreparedStatement statement, int first, List<@Nullable Object[]> rows)
      throws SQLException {
    Connection connection = statement.getConnection();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      @Nullable Object[] values = column.array(rows.size());
      for (int row = 0; row < values.length; row++) {
        values[row] = rows.get(row)[i];
      }
      statement.setArray(first + i + 1, connection.createArrayOf(column.carrier(), values));
    }
    return first + columns.size();
  }

  @Override
  public int compareTo(BulkInsert other) {
    return sql.compareTo(other.sql);
  }

  private record Column(String name, String type) {
    private boolean isTime() {
      return type.startsWith("timestamp");
    }

    private String carrier() {
      return isTime() ? "int8" : type;
    }

    /** Whole days and the rest: an interval is multiplied in floating point. */
    private String from(String value) {
      String time =
          "timestamp 'epoch' + $ / 86400000 * interval '1 day' + $ % 86400000 * interval '1 millisecond'"
              .replace("$", value);
      return switch (type) {
        case "timestamp" -> time;
        case "timestamptz" -> "(" + time + ") at time zone 'UTC'";
        default -> value;
      };
    }

    /** Of the class that the driver sends in binary form, where there is one. */
    private @Nullable Object[] array(int size) {
      return switch (carrier()) {
        case "int8" -> new Long[size];
        case "int4" -> new Integer[size];
        case "int2" -> new Short[size];
        case "bool" -> new Boolean[size];
        case "float8" -> new Double[size];
        case "text" -> new String[size];
        default -> new Object[size];
      };
    }
  }
}
