package org.hutong.directory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.hutong.fhir.ProblemCode;

/** What is wrong with a table, cell by cell. */
final class Findings {
  /** Cells that are named; of the others it is told that there are more. */
  static final int MOST = 1_000;

  private final List<Problem.Issue> issues = new ArrayList<>();
  private final Set<Integer> wrong = new HashSet<>();

  /**
   * Notes what keeps a row from being taken in.
   *
   * @param column as it is written in the header; empty for the row as such
   */
  void error(int row, String column, Bilingual what, Bilingual mend) {
    wrong.add(row);
    add(row, column, what, mend, false);
  }

  /** Notes what seems wrong and is taken in all the same. */
  void warn(int row, String column, Bilingual what, Bilingual mend) {
    add(row, column, what, mend, true);
  }

  /** Notes what the server itself would say of the resource that a row becomes. */
  void add(int row, Problem.Issue issue) {
    if (!issue.warning()) {
      wrong.add(row);
    }
    issues.add(
        new Problem.Issue(
            issue.code(),
            place(row, issue.location() == null ? "" : issue.location()),
            issue.arguments(),
            issue.wording(),
            issue.detail(),
            issue.warning()));
  }

  private void add(int row, String column, Bilingual what, Bilingual mend, boolean warning) {
    String place = place(row, column);
    issues.add(
        new Problem.Issue(
            ProblemCode.TABLE_CELL,
            place,
            List.of(place),
            new Problem.Wording(
                null,
                column.isEmpty()
                    ? new Bilingual(
                        "第 %d 行：%s".formatted(row, what.zh()),
                        "Row %d: %s".formatted(row, what.en()))
                    : new Bilingual(
                        "第 %d 行“%s”：%s".formatted(row, Problem.printable(column), what.zh()),
                        "Row %d, column %s: %s"
                            .formatted(row, Problem.printable(column), what.en())),
                mend,
                null),
            null,
            warning));
  }

  private static String place(int row, String column) {
    return "row[" + row + "]" + (column.isEmpty() ? "" : "." + Problem.printable(column));
  }

  boolean isWrong(int row) {
    return wrong.contains(row);
  }

  boolean any() {
    return !wrong.isEmpty();
  }

  /** Errors first; no more than fit an answer. */
  List<Problem.Issue> issues() {
    return issues.stream()
        .sorted((a, b) -> Boolean.compare(a.warning(), b.warning()))
        .limit(MOST)
        .toList();
  }

  int size() {
    return issues.size();
  }
}
