package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.shard.Linear;
import dev.geminijava.passes.shard.Operation;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import dev.geminijava.passes.shard.Refusal;
import dev.geminijava.passes.shard.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Methods that need all of one axis, and act alike along the others; the shape stays. */
public final class AxisOperations implements OperationRules {

  private static final String NDARRAY = "ai.djl.ndarray.NDArray";

  @Override
  public List<OperationRule> operations() {
    return List.of(
        OperationRule.of(NDARRAY, "softmax logSoftmax cumProd", operation -> along(operation, 0)),
        OperationRule.of(NDARRAY, "cumSum", operation -> along(operation, 0)).linear(Linear.ARRAYS),
        OperationRule.of(NDARRAY, "normalize", operation -> along(operation, 1)),
        OperationRule.of(NDARRAY, "sort argSort", AxisOperations::sorted),
        OperationRule.of(NDARRAY, "flip", AxisOperations::flip).linear(Linear.ARRAYS),
        OperationRule.of(NDARRAY, "topK", AxisOperations::largest),
        OperationRule.of(NDARRAY, "gather", AxisOperations::gather),
        OperationRule.of(NDARRAY, "oneHot", AxisOperations::oneHot),
        OperationRule.of(NDARRAY, "complex", AxisOperations::complex),
        OperationRule.of(NDARRAY, "real", operation -> appended(operation, Dim.of(2))),
        OperationRule.of(NDARRAY, "diff", AxisOperations::differences));
  }

  private static Value along(Operation operation, int argument) {
    Value.Array array = operation.self();
    if (array.isSplit() || operation.arguments().size() > argument) {
      check(operation, array, operation.axis(argument, array.shape()));
    }
    return array;
  }

  private static void check(Operation operation, Value.Array array, int axis) {
    if (array.isSplit() && axis == array.axis()) {
      Refusal refusal = operation.refuse("works along the axis that is split");
      // A softmax over a layer's own features, as over a vocabulary, the runtime does in parts.
      boolean features =
          array
              .shape()
              .at(axis)
              .filter(size -> size.isNumber() || array.flow().features().contains(size))
              .isPresent();
      throw features && operation.method().endsWith("oftmax") ? refusal.joinable() : refusal;
    }
  }

  /** Along the last axis, if none is named. */
  private static Value sorted(Operation operation) {
    Value.Array array = operation.self();
    Optional<Integer> axis =
        operation.arguments().isEmpty() ? Optional.of(-1) : operation.number(0);
    check(operation, array, operation.axis(axis, array.shape()));
    return array;
  }

  private static Value flip(Operation operation) {
    Value.Array array = operation.self();
    List<Integer> axes =
        operation
            .numbers()
            .orElseThrow(() -> operation.refuse("works along axes that are not known"));
    for (int axis : axes) {
      check(operation, array, operation.axis(Optional.of(axis), array.shape()));
    }
    return array;
  }

  private static Value largest(Operation operation) {
    Value.Array array = operation.self();
    int axis = operation.axis(1, array.shape());
    check(operation, array, axis);
    Dim count =
        operation.arguments().get(0) instanceof Value.Size size
            ? size.dim()
            : operation.unknownSize();
    Value.Array result = array.moved(with(operation, array, axis, count), array.axis());
    return new Value.Arrays(List.of(result, result));
  }

  private static Extents with(Operation operation, Value.Array array, int axis, Dim size) {
    return array
        .shape()
        .with(axis, size)
        .orElseThrow(() -> operation.refuse("works along an axis that is not known"));
  }

  /** The index has the shape of the result, and lies as the array does. */
  private static Value gather(Operation operation) {
    List<Value.Array> arrays = operation.arrays();
    if (arrays.size() != 2) {
      throw operation.refuse("takes an index that is not understood");
    }
    Value.Array array = arrays.get(0);
    Value.Array index = arrays.get(1);
    if (!array.isSplit() && !index.isSplit()) {
      return Value.Array.whole(index.shape());
    }
    if (!array.isSplit() || !index.placement().equals(array.placement())) {
      throw operation.refuse("takes an index that does not lie as the array does");
    }
    check(operation, array, operation.axis(1, array.shape()));
    if (!array.outer().equals(index.outer())) {
      throw operation.refuse("takes an index that does not lie as the array does");
    }
    return Value.Array.split(
        index.shape(), array.axis(), array.outer(), array.flow().and(index.flow()));
  }

  private static Value oneHot(Operation operation) {
    return appended(
        operation,
        operation.arguments().get(0) instanceof Value.Size size
            ? size.dim()
            : operation.unknownSize());
  }

  /** One more axis behind the others. */
  private static Value appended(Operation operation, Dim size) {
    Value.Array array = operation.self();
    List<Dim> dims = new ArrayList<>(array.shape().dims());
    dims.add(size);
    return array.moved(new Extents(array.shape().base(), dims), array.axis() - 1);
  }

  /** The two numbers of the last axis become one. */
  private static Value complex(Operation operation) {
    Value.Array array = operation.self();
    check(operation, array, -1);
    Extents shape =
        array
            .shape()
            .without(-1)
            .orElseThrow(() -> operation.refuse("works along an axis that is not known"));
    return array.moved(shape, array.axis() + 1);
  }

  private static Value differences(Operation operation) {
    Value.Array array = operation.self();
    int axis = operation.axis(1, array.shape());
    check(operation, array, axis);
    Dim less =
        operation.number(0).map(Dim::of).orElseThrow(() -> operation.refuse("is not understood"));
    Dim size = array.shape().at(axis).map(s -> s.minus(less)).orElseGet(operation::unknownSize);
    return array.moved(with(operation, array, axis, size), array.axis());
  }
}
