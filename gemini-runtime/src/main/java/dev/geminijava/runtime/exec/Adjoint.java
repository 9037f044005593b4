package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What the backward of a collective makes of the gradients that reached the ranks' results; null
 * stands for none.
 *
 * <pre>
 *   forward          backward
 *   all-reduce       all-reduce
 *   all-gather       reduce-scatter
 *   reduce-scatter   all-gather
 * </pre>
 *
 * @param what its name and shape, the same on every rank
 * @param merge puts the ranks' gradients together, in rank order; computed once for all ranks
 * @param part takes this rank's part of that; or of each of them, before they are put together
 * @param shares how the elements are shared out if each rank puts its share of them together, for
 *     all; null if each rank puts all together that it needs
 */
public record Adjoint(
    String what,
    Function<List<NDArray>, NDArray> merge,
    UnaryOperator<NDArray> part,
    Share shares) {

  /** Something that each rank puts together for itself. */
  public Adjoint(String what, Function<List<NDArray>, NDArray> merge, UnaryOperator<NDArray> part) {
    this(what, merge, part, null);
  }

  /** Every rank gets the sum. */
  static Adjoint allReduce(String what) {
    return new Adjoint(what, Adjoint::sum, gradient -> gradient);
  }

  /** The same, where every rank sums its share first. */
  static Adjoint allReduceInShares(String what, Share shares) {
    return new Adjoint(what, Adjoint::sum, gradient -> gradient, shares);
  }

  /** Every rank gets its part of the sum. */
  public static Adjoint reduceScatter(Shape shape, UnaryOperator<NDArray> part) {
    return new Adjoint("reduce-scatter " + shape, Adjoint::sum, part);
  }

  /**
   * Every rank gets all shares of an axis.
   *
   * @param shape the whole shape
   */
  public static Adjoint allGather(Shape shape, Share share, int axis) {
    return new Adjoint(
        "all-gather " + shape,
        gradients -> {
          if (gradients.stream().noneMatch(Objects::nonNull)) {
            return null;
          }
          NDArray some = gradients.stream().filter(Objects::nonNull).findFirst().orElseThrow();
          NDList shares = new NDList(gradients.size());
          for (int r = 0; r < gradients.size(); r++) {
            long[] sizes = shape.getShape().clone();
            sizes[axis] = share.of(shape.get(axis), r);
            NDArray mine = gradients.get(r);
            shares.add(
                mine == null
                    ? some.getManager().zeros(new Shape(sizes), some.getDataType())
                    : mine);
          }
          return NDArrays.concat(shares, axis);
        },
        gradient -> gradient);
  }

  /** The sum of the gradients that there are. */
  public static NDArray sum(List<NDArray> gradients) {
    List<NDArray> reached = gradients.stream().filter(Objects::nonNull).toList();
    return reached.isEmpty() ? null : reached.stream().reduce(NDArray::add).orElseThrow();
  }
}
