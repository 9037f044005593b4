package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Expression;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.shard.Operation;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import dev.geminijava.passes.shard.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Methods that repeat what is there. Each element repeated leaves a rank's slice in one piece; the
 * whole axis repeated puts one run of it after the other.
 */
public final class Repeats implements OperationRules {

  private static final String NDARRAY = "ai.djl.ndarray.NDArray";

  @Override
  public List<OperationRule> operations() {
    return List.of(
        OperationRule.of(NDARRAY, "repeat", operation -> repeat(operation, false)),
        OperationRule.of(NDARRAY, "tile", operation -> repeat(operation, true)),
        OperationRule.of(NDARRAY, "broadcast", Repeats::broadcast));
  }

  private static Value repeat(Operation operation, boolean runs) {
    Value.Array array = operation.self();
    List<Value> arguments = operation.arguments();
    if (arguments.size() == 2) {
      int axis = operation.axis(0, array.shape());
      return repeated(operation, array, axis, size(operation, arguments.get(1)), runs);
    }
    int rank = array.shape().rank().orElse(-1);
    if (arguments.get(0) instanceof Value.Items items && items.values().size() == rank) {
      Value.Array result = array;
      for (int i = 0; i < rank; i++) {
        Dim times = size(operation, items.values().get(i));
        result = repeated(operation, result, i - rank, times, runs);
      }
      return result;
    }
    throw operation.refuse("repeats along axes that are not known");
  }

  private static Dim size(Operation operation, Value value) {
    if (value instanceof Value.Size size) {
      return size.dim();
    }
    throw operation.refuse("takes a size that is not understood");
  }

  private static Value.Array repeated(
      Operation operation, Value.Array array, int axis, Dim times, boolean runs) {
    Dim size = array.shape().at(axis).map(times::times).orElseGet(operation::unknownSize);
    Extents shape =
        array
            .shape()
            .with(axis, size)
            .orElseThrow(() -> operation.refuse("works along an axis that is not known"));
    boolean cut = array.isSplit() && axis == array.axis();
    return cut && runs
        ? Value.Array.split(shape, axis, array.outer().times(times), array.flow())
        : array.moved(shape, array.axis());
  }

  private static Value broadcast(Operation operation) {
    Value.Array array = operation.self();
    List<Value> values = operation.arguments();
    List<Expression> written = operation.written();
    boolean shape = values.size() == 1 && values.get(0) instanceof Value.Shape;
    if (shape) {
      if (array.isSplit() && !(written.get(0) instanceof Expression.Creation)) {
        throw operation.refuse("takes a shape that is made elsewhere");
      }
      written = ((Value.Shape) values.get(0)).written();
      values = ((Value.Shape) values.get(0)).sizes();
    } else if (values.size() == 1 && values.get(0) instanceof Value.Items items) {
      written = items.written();
      values = items.values();
    }
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      int axis = i - values.size();
      Dim size = size(operation, values.get(i));
      Optional<Dim> before = array.shape().at(axis);
      // Minus one leaves an axis as it is.
      dims.add(size.isNegative() ? before.orElseGet(operation::unknownSize) : size);
      if (array.isSplit() && axis == array.axis()) {
        if (!before.equals(Optional.of(size)) && !size.isNegative()) {
          throw operation.refuse("gives the split axis another size");
        }
        if (!size.isNegative()) {
          operation.shrink(written.get(i), array.flow());
        }
      }
    }
    if (array.isSplit() && dims.size() < -array.axis()) {
      throw operation.refuse("has fewer axes than the array");
    }
    return array.moved(Extents.of(dims), array.axis());
  }
}
