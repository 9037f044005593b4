package dev.geminijava.passes.shard.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.shard.Operation;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import dev.geminijava.passes.shard.Refusal;
import dev.geminijava.passes.shard.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Methods that need all of some axes, and act alike along the others. */
public final class AxisOperations implements OperationRules {

  private static final String NDARRAY = "ai.djl.ndarray.NDArray";

  @Override
  public List<OperationRule> operations() {
    return List.of(
        OperationRule.of(NDARRAY, "softmax logSoftmax cumSum", AxisOperations::along),
        OperationRule.of(NDARRAY, "sum mean max min prod", AxisOperations::reduce));
  }

  private static Value along(Operation operation) {
    Value.Array array = operation.self();
    if (array.isSplit()) {
      int axis = axis(operation, operation.number(0), array.shape());
      if (axis == array.axis()) {
        Refusal refusal = operation.refuse("works along the axis that is split");
        // A softmax over a layer's own features, as over a vocabulary, the runtime does in parts.
        boolean features =
            array.shape().at(axis).filter(array.flow().features()::contains).isPresent();
        throw features && operation.method().endsWith("oftmax") ? refusal.joinable() : refusal;
      }
    }
    return array;
  }

  private static int axis(Operation operation, Optional<Integer> number, Extents shape) {
    return number
        .flatMap(shape::fromEnd)
        .orElseThrow(() -> operation.refuse("works along an axis that is not known"));
  }

  private static Value reduce(Operation operation) {
    Value.Array array = operation.self();
    Optional<List<Integer>> axes = operation.numbersIn(0);
    if (axes.isEmpty() || array.shape().isOpen() || operation.arguments().size() > 2) {
      throw operation.refuse("works along axes that are not known");
    }
    List<Integer> gone =
        axes.get().stream().map(a -> axis(operation, Optional.of(a), array.shape())).toList();
    boolean keep = operation.arguments().size() == 2;
    if (keep && !operation.written().get(1).toString().contains("value=Optional[true]")) {
      throw operation.refuse("may or may not keep its axes");
    }
    List<Dim> dims = new ArrayList<>();
    int rank = array.shape().dims().size();
    int split = 0;
    for (int axis = -rank; axis < 0; axis++) {
      boolean stays = !gone.contains(axis);
      if (axis == array.axis() && stays) {
        split = dims.size();
      }
      if (stays || keep) {
        dims.add(stays ? array.shape().dims().get(rank + axis) : Dim.ONE);
      }
    }
    Extents shape = Extents.of(dims);
    if (!array.isSplit()) {
      return Value.Array.whole(shape);
    }
    if (!gone.contains(array.axis())) {
      return array.moved(shape, split - dims.size());
    }
    if (!operation.method().equals("sum")) {
      throw operation.refuse("works along the axis that is split");
    }
    return operation.reduced(shape, array.flow());
  }
}
