package org.hutong.identity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Two registrations, line by line, in the forms in which they are compared. */
final class SideBySide {
  private SideBySide() {}

  /**
   * One line.
   *
   * @param item name of the FHIR element
   */
  record Row(String item, List<String> one, List<String> other) {}

  /** The lines of which at least one side says something. */
  static List<Row> of(Registration one, Registration other) {
    List<Row> rows = new ArrayList<>();
    add(rows, "name", one, other, Registration::names);
    add(rows, "former-name", one, other, Registration::formerNames);
    add(rows, "birthDate", one, other, registration -> said(registration.birthDate()));
    add(rows, "gender", one, other, registration -> said(registration.gender()));
    add(
        rows,
        "identifier",
        one,
        other,
        registration ->
            registration.documents().stream()
                .map(document -> document.kind().system() + "|" + document.number())
                .toList());
    add(rows, "telecom", one, other, Registration::phones);
    add(rows, "address", one, other, Registration::addresses);
    add(rows, "contact", one, other, Registration::relatives);
    add(rows, "multipleBirth", one, other, registration -> said(registration.birthOrder()));
    return rows;
  }

  private static void add(
      List<Row> rows,
      String item,
      Registration one,
      Registration other,
      Function<Registration, Collection<String>> told) {
    List<String> first = List.copyOf(told.apply(one));
    List<String> second = List.copyOf(told.apply(other));
    if (!first.isEmpty() || !second.isEmpty()) {
      rows.add(new Row(item, first, second));
    }
  }

  private static List<String> said(@Nullable Object value) {
    return value == null ? List.of() : List.of(value.toString());
  }
}
