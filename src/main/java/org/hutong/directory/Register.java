package org.hutong.directory;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.hl7.fhir.r4.model.ContactPoint;
import org.hl7.fhir.r4.model.Identifier;
import org.hutong.fhir.Bilingual;
import org.hutong.fhir.Problem;
import org.jspecify.annotations.Nullable;

/** A kind of table that can be imported. */
interface Register {
  /** By what a caller asks for it. */
  String kind();

  /** Finds out what a table would change; notes every cell that is wrong. */
  Plan plan(Table table, Findings findings);

  /** Names of columns as people write them: our own first, then others, parted by blanks. */
  static Map<String, String> names(String... columns) {
    Map<String, String> names = new LinkedHashMap<>();
    for (String column : columns) {
      String[] all = column.split(" ");
      for (String name : all) {
        names.put(name.toLowerCase(Locale.ROOT), all[0]);
      }
    }
    return names;
  }

  /** What a new resource is called by the others of its transaction. */
  static String urn() {
    return "urn:uuid:" + UUID.randomUUID();
  }

  /** Sets a number, in place of one of the same system. Returns whether that is new. */
  static boolean identify(List<Identifier> identifiers, String system, @Nullable String value) {
    if (value == null) {
      return false;
    }
    for (Identifier identifier : identifiers) {
      if (system.equals(identifier.getSystem())) {
        boolean other = !value.equals(identifier.getValue());
        identifier.setValue(value);
        return other;
      }
    }
    identifiers.add(new Identifier().setSystem(system).setValue(value));
    return true;
  }

  /** Sets the telephone number. Returns whether that is new. */
  static boolean call(List<ContactPoint> telecom, @Nullable String phone) {
    if (phone == null
        || telecom.stream().anyMatch(each -> Objects.equals(phone, each.getValue()))) {
      return false;
    }
    telecom.removeIf(each -> each.getSystem() == ContactPoint.ContactPointSystem.PHONE);
    telecom.add(
        new ContactPoint()
            .setSystem(ContactPoint.ContactPointSystem.PHONE)
            .setValue(phone)
            .setUse(ContactPoint.ContactPointUse.WORK));
    return true;
  }

  /** Notes numbers that stand in two rows of a table. */
  static final class Once {
    private final Map<String, Integer> rows = new HashMap<>();

    void check(Cells cells, String column, @Nullable String value) {
      if (value == null) {
        return;
      }
      Integer first = rows.putIfAbsent(column + " " + value, cells.row());
      if (first != null) {
        cells.error(
            column,
            new Bilingual(
                "与第 %d 行重复".formatted(first), "the same stands in row %d".formatted(first)),
            new Bilingual("请删去重复的行或改正号码。", "Delete one row, or correct the number."));
      }
    }
  }

  /**
   * The one whom all numbers of a row name; null for nobody yet, or when that is noted as wrong.
   */
  static @Nullable Long match(
      Cells cells,
      Map<String, @Nullable String> numbers,
      Map<String, String> systems,
      Map<String, Set<Long>> listed) {
    Long found = null;
    for (Map.Entry<String, @Nullable String> number : numbers.entrySet()) {
      Set<Long> those =
          listed.getOrDefault(systems.get(number.getKey()) + "|" + number.getValue(), Set.of());
      if (those.size() > 1) {
        cells.error(
            number.getKey(),
            new Bilingual("平台上有多条记录用此号码", "several records have this number"),
            new Bilingual("请先在平台上更正重复的记录。", "Mend the duplicates first."));
        return null;
      }
      for (Long one : those) {
        if (found != null && !found.equals(one)) {
          cells.error(
              number.getKey(),
              new Bilingual(
                  "此号码与本行其他号码分属不同的记录：" + Problem.printable(number.getValue()),
                  "this number belongs to another record than the others of the row: "
                      + Problem.printable(number.getValue())),
              new Bilingual("请核对各号码。", "Check the numbers."));
          return null;
        }
        found = one;
      }
    }
    return found;
  }

  /** Strings that are there. */
  static List<String> present(@Nullable String... values) {
    return Arrays.stream(values).filter(Objects::nonNull).toList();
  }
}
