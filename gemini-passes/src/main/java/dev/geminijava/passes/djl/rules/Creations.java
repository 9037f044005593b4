package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.shard.Operation;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import dev.geminijava.passes.shard.Value;
import java.util.ArrayList;
import java.util.List;

/** Methods that make arrays, which every rank has; zeros and ones may also be made as a slice. */
public final class Creations implements OperationRules {

  private static final String MANAGER = "ai.djl.ndarray.NDManager";
  private static final List<String> NUMBERS =
      List.of("float", "double", "int", "long", "short", "byte", "boolean");

  @Override
  public List<OperationRule> operations() {
    return List.of(
        OperationRule.of(MANAGER, "create", Creations::create),
        OperationRule.of(MANAGER, "zeros ones full", operation -> shaped(operation, true)),
        OperationRule.of(
            MANAGER,
            "randomUniform randomNormal truncatedNormal randomInteger sampleNormal",
            operation -> shaped(operation, false)),
        OperationRule.of(MANAGER, "arange", Creations::range),
        OperationRule.of(MANAGER, "eye", Creations::eye));
  }

  /** An array of one number has no axes. */
  private static Value create(Operation operation) {
    boolean number =
        operation.written().size() == 1 && NUMBERS.contains(operation.written().get(0).type());
    return number ? Value.Array.whole(Extents.SCALAR) : shaped(operation, true);
  }

  private static Value shaped(Operation operation, boolean constant) {
    for (Value argument : operation.arguments()) {
      if (argument instanceof Value.ShapeOf of) {
        if (of.isSplit() && (!constant || operation.method().equals("create"))) {
          throw operation.refuse("takes the shape of one rank's slice");
        }
        return of.array();
      }
      if (argument instanceof Value.Shape shape) {
        List<Dim> dims = new ArrayList<>();
        for (Value size : shape.sizes()) {
          if (!(size instanceof Value.Size known) || known.dim().isNegative()) {
            throw operation.refuse("takes a shape that is not understood");
          }
          dims.add(known.dim());
        }
        return Value.Array.whole(Extents.of(dims));
      }
    }
    if (!operation.isWhole()) {
      throw operation.refuse("takes a split value in a way that is not understood");
    }
    return Value.Array.whole(operation.unknownShape());
  }

  /** Whole numbers below an end, if nothing else is said. */
  private static Value range(Operation operation) {
    Dim size =
        operation.arguments().size() == 1 && operation.arguments().get(0) instanceof Value.Size end
            ? end.dim()
            : operation.unknownSize();
    return Value.Array.whole(Extents.of(List.of(size)));
  }

  private static Value eye(Operation operation) {
    List<Dim> sizes =
        operation.arguments().stream()
            .filter(Value.Size.class::isInstance)
            .map(v -> ((Value.Size) v).dim())
            .toList();
    Dim rows = sizes.isEmpty() ? operation.unknownSize() : sizes.get(0);
    boolean square = operation.arguments().size() == 1;
    Dim columns = square ? rows : sizes.size() > 1 ? sizes.get(1) : operation.unknownSize();
    return Value.Array.whole(Extents.of(List.of(rows, columns)));
  }
}
