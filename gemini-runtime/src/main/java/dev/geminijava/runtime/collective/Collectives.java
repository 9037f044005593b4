package dev.geminijava.runtime.collective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.exec.Share;
import java.util.List;

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

  /** Sums an array of equal shape over the ranks. */
  public static NDArray allReduce(Lane lane, NDArray partial) {
    return lane.collective(
        "all-reduce " + partial.getShape(), partial, Collectives::sum, gradient -> gradient);
  }

  /** Concatenates the ranks' shares of the last axis, in rank order. */
  public static NDArray allGather(Lane lane, NDArray slice, Share share) {
    int axis = slice.getShape().dimension() - 1;
    long size = slice.getShape().get(axis);
    long whole = share.whole(size, lane.rank());
    long begin = share.begin(whole, lane.rank());
    return lane.collective(
        "all-gather " + slice.getShape().slice(0, axis).add(whole),
        slice,
        slices -> NDArrays.concat(new NDList(slices), axis),
        gradient -> gradient.get(new NDIndex("...,{}:{}", begin, begin + size)));
  }

  /** Gives every rank the array of rank 0. */
  public static NDArray fromFirst(Lane lane, NDArray array) {
    return lane.collective(
        "the array of rank 0 " + array.getShape(),
        array,
        arrays -> arrays.get(0).duplicate(),
        gradient -> lane.rank() == 0 ? gradient : gradient.zerosLike());
  }

  private static NDArray sum(List<NDArray> partials) {
    NDArray sum = partials.get(0).add(partials.get(1));
    for (NDArray partial : partials.subList(2, partials.size())) {
      sum.addi(partial);
    }
    return sum;
  }
}
