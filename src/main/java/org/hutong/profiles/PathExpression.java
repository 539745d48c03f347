package org.hutong.profiles;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r5.fhirpath.ExpressionNode;
import org.hl7.fhir.r5.fhirpath.ExpressionNode.Kind;
import org.hl7.fhir.r5.fhirpath.ExpressionNode.Operation;
import org.hl7.fhir.r5.fhirpath.FHIRPathEngine;
import org.hl7.fhir.r5.fhirpath.FHIRPathUtilityClasses.FHIRConstant;
import org.hl7.fhir.validation.instance.utils.FHIRPathExpressionFixer;
import org.jspecify.annotations.Nullable;

/**
 * An invariant, compiled. It covers as much of FHIRPath as invariants use; what it does not cover,
 * and every case in which the full validator's engine has ways of its own, is undecided.
 *
 * <p>Values are elements, String, Boolean, Integer and BigDecimal.
 */
final class PathExpression {
  private static final String R4 = "4.0.1";

  private static final Set<String> STRINGS =
      Set.of("string", "uri", "code", "oid", "id", "uuid", "markdown", "canonical", "url");

  private static final Set<String> NUMBERS =
      Set.of("integer", "decimal", "unsignedInt", "positiveInt");

  private final @Nullable Step step;
  private final @Nullable String uncovered;

  private PathExpression(@Nullable Step step, @Nullable String uncovered) {
    this.step = step;
    this.uncovered = uncovered;
  }

  /** One step: from a collection to a collection. */
  private interface Step {
    List<Object> from(Env env, List<Object> focus);
  }

  /** What the variables stand for: {@code $this}, {@code $index}, {@code $total}. */
  private record Env(Walk walk, Object self, int index, List<Object> total) {
    Env with(Object item, int at) {
      return new Env(walk, item, at, total);
    }
  }

  static PathExpression compile(FHIRPathEngine parser, String key, String expression) {
    try {
      return new PathExpression(
          step(parser.parse(FHIRPathExpressionFixer.fixExpr(expression, key, R4)), true), null);
    } catch (FHIRException | Undecided beyond) {
      return new PathExpression(null, key + ": " + beyond.getMessage());
    }
  }

  /** What of the expression is not covered; null when all is. */
  @Nullable String uncovered() {
    return uncovered;
  }

  boolean holds(Base element, Walk walk) {
    if (step == null) {
      throw new Undecided("beyond what is compiled: " + uncovered);
    }
    List<Object> result =
        step.from(new Env(walk, element, 0, List.of()), List.of((Object) element));
    return Boolean.TRUE.equals(truth(result));
  }

  private static Step step(ExpressionNode node, boolean entry) {
    Step work = alone(node, entry);
    if (!node.isProximal() || node.getOperation() == null) {
      return work;
    }
    Operation operation = node.getOperation();
    ExpressionNode next = node.getOpNext();
    while (next != null) {
      work = operate(work, operation, next);
      operation = next.getOperation();
      next = next.getOpNext();
    }
    return work;
  }

  /** A node with what is chained to it by dots, without operators. */
  private static Step alone(ExpressionNode node, boolean entry) {
    if (node.getKind() == Kind.Function
        && node.getFunction() == ExpressionNode.Function.Descendants) {
      return descendants(node);
    }
    Step first =
        switch (node.getKind()) {
          case Name -> name(node.getName(), entry);
          case Constant -> constant(node);
          case Function -> function(node);
          case Group -> step(node.getGroup(), true);
          case Unary -> throw new Undecided("unary");
        };
    return chain(first, node.getInner());
  }

  private static Step chain(Step first, @Nullable ExpressionNode inner) {
    if (inner == null) {
      return first;
    }
    Step second = alone(inner, false);
    return (env, focus) -> second.from(env, first.from(env, focus));
  }

