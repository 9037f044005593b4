package dev.geminijava.passes.shard;

import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.MethodCode;
import dev.geminijava.passes.model.Statement;
import dev.geminijava.passes.model.Walk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tables that may be used a second time, to score words by. Such a product needs a share of the
 * table's rows on each rank, so the look-up takes the same.
 */
final class Tied {

  private static final Set<String> READS =
      Set.of("getValue", "getParameters", "getDirectParameters", "probabilities");

  private Tied() {}

  /** Whether a class reads the table of the embedding that it calls, or hands it out. */
  static boolean isTied(ClassCode code, Expression embedding) {
    if (!(embedding instanceof Expression.Field field)) {
      return false;
    }
    for (MethodCode method : code.methods()) {
      boolean read =
          Walk.expressions(method.body()).stream()
              .anyMatch(
                  e ->
                      e instanceof Expression.Call call
                          && READS.contains(call.method())
                          && call.receiver().filter(r -> isSame(r, field)).isPresent());
      List<Statement> returns = new ArrayList<>();
      Walk.statements(
          method.body(),
          s -> {
            if (s instanceof Statement.Return end && handsOut(end.value(), field)) {
              returns.add(s);
            }
          });
      if (read || !returns.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static boolean handsOut(Optional<Expression> value, Expression.Field field) {
    return value.filter(v -> isSame(v, field)).isPresent();
  }

  private static boolean isSame(Expression expression, Expression.Field field) {
    return expression instanceof Expression.Field other
        && other.name().equals(field.name())
        && other.declaring().equals(field.declaring());
  }
}
