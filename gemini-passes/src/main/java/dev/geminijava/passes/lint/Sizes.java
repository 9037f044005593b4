package dev.geminijava.passes.lint;

import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Whole numbers that the text alone determines. */
public final class Sizes {

  private final LintUnit unit;
  private final Statement body;

  /**
   * @param body the method around the expressions in question, whose local variables count
   */
  public Sizes(LintUnit unit, Statement body) {
    this.unit = unit;
    this.body = body;
  }

  /** The value of an expression that can have only one. */
  public OptionalLong of(Expression expression) {
    return of(expression, 0);
  }

  private OptionalLong of(Expression expression, int depth) {
    if (depth > 20) {
      return OptionalLong.empty();
    }
    if (expression instanceof Expression.Literal literal) {
      return literal.value().orElse(null) instanceof Long number
          ? OptionalLong.of(number)
          : OptionalLong.empty();
    }
    if (expression instanceof Expression.Cast cast) {
      return of(cast.value(), depth + 1);
    }
    if (expression instanceof Expression.Binary both) {
      OptionalLong left = of(both.left(), depth + 1);
      OptionalLong right = of(both.right(), depth + 1);
      return left.isPresent() && right.isPresent()
          ? apply(both.operator(), left.getAsLong(), right.getAsLong())
          : OptionalLong.empty();
    }
    if (expression instanceof Expression.Name name) {
      return local(name.name())
          .map(v -> of(v, depth + 1))
          .orElseGet(() -> parameter(name.name(), depth + 1));
    }
    if (expression instanceof Expression.Field field && field.owner().isEmpty()) {
      return unit.program().classes().stream()
          .filter(c -> c.name().equals(field.declaring()))
          .findFirst()
          .map(c -> field(c, field.name(), depth + 1))
          .orElse(OptionalLong.empty());
    }
    return OptionalLong.empty();
  }

  private static OptionalLong apply(String operator, long a, long b) {
    return switch (operator) {
      case "+" -> OptionalLong.of(a + b);
      case "-" -> OptionalLong.of(a - b);
      case "*" -> OptionalLong.of(a * b);
      case "/" -> b == 0 ? OptionalLong.empty() : OptionalLong.of(a / b);
      default -> OptionalLong.empty();
    };
  }

  /** What a local variable is set to, if it is set once. */
  private Optional<Expression> local(String name) {
    List<Expression> values = new ArrayList<>();
    boolean[] changed = {Walk.assigned(body).contains(name)};
    Walk.everything(
        body,
        s -> {
          if (s instanceof Statement.Local local && local.name().equals(name)) {
            local.value().ifPresentOrElse(values::add, () -> changed[0] = true);
          } else if (s instanceof Statement.ForEach loop && loop.variable().equals(name)) {
            changed[0] = true;
          }
        },
        e -> {});
    return changed[0] || values.size() != 1 ? Optional.empty() : Optional.of(values.get(0));
  }

  /** The value of a final field of a class. */
  public OptionalLong field(ClassCode type, String name) {
    return field(type, name, 0);
  }

  private OptionalLong field(ClassCode type, String name, int depth) {
    Optional<ClassCode.FieldCode> field =
        type.field(name).filter(f -> f.modifiers().contains("final"));
    if (field.isEmpty()) {
      return OptionalLong.empty();
    }
    if (field.get().value().isPresent()) {
      return of(field.get().value().get(), depth);
    }
    Set<OptionalLong> values = new HashSet<>();
    for (MethodCode constructor : type.constructors()) {
      for (Expression expression : Walk.expressions(constructor.body())) {
        if (expression instanceof Expression.Assignment assignment
            && assignment.target() instanceof Expression.Field target
            && target.name().equals(name)) {
          values.add(new Sizes(unit, constructor.body()).of(assignment.value(), depth + 1));
        }
      }
    }
    return only(values);
  }

  /** A constructor's parameter, if every call of the constructor gives it the same. */
  private OptionalLong parameter(String name, int depth) {
    for (ClassCode type : unit.program().classes()) {
      for (MethodCode constructor : type.constructors()) {
        List<String> names = constructor.parameters().stream().map(p -> p.name()).toList();
        if (constructor.body() == body && names.contains(name)) {
          return Walk.assigned(body).contains(name)
              ? OptionalLong.empty()
              : given(type, names.size(), names.indexOf(name), depth);
        }
      }
    }
    return OptionalLong.empty();
  }

  private OptionalLong given(ClassCode type, int count, int index, int depth) {
    Set<OptionalLong> values = new HashSet<>();
    for (ClassCode user : unit.program().classes()) {
      for (Statement each : LintUnit.bodies(List.of(user))) {
        for (Expression expression : Walk.allExpressions(each)) {
          if (expression instanceof Expression.Creation creation
              && creation.type().equals(type.name())
              && creation.arguments().size() == count) {
            values.add(new Sizes(unit, each).of(creation.arguments().get(index), depth + 1));
          }
        }
      }
    }
    return only(values);
  }

  private static OptionalLong only(Set<OptionalLong> values) {
    return values.size() == 1 ? values.iterator().next() : OptionalLong.empty();
  }
}
