package org.hutong.fhir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Surnames of several characters, and those that are read otherwise than their characters
 * elsewhere. All others are the one character that they begin with (decision 0020).
 */
final class Surnames {
  /** Of one character, of those longer names that are no surname and given name. */
  private static final int LONGEST_NAME = 4;

  private static final int LONGEST = 4;

  private static final Map<String, Surname> TABLE = new HashMap<>();

  static {
    for (String[] row : rows("surnames.csv")) {
      List<String> reading = List.of(row[1].split(" "));
      TABLE.put(row[0], new Surname(reading, row[2].isEmpty() ? row[0] : row[2]));
    }
  }

  private Surnames() {}

  /**
   * A surname that the table knows.
   *
   * @param reading one syllable for each character
   * @param sortedAs characters that are read like that wherever they stand
   */
  record Surname(List<String> reading, String sortedAs) {}

  static @Nullable Surname of(String surname) {
    return TABLE.get(surname);
  }

  /**
   * How many chars of a name without separators are its surname: 0 when it has none, as most names
   * of other peoples that are written in Chinese characters.
   */
  static int length(String name) {
    int characters = name.codePointCount(0, name.length());
    if (characters < 2 || !name.codePoints().allMatch(Character::isIdeographic)) {
      return 0;
    }
    for (int n = Math.min(LONGEST, characters - 1); n > 1; n--) {
      int end = name.offsetByCodePoints(0, n);
      if (characters <= LONGEST_NAME + n - 1 && TABLE.containsKey(name.substring(0, end))) {
        return end;
      }
    }
    return characters <= LONGEST_NAME ? name.offsetByCodePoints(0, 1) : 0;
  }

  /** The lines of a table of this package after the first, which names the columns. */
  static List<String[]> rows(String table) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Surnames.class.getResourceAsStream(table), table),
                StandardCharsets.UTF_8))) {
      return lines.lines().skip(1).map(line -> line.split(",", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
