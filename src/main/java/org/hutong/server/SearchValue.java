package org.hutong.server;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;
import org.hl7.fhir.r4.model.SearchParameter;
import org.jspecify.annotations.Nullable;

/**
 * The forms of values that a search parameter takes (FHIR R4 §3.1.1.4). The engine breaks over
 * others in as many ways as there are routes to it, and seldom says at which parameter.
 */
final class SearchValue {
  private static final String PREFIX = "(?:eq|ne|gt|lt|ge|le|sa|eb|ap)?";
  private static final String NUMBER = "[+-]?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?";

  /** A plus sign that was not encoded arrives as a blank. */
  private static final Pattern DATE =
      Pattern.compile(
          PREFIX
              + "([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]+)?)?"
              + "(?:Z|[+ -][0-9]{2}:[0-9]{2})?)?)?)?");

  private static final Map<SearchParamType, Pattern> FORMS =
      Map.of(
          SearchParamType.NUMBER, Pattern.compile(PREFIX + NUMBER),
          SearchParamType.QUANTITY, Pattern.compile(PREFIX + NUMBER + "(?:\\|.*)?"));

  private static final Map<SearchParamType, String> EXAMPLES =
      Map.of(
          SearchParamType.DATE, "YYYY, YYYY-MM, YYYY-MM-DD, YYYY-MM-DDThh:mm:ss+08:00",
          SearchParamType.NUMBER, "7.5, gt7.5",
          SearchParamType.QUANTITY, "7.5, gt7.5, 7.5|http://unitsofmeasure.org|mmol/L");

  private static final Pattern TYPED = Pattern.compile("([A-Z][A-Za-z]*)/[A-Za-z0-9.\\-]+");

  private SearchValue() {}

  /**
   * What a parameter takes instead.
   *
   * @param value with all its alternatives, of which none is blank
   * @return null when the value is one that it takes
   */
  static @Nullable String wanted(SearchParameter parameter, String value) {
    for (String alternative : value.split("(?<!\\\\),")) {
      String wanted = ofOne(parameter, alternative.strip());
      if (wanted != null) {
        return wanted;
      }
    }
    return null;
  }

  private static @Nullable String ofOne(SearchParameter parameter, String value) {
    SearchParamType type = parameter.getType();
    if (value.isEmpty()) {
      return null;
    }
    if (type == SearchParamType.REFERENCE) {
      Matcher typed = TYPED.matcher(value);
      // Without targets it takes canonical URLs.
      return typed.matches() && parameter.hasTarget() && !parameter.hasTarget(typed.group(1))
          ? parameter.getTarget().stream()
              .map(CodeType::getValue)
              .sorted()
              .map(target -> target + "/[id]")
              .collect(Collectors.joining(", "))
          : null;
    }
    Pattern form = FORMS.get(type);
    boolean fits =
        type == SearchParamType.DATE
            ? isDate(value)
            : form == null || form.matcher(value).matches();
    return fits ? null : EXAMPLES.get(type);
  }

  private static boolean isDate(String value) {
    Matcher date = DATE.matcher(value);
    if (!date.matches()) {
      return false;
    }
    try {
      LocalDate day =
          LocalDate.of(
              Integer.parseInt(date.group(1)),
              date.group(2) == null ? 1 : Integer.parseInt(date.group(2)),
              date.group(3) == null ? 1 : Integer.parseInt(date.group(3)));
      return day.getYear() > 0;
    } catch (DateTimeException noSuchDay) {
      return false;
    }
  }
}
