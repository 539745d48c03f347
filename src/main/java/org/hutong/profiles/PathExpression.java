package org.hutong.profiles;

import static org.hutong.profiles.PathValues.bool;
import static org.hutong.profiles.PathValues.children;
import static org.hutong.profiles.PathValues.ofType;
import static org.hutong.profiles.PathValues.truth;

import java.math.BigDecimal;
import java.util.List;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r4.model.Base;
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
 */
final class PathExpression {
  private static final String R4 = "4.0.1";

  private final @Nullable Step step;
  private final @Nullable String uncovered;

  private PathExpression(@Nullable Step step, @Nullable String uncovered) {
    this.step = step;
    this.uncovered = uncovered;
  }

  /** One step: from a collection to a collection. */
  interface Step {
    List<Object> from(Env env, List<Object> focus);
  }

  /** What the variables stand for: {@code $this}, {@code $index}, {@code $total}. */
  record Env(Walk walk, Object self, int index, List<Object> total) {
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

  static Step step(ExpressionNode node, boolean entry) {
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
          case Function -> PathFunctions.of(node);
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
          if (focus.size() != 1 || focus.get(0) != env.walk().resource() || !env.walk().atRoot()) {
            throw new Undecided("descendants of a part");
          }
          return List.copyOf(env.walk().codings());
        };
    return chain(all, next.getInner());
  }

  private static Step name(String name, boolean entry) {
    Step variable =
        switch (name) {
          case "$this" -> (env, focus) -> List.of(env.self());
          case "$index" -> (env, focus) -> List.of(env.index());
          case "$total" -> (env, focus) -> env.total();
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
      case "%resource", "%rootResource" -> (env, focus) -> List.of(env.walk().resource());
      case "%ucum" -> (env, focus) -> List.of("http://unitsofmeasure.org");
      default -> throw new Undecided("variable " + name);
    };
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
    return (env, focus) ->
        PathOperators.of(operation, left.from(env, focus), right.from(env, focus));
  }
}
