package dev.geminijava.passes.djl.rules;

import dev.geminijava.passes.model.Dim;
import dev.geminijava.passes.model.Extents;
import dev.geminijava.passes.shard.Linear;
import dev.geminijava.passes.shard.Operation;
import dev.geminijava.passes.shard.OperationRule;
import dev.geminijava.passes.shard.OperationRules;
import dev.geminijava.passes.shard.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Methods that put the axes into another order, or add and drop axes of size one. */
public final class Permutations implements OperationRules {

  private static final String NDARRAY = "ai.djl.ndarray.NDArray";

  @Override
  public List<OperationRule> operations() {
    return List.of(
        OperationRule.of(NDARRAY, "transpose", Permutations::transpose).linear(Linear.ARRAYS),
        OperationRule.of(NDARRAY, "swapAxes", Permutations::swapAxes).linear(Linear.ARRAYS),
        OperationRule.of(NDARRAY, "expandDims", Permutations::expandDims).linear(Linear.ARRAYS),
        OperationRule.of(NDARRAY, "squeeze", Permutations::squeeze).linear(Linear.ARRAYS));
  }

  private static int rank(Operation operation, Value.Array array) {
    return array
        .shape()
        .rank()
        .orElseThrow(() -> operation.refuse("moves axes of an array whose axes are not known"));
  }

  private static Value transpose(Operation operation) {
    Optional<List<Integer>> named = operation.numbers();
    Value.Array array =
        operation.withRank(operation.self(), named.map(List::size).orElse(0), false);
    int rank = rank(operation, array);
    List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    Collections.reverse(order);
    if (!operation.arguments().isEmpty()) {
      order = axes(operation, named, rank);
    }
    return permuted(operation, array, order);
  }

  private static Value swapAxes(Operation operation) {
    Optional<List<Integer>> named = operation.numbers();
    int last = named.map(Collections::max).orElse(-1);
    Value.Array array = operation.withRank(operation.self(), last + 1, true);
    int rank = rank(operation, array);
    List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    List<Integer> axes = axes(operation, named, rank);
    Collections.swap(order, axes.get(0), axes.get(1));
    return permuted(operation, array, order);
  }

  private static List<Integer> axes(Operation operation, Optional<List<Integer>> named, int rank) {
    List<Integer> axes =
        named.orElseThrow(() -> operation.refuse("moves axes that are not known")).stream()
            .map(axis -> axis < 0 ? axis + rank : axis)
            .toList();
    if (axes.stream().anyMatch(axis -> axis < 0 || axis >= rank)) {
      throw operation.refuse("moves axes that are not known");
    }
    return axes;
  }

  private static Value permuted(Operation operation, Value.Array array, List<Integer> order) {
    List<Dim> before = array.shape().dims();
    boolean permutation =
        order.stream().sorted().toList().equals(IntStream.range(0, before.size()).boxed().toList());
    if (!permutation) {
      throw operation.refuse("moves axes that are not known");
    }
    Extents shape = Extents.of(order.stream().map(before::get).toList());
    return array.moved(shape, order.indexOf(before.size() + array.axis()) - before.size());
  }

  private static Value expandDims(Operation operation) {
    Value.Array array = operation.self();
    int rank = rank(operation, array);
    int at =
        operation
            .number(0)
            .map(axis -> axis < 0 ? axis + rank + 1 : axis)
            .filter(axis -> axis >= 0 && axis <= rank)
            .orElseThrow(() -> operation.refuse("adds an axis at a place that is not known"));
    List<Dim> dims = new ArrayList<>(array.shape().dims());
    dims.add(at, Dim.ONE);
    return array.moved(Extents.of(dims), array.axis() - (at <= rank + array.axis() ? 0 : 1));
  }

  private static Value squeeze(Operation operation) {
    Value.Array array = operation.self();
    int rank = rank(operation, array);
    int at =
        operation
            .number(0)
            .map(axis -> axis < 0 ? axis + rank : axis)
            .filter(axis -> axis >= 0 && axis < rank && axis != rank + array.axis())
            .orElseThrow(() -> operation.refuse("drops an axis that is not known"));
    List<Dim> dims = new ArrayList<>(array.shape().dims());
    dims.remove(at);
    return array.moved(Extents.of(dims), array.axis() + (at < rank + array.axis() ? 0 : 1));
  }
}