  /** {@code descendants().ofType(Coding)}, which the walk has collected. */
  private static Step descendants(ExpressionNode node) {
    ExpressionNode next = node.getInner();
    if (next == null
        || next.getFunction() != ExpressionNode.Function.OfType
        || !"Coding".equals(next.getParameters().get(0).getName())) {
      throw new Undecided("descendants");
    }
    Step all =
        (env, focus) -> {
          if (focus.size() != 1 || focus.get(0) != env.walk.resource() || !env.walk.atRoot()) {
            throw new Undecided("descendants of a part");
          }
          return List.copyOf(env.walk.codings());
        };
    return chain(all, next.getInner());
  }

  private static Step name(String name, boolean entry) {
    Step variable =
        switch (name) {
          case "$this" -> (env, focus) -> List.of(env.self);
          case "$index" -> (env, focus) -> List.of(env.index);
          case "$total" -> (env, focus) -> env.total;
          default -> null;
        };
    if (variable != null) {
      return variable;
    }
    if (Character.isUpperCase(name.charAt(0))) {
      if (!entry) {
        throw new Undecided("type as name");
      }
      return (env, focus) -> {
        if (focus.size() == 1
            && focus.get(0) instanceof Base base
            && base.fhirType().equals(name)) {
          return focus;
        }
        throw new Undecided("type as name");
      };
    }
    int hash = name.hashCode();
    return (env, focus) -> children(focus, hash, name);
  }

