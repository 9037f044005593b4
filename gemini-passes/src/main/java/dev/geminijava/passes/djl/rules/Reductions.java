package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.shard.Linear;
import dev.geminijava.passes.shard.Operation;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import dev.geminijava.passes.shard.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Methods that make one number of many, along some axes or all. A sum along the split axis is the
 * sum of the ranks' sums, and a mean the sum of the ranks' shares of it.
 */
public final class Reductions implements OperationRules {

  private static final String NDARRAY = "ai.djl.ndarray.NDArray";

  @Override
  public List<OperationRule> operations() {
    return List.of(
        OperationRule.of(NDARRAY, "sum mean", Reductions::reduce).linear(Linear.ARRAYS),
        OperationRule.of(NDARRAY, "max min prod", Reductions::reduce),
        OperationRule.of(NDARRAY, "norm", Reductions::norm),
        OperationRule.of(NDARRAY, "median", Reductions::reduce),
        OperationRule.of(NDARRAY, "argMax argMin countNonzero", Reductions::alongOne),
        OperationRule.of(NDARRAY, "all any none", Reductions::all));
  }

  private static Value reduce(Operation operation) {
    Value.Array array = operation.self();
    if (operation.arguments().isEmpty()) {
      return all(operation);
    }
    boolean typed = operation.arguments().size() > 2;
    List<Integer> axes =
        operation
            .numbersIn(0)
            .filter(a -> !typed)
            .orElseThrow(() -> operation.refuse("works along axes that are not known"));
    return reduced(operation, array, axes, keeps(operation, 1));
  }

  private static Value norm(Operation operation) {
    Value.Array array = operation.self();
    int first =
        IntStream.range(0, operation.arguments().size())
            .filter(i -> operation.arguments().get(i) instanceof Value.Items)
            .findFirst()
            .orElse(-1);
    if (first < 0) {
      if (operation.arguments().isEmpty()) {
        return all(operation);
      }
      throw operation.refuse("may or may not keep its axes");
    }
    List<Integer> axes =
        operation
            .numbersIn(first)
            .orElseThrow(() -> operation.refuse("works along axes that are not known"));
    return reduced(operation, array, axes, keeps(operation, first + 1));
  }

  private static boolean keeps(Operation operation, int argument) {
    return operation.arguments().size() > argument
        && operation
            .truth(argument)
            .orElseThrow(() -> operation.refuse("may or may not keep its axes"));
  }

  private static Value alongOne(Operation operation) {
    if (operation.arguments().isEmpty()) {
      return all(operation);
    }
    Value.Array array = operation.self();
    int axis = operation.axis(0, array.shape());
    return reduced(operation, array, List.of(axis), false);
  }

  private static Value all(Operation operation) {
    Value.Array array = operation.self();
    return array.isSplit()
        ? combined(operation, array, Extents.SCALAR)
        : Value.Array.whole(Extents.SCALAR);
  }

  private static Value reduced(
      Operation operation, Value.Array array, List<Integer> axes, boolean keep) {
    Extents shape = array.shape();
    List<Integer> gone =
        axes.stream().map(a -> operation.axis(Optional.of(a), shape)).distinct().toList();
    int first = shape.dims().size();
    if (gone.stream().anyMatch(a -> a < -first)) {
      throw operation.refuse("works along axes that are not known");
    }
    List<Dim> dims = new ArrayList<>();
    int split = 0;
    for (int axis = -first; axis < 0; axis++) {
      boolean stays = !gone.contains(axis);
      if (axis == array.axis()) {
        split = dims.size();
      }
      if (stays || keep) {
        dims.add(stays ? shape.dims().get(first + axis) : Dim.ONE);
      }
    }
    Extents result = new Extents(shape.base(), dims);
    if (!array.isSplit()) {
      return Value.Array.whole(result);
    }
    return gone.contains(array.axis())
        ? combined(operation, array, result)
        : array.moved(result, split - dims.size());
  }

  private static Value combined(Operation operation, Value.Array array, Extents shape) {
    return switch (operation.method()) {
      case "sum" -> operation.reduced(shape, array.flow());
      case "mean" -> operation.averaged(shape, array.flow());
      default -> throw operation.refuse("works along the axis that is split");
    };
  }
}
