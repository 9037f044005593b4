package dev.geminijava.passes.lint;

import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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
      return local(name.name()).map(v -> of(v, depth + 1)).orElse(OptionalLong.empty());
    }
    if (expression instanceof Expression.Field field && field.owner().isEmpty()) {
      return field(field).map(v -> of(v, depth + 1)).orElse(OptionalLong.empty());
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

  /** What a final field is set to where it is declared. */
  private Optional<Expression> field(Expression.Field field) {
    return unit.program().classes().stream()
        .filter(c -> c.name().equals(field.declaring()))
        .findFirst()
        .flatMap(c -> c.field(field.name()))
        .filter(f -> f.modifiers().contains("final"))
        .flatMap(ClassCode.FieldCode::value);
  }
}
