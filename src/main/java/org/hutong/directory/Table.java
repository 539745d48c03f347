package org.hutong.directory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;

/**
 * A table in CSV (RFC 4180); semicolons or tabs may separate as well, where the first line has more
 * of them.
 *
 * @param header names of the columns as they are written
 * @param rows those in which anything is written
 */
record Table(List<String> header, List<Row> rows) {
  /**
   * Rows that one import takes in, and one transaction writes; as many entries as a Bundle may
   * have.
   */
  static final int MOST_ROWS = 5_000;

  /** No cell of a register is longer. */
  private static final int LONGEST_CELL = 1_000;

  private static final Bilingual MEND =
      new Bilingual(
          "请在表格软件中打开并另存为 CSV；含逗号、引号或换行的单元格须加双引号。",
          "Save it again as CSV from a spreadsheet program; a cell with commas, quotes or line breaks"
              + " stands in double quotes.");

  /**
   * A row.
   *
   * @param number as a spreadsheet program counts, the header being 1
   */
  record Row(int number, List<String> cells) {}

  /**
   * Reads it.
   *
   * @throws Problem when it is broken, empty or too long; nothing is read then
   */
  static Table of(String text) {
    List<Row> rows = new ArrayList<>();
    try (CSVParser parser = CSVParser.parse(text, format(text))) {
      for (CSVRecord record : parser) {
        if (record.stream().allMatch(String::isBlank)) {
          continue;
        }
        if (rows.size() > MOST_ROWS) {
          throw Problem.of(ProblemCode.TABLE_TOO_LARGE, String.valueOf(MOST_ROWS));
        }
        int number = (int) record.getRecordNumber();
        for (String cell : record) {
          if (cell.length() > LONGEST_CELL) {
            throw broken(
                number,
                "单元格超过 1000 字，或有未配对的引号",
                "a cell is longer than 1,000 characters, or a quote is not closed");
          }
        }
        rows.add(new Row(number, record.toList()));
      }
    } catch (IOException | UncheckedIOException | IllegalStateException malformed) {
      throw broken(
          rows.size() + 1, "引号不配对，或引号后有多余文字", "a quote is not closed, or text follows one");
    }
    if (rows.isEmpty()) {
      throw Decoded.unreadable(
          new Bilingual("文件是空的", "The file is empty"),
          new Bilingual(
              "第一行写列名，以下每行一个机构或人员。",
              "The first line names the columns, each other line is an institution or a person."));
    }
    Row first = rows.remove(0);
    if (rows.isEmpty()) {
      throw Decoded.unreadable(
          new Bilingual("只有列名，没有数据行", "There is a header and nothing below it"),
          new Bilingual("列名之下每行写一个机构或人员。", "Each line below it is an institution or a person."));
    }
    return new Table(first.cells().stream().map(String::strip).toList(), List.copyOf(rows));
  }

  private static Problem broken(int row, String zh, String en) {
    return Decoded.unreadable(
        new Bilingual(
            "第 %d 行起无法读作 CSV：%s".formatted(row, zh),
            "From row %d on it is no CSV: %s".formatted(row, en)),
        MEND);
  }

  private static CSVFormat format(String text) {
    String first = text.lines().findFirst().orElse("");
    Map<Character, Long> counts = new LinkedHashMap<>();
    for (char separator : new char[] {',', '\t', ';'}) {
      counts.put(separator, first.chars().filter(c -> c == separator).count());
    }
    char most =
        counts.entrySet().stream()
            .reduce((a, b) -> b.getValue() > a.getValue() ? b : a)
            .map(Map.Entry::getKey)
            .orElse(',');
    return CSVFormat.Builder.create()
        .setDelimiter(most)
        .setQuote('"')
        .setIgnoreEmptyLines(false)
        .get();
  }
}