  private static List<Object> children(List<Object> focus, int hash, String name) {
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

  private static Step constant(ExpressionNode node) {
    org.hl7.fhir.r5.model.Base constant = node.getConstant();
    if (constant == null) {
      return (env, focus) -> List.of(); // {}
    }
    String text = constant.primitiveValue();
    if (text == null) {
      text = constant.toString();
    }
    List<Object> value;
    switch (constant.fhirType()) {
      case "string" -> value = List.of((Object) text);
      case "integer" -> value = List.of((Object) Integer.valueOf(text));
      case "decimal" -> value = List.of((Object) new BigDecimal(text));
      case "boolean" -> value = List.of((Object) Boolean.valueOf(text));
      case "%constant" -> {
        String name = ((FHIRConstant) constant).getValue();
        return variable(name);
      }
      default -> throw new Undecided("constant " + constant.fhirType());
    }
    return (env, focus) -> value;
  }

  private static Step variable(String name) {
    return switch (name) {
      case "%resource", "%rootResource" -> (env, focus) -> List.of(env.walk.resource());
      case "%ucum" -> (env, focus) -> List.of("http://unitsofmeasure.org");
      default -> throw new Undecided("variable " + name);
    };
  }

  private static Step function(ExpressionNode node) {
    List<ExpressionNode> parameters = node.getParameters();
    switch (node.getFunction()) {
      case Empty:
        return (env, focus) -> bool(focus.isEmpty());
      case Exists:
        if (parameters.isEmpty()) {
          return (env, focus) -> bool(!focus.isEmpty());
        }
        Step wanted = step(parameters.get(0), true);
        return (env, focus) -> bool(!where(env, focus, wanted).isEmpty());
      case Not:
        return (env, focus) -> {
          Boolean truth = truth(focus);
          return truth == null ? List.of() : bool(!truth);
        };
      case Where:
        Step criterion = step(parameters.get(0), true);
        return (env, focus) -> where(env, focus, criterion);
      case All:
        if (parameters.isEmpty()) {
          throw new Undecided("all()");
        }
        Step each = step(parameters.get(0), true);
        return (env, focus) -> {
          for (Object item : focus) {
            if (!Boolean.TRUE.equals(truth(each.from(env.with(item, 0), List.of(item))))) {
              return bool(false);
            }
          }
          return bool(true);
        };
      case AllFalse:
        return (env, focus) -> {
          for (Object item : focus) {
            if (!(item instanceof Boolean truth)) {
              throw new Undecided("allFalse");
            }
            if (truth) {
              return bool(false);
            }
          }
          return bool(true);
        };
      case Select:
        Step projection = step(parameters.get(0), true);
        return (env, focus) -> {
          List<Object> selected = new ArrayList<>();
          int index = 0;
          for (Object item : focus) {
            selected.addAll(projection.from(env.with(item, index++), List.of(item)));
          }
          return selected;
        };
      case Aggregate:
        return aggregate(node);
      case Count:
        return (env, focus) -> List.of(focus.size());
      case First:
        return (env, focus) -> focus.isEmpty() ? focus : List.of(focus.get(0));
      case Trace:
        return (env, focus) -> focus;
      case HasValue:
        return (env, focus) ->
            bool(focus.size() == 1 && isPrimitive(focus.get(0)) && !text(focus.get(0)).isEmpty());
      case Extension:
        Step url = step(parameters.get(0), true);
        return (env, focus) -> extensions(focus, text(url.from(env, List.of(env.self))));
      case OfType, As:
        String type = parameters.get(0).getName();
        if (parameters.get(0).getInner() != null) {
          throw new Undecided("type with a prefix");
        }
        return (env, focus) -> ofType(focus, type);
      case Iif:
        Step when = step(parameters.get(0), true);
        Step then = step(parameters.get(1), true);
        Step otherwise =
            parameters.size() < 3 ? (env, focus) -> List.of() : step(parameters.get(2), true);
        return (env, focus) -> {
          if (focus.size() > 1) {
            throw new Undecided("iif of several");
          }
          Env changed = focus.isEmpty() ? env : env.with(focus.get(0), 0);
          return (Boolean.TRUE.equals(truth(when.from(changed, focus))) ? then : otherwise)
              .from(env, focus);
        };
      case Intersect:
        Step others = step(parameters.get(0), true);
        return (env, focus) -> {
          List<Object> common = new ArrayList<>();
          List<Object> other = focus.isEmpty() ? List.of() : others.from(env, List.of(env.self));
          for (Object item : focus) {
            if (contains(other, item) && !contains(common, item)) {
              common.add(item);
            }
          }
          return common;
        };
      case ToChars:
        return (env, focus) -> {
          if (focus.isEmpty()) {
            return focus;
          }
          List<Object> chars = new ArrayList<>();
          for (char c : text(focus).toCharArray()) {
            chars.add(String.valueOf(c));
          }
          return chars;
        };
      default:
        return ofText(node);
    }
  }

  private static Step aggregate(ExpressionNode node) {
    Step each = step(node.getParameters().get(0), true);
    Step start =
        node.getParameters().size() > 1
            ? step(node.getParameters().get(1), true)
            : (env, focus) -> List.of();
    return (env, focus) -> {
      List<Object> total = start.from(env, focus);
      int index = 0;
      for (Object item : focus) {
        total = each.from(new Env(env.walk, item, index++, total), List.of(item));
      }
      return total;
    };
  }

  /** Functions of one string. */
  private static Step ofText(ExpressionNode node) {
    List<ExpressionNode> parameters = node.getParameters();
    Step first = parameters.isEmpty() ? null : step(parameters.get(0), true);
    Step second = parameters.size() < 2 ? null : step(parameters.get(1), true);
    TextFunction function = textFunction(node);
    return (env, focus) -> {
      if (focus.isEmpty()) {
        return focus;
      }
      if (focus.size() > 1) {
        throw new Undecided("function of several");
      }
      Object focused = focus.get(0);
      boolean anything =
          node.getFunction() == ExpressionNode.Function.ToString
              || node.getFunction() == ExpressionNode.Function.ToInteger;
      if (!(anything ? isPrimitive(focused) : isString(focused))) {
        throw new Undecided("function of no string");
      }
      List<Object> self = List.of(env.self);
      List<Object> one = first == null ? List.of() : first.from(env, self);
      List<Object> two = second == null ? List.of() : second.from(env, self);
      if (first != null && one.size() != 1 || second != null && two.size() != 1) {
        throw new Undecided("parameter");
      }
      Object result =
          function.of(
              text(focused),
              one.isEmpty() ? "" : text(one.get(0)),
              two.isEmpty() ? "" : text(two.get(0)));
      return result == null || result.equals("") ? List.of() : List.of(result);
    };
  }

  /** Of a string and up to two parameters; null for nothing. */
  private interface TextFunction {
    @Nullable Object of(String text, String first, String second);
  }

  private static TextFunction textFunction(ExpressionNode node) {
    return switch (node.getFunction()) {
      case Matches -> matches(node.getParameters().get(0));
      case StartsWith -> (text, prefix, none) -> text.startsWith(prefix);
      case EndsWith -> (text, suffix, none) -> text.endsWith(suffix);
      case Contains -> (text, part, none) -> text.contains(part);
      case IndexOf -> (text, part, none) -> text.indexOf(part);
      case Length -> (text, none, nothing) -> text.length();
      case Upper -> (text, none, nothing) -> upper(text);
      case ToString -> (text, none, nothing) -> text;
      case ToInteger ->
          (text, none, nothing) -> text.matches("-?[0-9]{1,9}") ? Integer.valueOf(text) : null;
      case Replace -> (text, target, by) -> text.replace(target, by);
      case Substring -> PathExpression::substring;
      default -> throw new Undecided("function " + node.getFunction());
    };
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  private static @Nullable Object substring(String text, String from, String length) {
    int start = Integer.parseInt(from);
    if (start < 0 || start >= text.length()) {
      return null;
    }
    return length.isEmpty()
        ? text.substring(start)
        : text.substring(start, Math.min(text.length(), start + Integer.parseInt(length)));
  }

  private static TextFunction matches(ExpressionNode parameter) {
    if (parameter.getKind() != Kind.Constant
        || parameter.getOperation() != null
        || parameter.getConstant() == null) {
      throw new Undecided("expression that is computed");
    }
    Pattern pattern = Pattern.compile("(?s)" + parameter.getConstant().primitiveValue());
    return (text, expression, none) -> pattern.matcher(text).find();
  }

  private static Step operate(Step left, Operation operation, ExpressionNode next) {
    if (operation == Operation.Is || operation == Operation.As) {
      String type = next.getName();
      if (next.getInner() != null) {
        throw new Undecided("type with a prefix");
      }
      return operation == Operation.As
          ? (env, focus) -> ofType(left.from(env, focus), type)
          : (env, focus) -> {
            List<Object> values = left.from(env, focus);
            return values.isEmpty() ? values : bool(!ofType(values, type).isEmpty());
          };
    }
    Step right = alone(next, true);
    return switch (operation) {
      case And -> logic(left, right, PathExpression::and);
      case Or -> logic(left, right, PathExpression::or);
      case Implies ->
          logic(left, right, (a, b) -> Boolean.FALSE.equals(a) ? Boolean.TRUE : implied(a, b));
      case Xor -> logic(left, right, (a, b) -> a == null || b == null ? null : !a.equals(b));
      default -> (env, focus) -> combine(operation, left.from(env, focus), right.from(env, focus));
    };
  }

  private interface Logic {
    @Nullable Boolean of(@Nullable Boolean a, @Nullable Boolean b);
  }

  private static Step logic(Step left, Step right, Logic logic) {
    return (env, focus) -> {
      Boolean truth = logic.of(truth(left.from(env, focus)), truth(right.from(env, focus)));
      return truth == null ? List.of() : bool(truth);
    };
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

  private static @Nullable Boolean implied(@Nullable Boolean a, @Nullable Boolean b) {
    if (Boolean.TRUE.equals(b)) {
      return Boolean.TRUE;
    }
    return a == null || b == null ? null : Boolean.FALSE;
  }

  private static List<Object> combine(Operation operation, List<Object> a, List<Object> b) {
    switch (operation) {
      case Union -> {
        List<Object> union = new ArrayList<>();
        for (List<Object> side : List.of(a, b)) {
          side.stream().filter(item -> !contains(union, item)).forEach(union::add);
        }
        return union;
      }
      case In -> {
        if (a.isEmpty()) {
          return a;
        }
        return bool(contains(b, only(a)));
      }
      case Concatenate -> {
        return List.of(joined(a) + joined(b));
      }
      default -> {}
    }
    if (a.isEmpty() || b.isEmpty()) {
      return List.of();
    }
    return switch (operation) {
      case Equals -> bool(areEqual(a, b));
      case NotEquals -> bool(!areEqual(a, b));
      case LessThan -> bool(compare(only(a), only(b)) < 0);
      case LessOrEqual -> bool(compare(only(a), only(b)) <= 0);
      case Greater -> bool(compare(only(a), only(b)) > 0);
      case GreaterOrEqual -> bool(compare(only(a), only(b)) >= 0);
      case Plus -> {
        Object one = only(a);
        Object two = only(b);
        if (isString(one) && isString(two)) {
          yield List.of(text(one) + text(two));
        }
        yield List.of(Math.addExact(integer(one), integer(two)));
      }
      case Minus -> List.of(Math.subtractExact(integer(only(a)), integer(only(b))));
      case Times -> List.of(Math.multiplyExact(integer(only(a)), integer(only(b))));
      case Mod -> {
        int by = integer(only(b));
        yield by == 0 ? List.of() : List.of(integer(only(a)) % by);
      }
      default -> throw new Undecided("operator " + operation);
    };
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

  private static List<Object> where(Env env, List<Object> focus, Step criterion) {
    List<Object> found = new ArrayList<>();
    for (Object item : focus) {
      if (Boolean.TRUE.equals(truth(criterion.from(env.with(item, 0), List.of(item))))) {
        found.add(item);
      }
    }
    return found;
  }

  private static List<Object> extensions(List<Object> focus, String url) {
    List<Object> found = new ArrayList<>();
    for (Object child : children(focus, "extension".hashCode(), "extension")) {
      if (child instanceof Extension extension && url.equals(extension.getUrl())) {
        found.add(extension);
      }
    }
    return found;
  }

  private static List<Object> ofType(List<Object> focus, String type) {
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

  private static boolean contains(List<Object> items, Object wanted) {
    for (Object item : items) {
      if (areEqual(item, wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean areEqual(List<Object> a, List<Object> b) {
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

  private static boolean areEqual(Object a, Object b) {
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

  private static int compare(Object a, Object b) {
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

  private static @Nullable Boolean truth(List<Object> items) {
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

  private static Object only(List<Object> items) {
    if (items.size() != 1) {
      throw new Undecided("several instead of one");
    }
    return items.get(0);
  }

  private static int integer(Object value) {
    if (value instanceof Integer number) {
      return number;
    }
    throw new Undecided("no integer");
  }

  private static boolean isPrimitive(Object value) {
    return !(value instanceof Base base) || base.isPrimitive();
  }

  private static boolean isString(Object value) {
    return value instanceof String
        || value instanceof Base base && base.isPrimitive() && STRINGS.contains(base.fhirType());
  }

  private static boolean isNumber(Object value) {
    return value instanceof Integer
        || value instanceof BigDecimal
        || value instanceof Base base && NUMBERS.contains(base.fhirType());
  }

  private static String text(List<Object> items) {
    return text(only(items));
  }

  private static String text(Object value) {
    if (!(value instanceof Base base)) {
      return String.valueOf(value);
    }
    String text = base.primitiveValue();
    if (text == null) {
      throw new Undecided("no value");
    }
    return text;
  }

  private static List<Object> bool(boolean truth) {
    return truth ? TRUE : FALSE;
  }

  private static final List<Object> TRUE = List.of(true);
  private static final List<Object> FALSE = List.of(false);
}
