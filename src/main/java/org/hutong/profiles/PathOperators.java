package org.hutong.profiles;

import static org.hutong.profiles.PathValues.areEqual;
import static org.hutong.profiles.PathValues.bool;
import static org.hutong.profiles.PathValues.compare;
import static org.hutong.profiles.PathValues.contains;
import static org.hutong.profiles.PathValues.integer;
import static org.hutong.profiles.PathValues.isString;
import static org.hutong.profiles.PathValues.only;
import static org.hutong.profiles.PathValues.text;
import static org.hutong.profiles.PathValues.truth;

import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r5.fhirpath.ExpressionNode.Operation;
import org.jspecify.annotations.Nullable;

/** The operators of FHIRPath between two collections. */
final class PathOperators {
  private PathOperators() {}

  static List<Object> of(Operation operation, List<Object> a, List<Object> b) {
    return switch (operation) {
      case And -> answer(and(truth(a), truth(b)));
      case Or -> answer(or(truth(a), truth(b)));
      case Implies -> answer(implies(truth(a), truth(b)));
      case Xor -> answer(xor(truth(a), truth(b)));
      case Union -> union(a, b);
      case In -> a.isEmpty() ? a : bool(contains(b, only(a)));
      case Concatenate -> List.of(joined(a) + joined(b));
      default -> a.isEmpty() || b.isEmpty() ? List.of() : ofPresent(operation, a, b);
    };
  }

  private static List<Object> ofPresent(Operation operation, List<Object> a, List<Object> b) {
    return switch (operation) {
      case Equals -> bool(areEqual(a, b));
      case NotEquals -> bool(!areEqual(a, b));
      case LessThan -> bool(compare(only(a), only(b)) < 0);
      case LessOrEqual -> bool(compare(only(a), only(b)) <= 0);
      case Greater -> bool(compare(only(a), only(b)) > 0);
      case GreaterOrEqual -> bool(compare(only(a), only(b)) >= 0);
      case Plus -> List.of(sum(only(a), only(b)));
      case Minus -> List.of(Math.subtractExact(integer(only(a)), integer(only(b))));
      case Times -> List.of(Math.multiplyExact(integer(only(a)), integer(only(b))));
      case Mod -> {
        int by = integer(only(b));
        yield by == 0 ? List.of() : List.of(integer(only(a)) % by);
      }
      default -> throw new Undecided("operator " + operation);
    };
  }

  private static List<Object> union(List<Object> a, List<Object> b) {
    List<Object> union = new ArrayList<>();
    for (List<Object> side : List.of(a, b)) {
      side.stream().filter(item -> !contains(union, item)).forEach(union::add);
    }
    return union;
  }

  private static Object sum(Object a, Object b) {
    return isString(a) && isString(b)
        ? text(a) + text(b)
        : Integer.valueOf(Math.addExact(integer(a), integer(b)));
  }

  private static String joined(List<Object> side) {
    if (side.isEmpty()) {
      return "";
    }
    Object one = only(side);
    if (!isString(one)) {
      throw new Undecided("concatenation");
    }
    return text(one);
  }

  private static @Nullable Boolean and(@Nullable Boolean a, @Nullable Boolean b) {
    if (Boolean.FALSE.equals(a) || Boolean.FALSE.equals(b)) {
      return Boolean.FALSE;
    }
    return a == null || b == null ? null : Boolean.TRUE;
  }

  private static @Nullable Boolean or(@Nullable Boolean a, @Nullable Boolean b) {
    if (Boolean.TRUE.equals(a) || Boolean.TRUE.equals(b)) {
      return Boolean.TRUE;
    }
    return a == null || b == null ? null : Boolean.FALSE;
  }

  private static @Nullable Boolean implies(@Nullable Boolean a, @Nullable Boolean b) {
    if (Boolean.FALSE.equals(a) || Boolean.TRUE.equals(b)) {
      return Boolean.TRUE;
    }
    return a == null || b == null ? null : Boolean.FALSE;
  }

  private static @Nullable Boolean xor(@Nullable Boolean a, @Nullable Boolean b) {
    return a == null || b == null ? null : !a.equals(b);
  }

  private static List<Object> answer(@Nullable Boolean truth) {
    return truth == null ? List.of() : bool(truth);
  }
}
