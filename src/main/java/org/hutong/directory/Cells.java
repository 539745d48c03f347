package org.hutong.directory;

import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Coding;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.jspecify.annotations.Nullable;

/** The cells of one row by column, each brought into its form; what cannot be is noted. */
final class Cells {
  private static final Pattern DATE =
      Pattern.compile("(\\d{4})([-/.年]?)(\\d{1,2})([-/.月]?)(\\d{1,2})日?( 0?0:00(:00)?)?");

  /** How some programs keep a number from being taken for one: ="0123". */
  /** The column whose values begin with a plus. */
  private static final String TELEPHONE = "phone";

  private static final Pattern QUOTED = Pattern.compile("=\"([^\"]*)\"");

  private static final Pattern FORMULA = Pattern.compile("[=@+\\-\\t\\r].*", Pattern.DOTALL);
  private static final Pattern PHONE = Pattern.compile("\\+?[0-9][0-9 ()\\-转,，、;/]*");
  private static final Pattern ROUNDED = Pattern.compile("\\d(\\.\\d+)?[Ee]\\+\\d+");

  private static final Bilingual TEXT_COLUMN =
      new Bilingual("请把该列设为“文本”格式后重新填写。", "Set the column to text and write the number again.");

  private final int row;
  private final Map<String, String> headers;
  private final Map<String, String> values = new HashMap<>();
  private final Findings findings;

  private Cells(int row, Map<String, String> headers, Findings findings) {
    this.row = row;
    this.headers = headers;
    this.findings = findings;
  }

  /**
   * The columns of a table.
   *
   * @param known every name of a column, in lower case, with the name that we know it by
   * @return by our name the position; positions of unknown columns are left out
   */
  static Map<String, Integer> columns(
      Table table, Map<String, String> known, List<String> required, Findings findings) {
    Map<String, Integer> columns = new LinkedHashMap<>();
    for (int i = 0; i < table.header().size(); i++) {
      String header = table.header().get(i);
      String name = known.get(header.toLowerCase(Locale.ROOT).replaceAll("[\\s_*（(].*|\\s", ""));
      if (name == null) {
        name = known.get(header.toLowerCase(Locale.ROOT));
      }
      if (header.isEmpty()) {
        continue;
      }
      if (name == null) {
        findings.warn(
            1,
            header,
            new Bilingual("不认识的列，未导入", "no column of ours; it is left out"),
            new Bilingual(
                "可用的列：" + String.join("、", known.keySet()),
                "Columns: " + String.join(", ", known.keySet())));
      } else if (columns.put(name, i) != null) {
        findings.error(
            1,
            header,
            new Bilingual("同一列出现两次", "the column stands in it twice"),
            new Bilingual("请只保留一列。", "Keep one of them."));
      }
    }
    for (String name : required) {
      if (!columns.containsKey(name)) {
        findings.error(
            1,
            name,
            new Bilingual("缺少这一列", "the column is missing"),
            new Bilingual("请在第一行写上列名。", "Name the columns in the first line."));
      }
    }
    return columns;
  }

  static Cells of(Table table, Table.Row of, Map<String, Integer> columns, Findings findings) {
    Map<String, String> headers = new HashMap<>();
    columns.forEach((name, at) -> headers.put(name, table.header().get(at)));
    Cells cells = new Cells(of.number(), headers, findings);
    int width = table.header().size();
    List<String> written = of.cells();
    boolean longer =
        written.size() > width
            && !written.subList(width, written.size()).stream().allMatch(String::isBlank);
    int last = columns.values().stream().mapToInt(i -> i).max().orElse(0);
    if (longer || written.size() <= last) {
      findings.error(
          of.number(),
          "",
          new Bilingual(
              "应有 %d 格，实有 %d 格".formatted(width, written.size()),
              "it has %2$d cells, the header %1$d".formatted(width, written.size())),
          new Bilingual(
              "请检查多余或缺少的逗号；含逗号的内容须加双引号。",
              "Look for a comma too many or too few; what holds commas stands in double quotes."));
    }
    columns.forEach(
        (name, at) -> {
          if (at < written.size()) {
            cells.put(name, written.get(at));
          }
        });
    return cells;
  }

