package dev.geminijava.passes.model;

import dev.geminijava.passes.djl.Djl;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Visits all of a method body. */
public final class Walk {

  private static final Set<String> LIST_CHANGES =
      Set.of("add", "addAll", "set", "remove", "clear", "removeIf", "replaceAll", "sort");

  private Walk() {}

  /** Every expression of a statement, outer before inner. */
  public static List<Expression> expressions(Statement statement) {
    List<Expression> found = new ArrayList<>();
    statements(statement, s -> s.expressions().forEach(e -> expressions(e, found::add)));
    return found;
  }

  /** An expression and all inside it, outer before inner. */
  public static void expressions(Expression expression, Consumer<Expression> visitor) {
    visitor.accept(expression);
    expression.parts().forEach(part -> expressions(part, visitor));
  }

  /** Every expression of a statement, the code in lambdas and in unknown syntax included. */
  public static List<Expression> allExpressions(Statement statement) {
    List<Expression> found = new ArrayList<>();
    everything(statement, s -> {}, found::add);
    return found;
  }

  /** A statement and all inside it, the code in lambdas and in unknown syntax included. */
  public static void everything(
      Statement statement, Consumer<Statement> statements, Consumer<Expression> expressions) {
    statements.accept(statement);
    if (statement instanceof Statement.Other other) {
      other.inside().forEach(s -> everything(s, statements, expressions));
      return;
    }
    statement.expressions().forEach(e -> everything(e, statements, expressions));
    statement.statements().forEach(s -> everything(s, statements, expressions));
  }

  /** An expression and all inside it, the code in lambdas and in unknown syntax included. */
  public static void everything(
      Expression expression, Consumer<Statement> statements, Consumer<Expression> expressions) {
    expressions.accept(expression);
    if (expression instanceof Expression.Other other && !other.inside().isEmpty()) {
      other.inside().forEach(s -> everything(s, statements, expressions));
      return;
    }
    expression.parts().forEach(e -> everything(e, statements, expressions));
  }

  /** A statement and all inside it, outer before inner. */
  public static void statements(Statement statement, Consumer<Statement> visitor) {
    visitor.accept(statement);
    statement.statements().forEach(child -> statements(child, visitor));
  }

  /** The local variables that a statement changes, or whose lists it changes. */
  public static Set<String> assigned(Statement statement) {
    Set<String> names = new LinkedHashSet<>();
    for (Expression expression : expressions(statement)) {
      if (expression instanceof Expression.Assignment a
          && a.target() instanceof Expression.Name name) {
        names.add(name.name());
      } else if (expression instanceof Expression.Call call
          && LIST_CHANGES.contains(call.method())
          && call.receiver().orElse(null) instanceof Expression.Name name
          && !name.type().equals(Djl.NDARRAY)) {
        names.add(name.name());
      } else if (expression instanceof Expression.Other other) {
        names.addAll(other.assigned());
      }
    }
    statements(
        statement,
        s -> {
          if (s instanceof Statement.Other other) {
            names.addAll(other.assigned());
          }
        });
    return names;
  }
}
