package org.hutong.profiles;

import static org.hutong.profiles.PathValues.bool;
import static org.hutong.profiles.PathValues.children;
import static org.hutong.profiles.PathValues.contains;
import static org.hutong.profiles.PathValues.isPrimitive;
import static org.hutong.profiles.PathValues.isString;
import static org.hutong.profiles.PathValues.ofType;
import static org.hutong.profiles.PathValues.text;
import static org.hutong.profiles.PathValues.truth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r5.fhirpath.ExpressionNode;
import org.hl7.fhir.r5.fhirpath.ExpressionNode.Kind;
import org.hutong.profiles.PathExpression.Env;
import org.hutong.profiles.PathExpression.Step;
import org.jspecify.annotations.Nullable;

/** The functions of FHIRPath that invariants call. */
final class PathFunctions {
  private PathFunctions() {}

  static Step of(ExpressionNode node) {
    List<ExpressionNode> parameters = node.getParameters();
    switch (node.getFunction()) {
      case Empty:
        return (env, focus) -> bool(focus.isEmpty());
      case Exists:
        if (parameters.isEmpty()) {
          return (env, focus) -> bool(!focus.isEmpty());
        }
        Step wanted = PathExpression.step(parameters.get(0), true);
        return (env, focus) -> bool(!where(env, focus, wanted).isEmpty());
      case Not:
        return (env, focus) -> {
          Boolean truth = truth(focus);
          return truth == null ? List.of() : bool(!truth);
        };
      case Where:
        Step criterion = PathExpression.step(parameters.get(0), true);
        return (env, focus) -> where(env, focus, criterion);
      case All:
        if (parameters.isEmpty()) {
          throw new Undecided("all()");
        }
        Step each = PathExpression.step(parameters.get(0), true);
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
        Step projection = PathExpression.step(parameters.get(0), true);
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
      case Children:
        return (env, focus) -> everyChild(focus);
      case First:
        return (env, focus) -> focus.isEmpty() ? focus : List.of(focus.get(0));
      case Trace:
        return (env, focus) -> focus;
      case HasValue:
        return (env, focus) ->
            bool(focus.size() == 1 && isPrimitive(focus.get(0)) && !text(focus.get(0)).isEmpty());
      case Extension:
        Step url = PathExpression.step(parameters.get(0), true);
        return (env, focus) -> extensions(focus, text(url.from(env, List.of(env.self()))));
      case OfType, As:
        String type = parameters.get(0).getName();
        if (parameters.get(0).getInner() != null) {
          throw new Undecided("type with a prefix");
        }
        return (env, focus) -> ofType(focus, type);
      case Iif:
        Step when = PathExpression.step(parameters.get(0), true);
        Step then = PathExpression.step(parameters.get(1), true);
        Step otherwise =
            parameters.size() < 3
                ? (env, focus) -> List.of()
                : PathExpression.step(parameters.get(2), true);
        return (env, focus) -> {
          if (focus.size() > 1) {
            throw new Undecided("iif of several");
          }
          Env changed = focus.isEmpty() ? env : env.with(focus.get(0), 0);
          return (Boolean.TRUE.equals(truth(when.from(changed, focus))) ? then : otherwise)
              .from(env, focus);
        };
      case Intersect:
        Step others = PathExpression.step(parameters.get(0), true);
        return (env, focus) -> {
          List<Object> common = new ArrayList<>();
          List<Object> other = focus.isEmpty() ? List.of() : others.from(env, List.of(env.self()));
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
    Step each = PathExpression.step(node.getParameters().get(0), true);
    Step start =
        node.getParameters().size() > 1
            ? PathExpression.step(node.getParameters().get(1), true)
            : (env, focus) -> List.of();
    return (env, focus) -> {
      List<Object> total = start.from(env, focus);
      int index = 0;
      for (Object item : focus) {
        total = each.from(new Env(env.walk(), item, index++, total), List.of(item));
      }
      return total;
    };
  }

  /** Functions of one string. */
  private static Step ofText(ExpressionNode node) {
    List<ExpressionNode> parameters = node.getParameters();
    Step first = parameters.isEmpty() ? null : PathExpression.step(parameters.get(0), true);
    Step second = parameters.size() < 2 ? null : PathExpression.step(parameters.get(1), true);
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
      List<Object> self = List.of(env.self());
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
      case Substring -> PathFunctions::substring;
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

  private static List<Object> where(Env env, List<Object> focus, Step criterion) {
    List<Object> found = new ArrayList<>();
    for (Object item : focus) {
      if (Boolean.TRUE.equals(truth(criterion.from(env.with(item, 0), List.of(item))))) {
        found.add(item);
      }
    }
    return found;
  }

  private static List<Object> everyChild(List<Object> focus) {
    List<Object> found = new ArrayList<>();
    for (Object item : focus) {
      if (item instanceof Base base) {
        for (Property property : base.children()) {
          property.getValues().stream().filter(child -> !child.isEmpty()).forEach(found::add);
        }
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
}