  private void put(String name, String written) {
    String text = written.replaceAll("[\\s\\u00a0\\u3000\\ufeff]+", " ").strip();
    Matcher quoted = QUOTED.matcher(text);
    if (quoted.matches()) {
      text = quoted.group(1).strip();
    } else if (text.startsWith("'")) {
      text = text.substring(1).strip();
    }
    if (text.isEmpty() || text.equals("-") || text.equals("—") || text.equals("/")) {
      return;
    }
    // Spreadsheets take the wide signs for the narrow ones.
    String narrow = Normalizer.normalize(text, Normalizer.Form.NFKC);
    if (FORMULA.matcher(narrow).matches()
        && !(name.equals(TELEPHONE) && PHONE.matcher(narrow).matches())) {
      error(
          name,
          new Bilingual(
              "像是表格公式：" + Problem.printable(text),
              "it looks like a formula: " + Problem.printable(text)),
          new Bilingual(
              "请填写值本身，不以 = + - @ 开头。", "Write the value itself; it begins with none of = + - @."));
      return;
    }
    if (text.indexOf('\ufffd') >= 0 || text.codePoints().anyMatch(Character::isISOControl)) {
      error(
          name,
          new Bilingual("含乱码或控制字符", "it holds garbled or control characters"),
          new Bilingual("请在原系统中重新导出。", "Export it again from where it came."));
      return;
    }
    values.put(name, text);
  }

  int row() {
    return row;
  }

  private String header(String name) {
    return headers.getOrDefault(name, name);
  }

  void error(String name, Bilingual what, Bilingual mend) {
    findings.error(row, header(name), what, mend);
  }

  void warn(String name, Bilingual what, Bilingual mend) {
    findings.warn(row, header(name), what, mend);
  }

  /** Null when nothing is written. */
  @Nullable String text(String name) {
    return values.get(name);
  }

  /** Digits and capital letters, without blanks; null when nothing is written. */
  @Nullable String number(String name, Pattern form, Bilingual expected) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    String plain = text.replace(" ", "").toUpperCase(Locale.ROOT);
    if (ROUNDED.matcher(plain).matches()) {
      error(
          name,
          new Bilingual(
              "号码被表格软件改成了科学计数：" + Problem.printable(text),
              "a spreadsheet program has rounded the number: " + Problem.printable(text)),
          TEXT_COLUMN);
      return null;
    }
    if (!form.matcher(plain).matches()) {
      error(
          name,
          new Bilingual(
              Problem.printable(text) + " 不合格式：" + expected.zh(),
              Problem.printable(text) + " is not " + expected.en()),
          new Bilingual("请按证书抄录，字母大写。", "Copy it from the certificate, in capitals."));
      return null;
    }
    return plain;
  }

  @Nullable Coding code(String name, Codes codes) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    Coding coding = codes.coding(text);
    if (coding == null) {
      error(
          name,
          new Bilingual(
              "不认识“%s”".formatted(Problem.printable(text)),
              "\"%s\" is unknown".formatted(Problem.printable(text))),
          new Bilingual("可填：" + codes.allowed(), "One of: " + codes.allowed()));
    }
    return coding;
  }

  /** 2024-01-05, 2024/1/5, 2024.1.5, 20240105 or 2024年1月5日. */
  @Nullable LocalDate date(String name) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    Matcher date = DATE.matcher(text);
    // Without separators all eight digits are there.
    if (date.matches()
        && (!date.group(2).isEmpty() && !date.group(4).isEmpty() || text.matches("\\d{8}"))) {
      try {
        return LocalDate.of(
            Integer.parseInt(date.group(1)),
            Integer.parseInt(date.group(3)),
            Integer.parseInt(date.group(5)));
      } catch (DateTimeException noSuchDay) {
        error(
            name,
            new Bilingual(
                "没有这一天：" + Problem.printable(text),
                "there is no such day: " + Problem.printable(text)),
            new Bilingual("请改正日期。", "Correct the date."));
        return null;
      }
    }
    error(
        name,
        new Bilingual("不是日期：" + Problem.printable(text), "no date: " + Problem.printable(text)),
        new Bilingual(
            "请写作 2024-01-05、2024/1/5 或 20240105；五位数字是表格软件的内部日期，请把该列设为日期格式。",
            "Write 2024-01-05, 2024/1/5 or 20240105; five digits are a spreadsheet's inner date, format the column as date."));
    return null;
  }

  @Nullable String phone(String name) {
    String text = text(name);
    if (text != null && !PHONE.matcher(text).matches()) {
      error(
          name,
          new Bilingual("不是电话号码", "no telephone number"),
          new Bilingual(
              "请写作 0471-1234567 或 13800000000。", "Write it as 0471-1234567 or 13800000000."));
      return null;
    }
    return text;
  }

  void require(String name) {
    if (text(name) == null && !findings.isWrong(row)) {
      error(
          name,
          new Bilingual("新建时不能为空", "it must not be empty where something is new"),
          new Bilingual("请填写。", "Fill it in."));
    }
  }
}
