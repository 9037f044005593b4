package dev.geminijava.runtime.collective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.geminijava.runtime.exec.Adjoint;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.exec.Share;
import dev.geminijava.runtime.exec.SplitArray;

/**
 * Differentiable collectives over the shard ranks of a stage, in process.
 *
 * <pre>
 *               forward                      backward
 *   all-reduce  every rank gets the sum      every rank gets the sum of the ranks' gradients
 *   all-gather  every rank gets all slices   every rank gets its slice of that sum
 *   from first  every rank gets rank 0's     rank 0 gets that sum
 * </pre>
 */
public final class Collectives {

  private Collectives() {}

  /**
   * Sums an array of equal shape over the ranks. If sums may stay shared out, the ranks have their
   * shares of the axis before the features, a sequence's, until something needs the whole sum.
   */
  public static NDArray allReduce(Lane lane, NDArray partial) {
    Shape shape = partial.getShape();
    int axis = shape.dimension() - 2;
    return lane.sharesSums() && axis > 0 && shape.get(axis) >= lane.ranks()
        ? SplitArray.sum(lane, partial, axis)
        : lane.allReduce(partial);
  }

  /**
   * The ranks' shares of the last axis, in rank order: seen as one array, and put together when
   * something needs it in one piece.
   */
  public static NDArray allGather(Lane lane, NDArray slice, Share share) {
    return SplitArray.of(lane, slice, share, slice.getShape().dimension() - 1);
  }

  /** Gives every rank the array of rank 0. */
  public static NDArray fromFirst(Lane lane, NDArray array) {
    return lane.collective(
        "the array of rank 0 " + array.getShape(),
        array,
        arrays -> arrays.get(0).duplicate(),
        new Adjoint(
            "reduce " + array.getShape(),
            Adjoint::sum,
            gradient -> lane.rank() == 0 ? gradient : gradient.zerosLike()));
  }
}
