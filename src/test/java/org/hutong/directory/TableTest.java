package org.hutong.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.hutong.fhir.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables and their cells, without a server. */
class TableTest {
  @Test
  void readsQuotesLineBreaksAndBlankLines() {
    Table table = Table.of("名称,地址\r\n\r\n\"甲, \"\"乙\"\"\",\"一行\n二行\"\r\n,,\r\n丙,丁");
    assertThat(table.header()).containsExactly("名称", "地址");
    assertThat(table.rows())
        .containsExactly(
            new Table.Row(3, List.of("甲, \"乙\"", "一行\n二行")), new Table.Row(5, List.of("丙", "丁")));
    assertThat(Table.of("a;b;c\n1;2,5;3").rows().get(0).cells()).containsExactly("1", "2,5", "3");
    assertThat(Table.of("a\tb\n1\t2").header()).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  \n \n", "a,b\n", "a,b\n\"open,1\n", "a,b\n\"x\"y,1\n"})
  void refusesWhatIsEmptyOrBroken(String text) {
    assertThatThrownBy(() -> Table.of(text)).isInstanceOf(Problem.class);
  }

  @Test
  void refusesTooManyRows() {
    String rows = "a\n" + "1\n".repeat(Table.MOST_ROWS);
    assertThat(Table.of(rows).rows()).hasSize(Table.MOST_ROWS);
    assertThatThrownBy(() -> Table.of(rows + "1\n")).hasMessage("table-too-large");
  }

  private final Findings findings = new Findings();

  private Cells cells(String header, String row) {
    Table table = Table.of(header + "\n" + row);
    Map<String, Integer> columns =
        Cells.columns(table, InstitutionRegister.NAMES, List.of(), findings);
    return Cells.of(table, table.rows().get(0), columns, findings);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2024-01-05", "2024/1/5", "2024.1.5", "20240105", "2024年1月5日", "2024/1/5 0:00"})
  void readsDatesAsPeopleWriteThem(String written) {
    assertThat(cells("start", written).date("start")).isEqualTo(LocalDate.of(2024, 1, 5));
    assertThat(findings.any()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2024-02-30", "45296", "2024", "5/1/2024", "202415", "明年"})
  void notesDatesThatAreNone(String written) {
    assertThat(cells("start", written).date("start")).isNull();
    assertThat(findings.any()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=1+1",
        "=HYPERLINK(1)",
        "@SUM(A1)",
        "+cmd",
        "-2+3+cmd",
        "\"\t=1\"",
        "+1",
        "+86 1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "﹦1"
      })
  void notesFormulas(String written) {
    assertThat(cells("name,uscc", written + ",x").text("name")).isNull();
    assertThat(findings.isWrong(2)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"+86 471 1234567, +86 471 1234567", "0471-1234567, 0471-1234567", "-, ", "—, "})
  void takesTelephoneNumbersAndDashesForWhatTheyAre(String written, String read) {
    assertThat(cells("phone,uscc", written + ",x").phone("phone")).isEqualTo(read);
    assertThat(findings.any()).isFalse();
  }

  @Test
  void takesNumbersOutOfTheirTricks() {
    assertThat(cells("name,uscc", "\"=\"\"0123\"\"\",'0456").text("name")).isEqualTo("0123");
    assertThat(cells("name,uscc", "1,'0456").text("uscc")).isEqualTo("0456");
    assertThat(findings.any()).isFalse();
    cells("licence", "1.21E+17")
        .number(
            "licence",
            java.util.regex.Pattern.compile(".*"),
            new org.hutong.fhir.Bilingual("", ""));
    assertThat(findings.any()).isTrue();
  }

  @Test
  void notesRaggedRowsAndColumnsThatStandTwice() {
    cells("name,uscc", "a,b,c");
    assertThat(findings.isWrong(2)).isTrue();
    Findings short_ = new Findings();
    Table table = Table.of("name,uscc\na");
    Cells.of(table, table.rows().get(0), Map.of("name", 0, "uscc", 1), short_);
    assertThat(short_.isWrong(2)).isTrue();
    Findings twice = new Findings();
    Cells.columns(Table.of("名称,name\na,b"), InstitutionRegister.NAMES, List.of(), twice);
    assertThat(twice.isWrong(1)).isTrue();
  }

  @Test
  void knowsColumnsByTheirChineseAndEnglishNames() {
    Table table = Table.of("机构名称,USCC,层级（必填）,Start,别的\na,b,c,d,e");
    assertThat(Cells.columns(table, InstitutionRegister.NAMES, List.of(), findings).keySet())
        .containsExactly("name", "uscc", "tier", "start");
    assertThat(findings.any()).isFalse();
    assertThat(findings.size()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"县级, county", "county, county", "乡镇, township", "村级, village", "VILLAGE, village"})
  void knowsTiersByCodeAndName(String written, String code) {
    var coding = Codes.of("organization-tier").coding(written);
    assertThat(coding == null ? "" : coding.getCode()).isEqualTo(code);
  }

  @Test
  void takesNoWordThatMeansTwoThings() {
    assertThat(Codes.of("organization-tier").coding("县")).isNull();
    assertThat(Codes.of("organization-tier").coding("市级")).isNull();
  }

  @Test
  void checksSocialCreditCodes() {
    assertThat(Uscc.isChecked("91350100M000100Y43")).isTrue();
    assertThat(Uscc.isChecked("12330000470051726F")).isTrue();
    assertThat(Uscc.isChecked("12330000470051726E")).isFalse();
    assertThat(Uscc.isChecked("1233000047005172OF")).isFalse();
  }

  @Test
  void findsLoopsOnce() {
    Map<String, String> parents = Map.of("a", "b", "b", "c", "c", "a", "d", "a", "e", "f");
    assertThat(Loops.of(List.of("a", "b", "d", "e"), parents))
        .containsExactly(List.of("a", "b", "c"));
    assertThat(Loops.of(List.of("d"), parents)).isEmpty();
    assertThat(Loops.of(List.of("x"), Map.of("x", "x"))).containsExactly(List.of("x"));
  }
}
