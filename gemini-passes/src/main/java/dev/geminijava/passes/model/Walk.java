package dev.geminijava.passes.model;

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
          && !name.type().equals("ai.djl.ndarray.NDArray")) {
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
