package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The end of a segment in a collective: what this rank gave, and the leaf that it got. The gradient
 * of what it gave is its part of the sum of all ranks' leaves' gradients.
 *
 * @param export where this rank's value left its graph
 * @param leaf an alias of the leaf that stands for the result on this rank
 * @param part takes this rank's part of the summed gradient
 */
record Collective(Export export, NDArray leaf, UnaryOperator<NDArray> part) {

  /** Meets the other ranks and takes the gradient from them. */
  void takeGradient(Meeting meeting, int rank, String what) {
    NDArray sum = meeting.meet(rank, what, Arrays.gradient(leaf), Collective::sum);
    export.give(sum == null ? null : Arrays.alias(part.apply(sum), leaf.getManager()));
    leaf.close();
  }

  private static NDArray sum(List<NDArray> gradients) {
    List<NDArray> reached = gradients.stream().filter(Objects::nonNull).toList();
    return reached.isEmpty() ? null : reached.stream().reduce(NDArray::add).orElseThrow();
  }
}
