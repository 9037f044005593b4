package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.shard.Flow;
import dev.geminijava.passes.shard.Linear;
import dev.geminijava.passes.shard.Operation;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import dev.geminijava.passes.shard.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Methods that put arrays together along an axis. Along the split axis the ranks' pieces lie one
 * after the other in each rank: the result is split in as many runs as the arrays had together.
 */
public final class Joins implements OperationRules {

  private static final String NDARRAY = "ai.djl.ndarray.NDArray";
  private static final String NDARRAYS = "ai.djl.ndarray.NDArrays";

  @Override
  public List<OperationRule> operations() {
    return List.of(
        OperationRule.of(NDARRAY, "concat", operation -> join(operation, false))
            .linear(Linear.ARRAYS),
        OperationRule.of(NDARRAYS, "concat", operation -> join(operation, false))
            .linear(Linear.ARRAYS),
        OperationRule.of(NDARRAY, "stack", operation -> join(operation, true))
            .linear(Linear.ARRAYS),
        OperationRule.of(NDARRAYS, "stack", operation -> join(operation, true))
            .linear(Linear.ARRAYS));
  }

  private static Value join(Operation operation, boolean stacks) {
    if (!operation.arguments().isEmpty() && operation.arguments().get(0) instanceof Value.Turns t) {
      return turns(operation, t, stacks);
    }
    List<Value.Array> arrays = operation.joined();
    if (arrays.isEmpty()) {
      throw operation.refuse("joins nothing that is understood");
    }
    Value.Array first = arrays.stream().filter(Value::isSplit).findFirst().orElse(arrays.get(0));
    Extents shape = first.shape();
    Optional<Integer> axis =
        operation.arguments().size() > 1 ? operation.number(1) : Optional.of(0);
    return stacks
        ? stacked(operation, arrays, first, axis)
        : concatenated(operation, arrays, first, operation.axis(axis, shape));
  }

  /** Each rank puts together what it has, which is its share of the axis. */
  private static Value turns(Operation operation, Value.Turns turns, boolean stacks) {
    Extents shape = turns.item().shape();
    Optional<Integer> axis =
        operation.arguments().size() > 1 ? operation.number(1) : Optional.of(0);
    if (!stacks) {
      int at = operation.axis(axis, shape);
      Extents joined =
          shape
              .at(at)
              .flatMap(size -> shape.with(at, size.times(turns.count())))
              .orElseThrow(() -> operation.refuse("works along an axis that is not known"));
      operation.pieces(0, at, turns.item().flow());
      return Value.Array.split(joined, at, turns.item().flow());
    }
    int at = place(operation, shape, axis);
    List<Dim> dims = new ArrayList<>(shape.dims());
    dims.add(at, turns.count());
    return Value.Array.split(Extents.of(dims), at - dims.size(), turns.item().flow());
  }

  /** Where a new axis stands. */
  private static int place(Operation operation, Extents shape, Optional<Integer> axis) {
    int rank =
        shape.rank().orElseThrow(() -> operation.refuse("stacks arrays whose axes are not known"));
    return axis.map(a -> a < 0 ? a + rank + 1 : a)
        .filter(a -> a >= 0 && a <= rank)
        .orElseThrow(() -> operation.refuse("works along an axis that is not known"));
  }

  private static Value stacked(
      Operation operation, List<Value.Array> arrays, Value.Array first, Optional<Integer> axis) {
    int at = place(operation, first.shape(), axis);
    int rank = first.shape().dims().size();
    Flow flow = alike(operation, arrays, first);
    sameRuns(operation, arrays, first);
    List<Dim> dims = new ArrayList<>(first.shape().dims());
    dims.add(at, Dim.of(arrays.size()));
    Extents shape = Extents.of(dims);
    if (!first.isSplit()) {
      return Value.Array.whole(shape);
    }
    int split = first.axis() - (at <= rank + first.axis() ? 0 : 1);
    return Value.Array.split(shape, split, first.outer(), flow);
  }

  private static Value concatenated(
      Operation operation, List<Value.Array> arrays, Value.Array first, int axis) {
    Flow flow = alike(operation, arrays, first);
    Optional<Dim> sum = Optional.of(Dim.of(0));
    for (Value.Array array : arrays) {
      Optional<Dim> own = array.shape().at(axis);
      sum = sum.flatMap(before -> own.map(before::plus));
    }
    Dim size = sum.orElseGet(operation::unknownSize);
    Extents shape =
        first
            .shape()
            .with(axis, size)
            .orElseThrow(() -> operation.refuse("works along an axis that is not known"));
    if (!first.isSplit()) {
      return Value.Array.whole(shape);
    }
    if (axis != first.axis()) {
      sameRuns(operation, arrays, first);
      return Value.Array.split(shape, first.axis(), first.outer(), flow);
    }
    Optional<Dim> run = run(first);
    boolean even = run.isPresent() && arrays.stream().allMatch(a -> run(a).equals(run));
    if (!even) {
      throw operation.refuse("joins pieces of different sizes along the axis that is split");
    }
    Dim runs = arrays.stream().map(Value.Array::outer).reduce(Dim.of(0), Dim::plus);
    return Value.Array.split(shape, axis, runs, flow);
  }

  /** How long each run of the split axis is. */
  private static Optional<Dim> run(Value.Array array) {
    return array.shape().at(array.axis()).map(size -> size.over(array.outer()));
  }

  private static void sameRuns(Operation operation, List<Value.Array> arrays, Value.Array first) {
    if (arrays.stream().anyMatch(a -> !a.outer().equals(first.outer()))) {
      throw operation.refuse("joins arrays whose split axes consist of different runs");
    }
  }

  /** All arrays have to lie over the ranks in the same way. */
  private static Flow alike(Operation operation, List<Value.Array> arrays, Value.Array first) {
    Flow flow = Flow.NONE;
    for (Value.Array array : arrays) {
      if (!array.placement().equals(first.placement())) {
        throw operation.refuse("joins arrays that are split with others that are not");
      }
      flow = flow.and(array.flow());
    }
    return flow;
  }
}
