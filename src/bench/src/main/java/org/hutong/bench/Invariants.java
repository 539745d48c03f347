package org.hutong.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The rules of {@code invariants.sql}, which the project's own tests hold it to as well. */
final class Invariants {

  private Invariants() {}

  /**
   * Looks for what breaks them.
   *
   * @param database a JDBC URL with user and password
   */
  static List<String> broken(String database) throws IOException, SQLException {
    List<String> broken = new ArrayList<>();
    try (InputStream file = Invariants.class.getResourceAsStream("/invariants.sql");
        Connection connection = DriverManager.getConnection(database);
        Statement statement = connection.createStatement()) {
      String[] parts = new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n\n");
      for (int i = 1; i < parts.length; i++) {
        String rule = parts[i].substring(3, parts[i].indexOf('\n'));
        try (ResultSet rows = statement.executeQuery(parts[i])) {
          while (rows.next()) {
            broken.add(rule + ": " + rows.getString(1));
          }
        }
      }
      System.out.println(parts.length - 1 + " rules looked at in the database");
    }
    return broken;
  }
}
