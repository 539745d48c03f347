package org.hutong.profiles;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.BooleanType;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link PathExpression} works on: collections of elements, String, Boolean, Integer and
 * BigDecimal, and how FHIRPath reads and compares them.
 */
final class PathValues {
  private static final Set<String> STRINGS =
      Set.of("string", "uri", "code", "oid", "id", "uuid", "markdown", "canonical", "url");

  private static final Set<String> NUMBERS =
      Set.of("integer", "decimal", "unsignedInt", "positiveInt");

  private static final List<Object> TRUE = List.of(true);
  private static final List<Object> FALSE = List.of(false);

  private PathValues() {}

  static List<Object> children(List<Object> focus, int hash, String name) {
    if (focus.isEmpty()) {
      return List.of();
    }
    List<Object> found = new ArrayList<>();
    for (Object item : focus) {
      if (item instanceof Base base) {
        found.addAll(Rules.values(base, hash, name));
      }
    }
    return found;
  }

  static List<Object> ofType(List<Object> focus, String type) {
    List<Object> found = new ArrayList<>();
    for (Object item : focus) {
      if (!(item instanceof Base base)) {
        throw new Undecided("type of a constant");
      }
      if (base.fhirType().equals(type)) {
        found.add(item);
      }
    }
    return found;
  }

  static boolean contains(List<Object> items, Object wanted) {
    for (Object item : items) {
      if (areEqual(item, wanted)) {
        return true;
      }
    }
    return false;
  }

  static boolean areEqual(List<Object> a, List<Object> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!areEqual(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  static boolean areEqual(Object a, Object b) {
    if (!isPrimitive(a) || !isPrimitive(b)) {
      return a instanceof Base one && b instanceof Base two && one.equalsDeep(two);
    }
    if (a instanceof BaseDateTimeType || b instanceof BaseDateTimeType) {
      if (!text(a).equals(text(b))) {
        throw new Undecided("equality of times");
      }
      return true;
    }
    if (a instanceof BigDecimal || b instanceof BigDecimal) {
      return new BigDecimal(text(a)).compareTo(new BigDecimal(text(b))) == 0;
    }
    return text(a).equals(text(b));
  }

  static int compare(Object a, Object b) {
    if (a instanceof BaseDateTimeType one && b instanceof BaseDateTimeType two) {
      if (one.getPrecision() != two.getPrecision()) {
        throw new Undecided("times of different precision");
      }
      return one.getValue().toInstant().compareTo(two.getValue().toInstant());
    }
    if (isNumber(a) && isNumber(b)) {
      return new BigDecimal(text(a)).compareTo(new BigDecimal(text(b)));
    }
    throw new Undecided("comparison");
  }

  static @Nullable Boolean truth(List<Object> items) {
    if (items.isEmpty()) {
      return null;
    }
    Object one = only(items);
    if (one instanceof Boolean truth) {
      return truth;
    }
    if (one instanceof BooleanType truth) {
      return truth.booleanValue();
    }
    throw new Undecided("truth of something else");
  }

  static Object only(List<Object> items) {
    if (items.size() != 1) {
      throw new Undecided("several instead of one");
    }
    return items.get(0);
  }

  static int integer(Object value) {
    if (value instanceof Integer number) {
      return number;
    }
    throw new Undecided("no integer");
  }

  static boolean isPrimitive(Object value) {
    return !(value instanceof Base base) || base.isPrimitive();
  }

  static boolean isString(Object value) {
    return value instanceof String
        || value instanceof Base base && base.isPrimitive() && STRINGS.contains(base.fhirType());
  }

  static boolean isNumber(Object value) {
    return value instanceof Integer
        || value instanceof BigDecimal
        || value instanceof Base base && NUMBERS.contains(base.fhirType());
  }

  static String text(List<Object> items) {
    return text(only(items));
  }

  static String text(Object value) {
    if (!(value instanceof Base base)) {
      return String.valueOf(value);
    }
    String text = base.primitiveValue();
    if (text == null) {
      throw new Undecided("no value");
    }
    return text;
  }

  static List<Object> bool(boolean truth) {
    return truth ? TRUE : FALSE;
  }
}
