package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/**
 * How an axis is spread over the ranks of a stage: in units that stay whole, such as attention
 * heads. Where the units do not divide, the first ranks take one more than the others:
 *
 * <pre>
 *   6 heads of 8 features over 4 ranks:  units 2 2 1 1,  features 0..16 16..32 32..40 40..48
 * </pre>
 *
 * @param units how many there are on the axis
 * @param ranks among how many they are shared out
 */
public record Share(long units, int ranks) {

  /** Equal shares are all the same, whatever the units. */
  public Share {
    if (units < ranks) {
      throw new IllegalArgumentException(units + " units are too few for " + ranks + " ranks");
    }
    units = units % ranks == 0 ? ranks : units;
  }

  /** Equal shares of whatever divides by the number of ranks. */
  public static Share even(int ranks) {
    return new Share(ranks, ranks);
  }

  /** The first index, on an axis of a size, that belongs to a rank. */
  public long begin(long size, int rank) {
    return unit(size) * (rank * (units / ranks) + Math.min(rank, units % ranks));
  }

  /** How many indices of an axis of a size belong to a rank. */
  public long of(long size, int rank) {
    return begin(size, rank + 1) - begin(size, rank);
  }

  /**
   * Where a rank finds indices of an axis in its share of it, without looking at them: those of
   * other ranks at some place that is there, and those that no rank has at none, so that a lookup
   * fails as one in the whole would.
   *
   * @param ids whole numbers
   */
  public NDArray places(NDArray ids, long size, int rank) {
    long count = of(size, rank);
    NDArray inside = ids.sub(begin(size, rank)).clip(0, count - 1);
    NDArray known = ids.gte(0).logicalAnd(ids.lt(size));
    return NDArrays.where(known, inside, ids.onesLike().mul(count));
  }

  /** The size of an axis of which a rank has so many indices. */
  public long whole(long part, int rank) {
    return part / of(units, rank) * units;
  }

  /** Where the shares of all ranks but the first begin, as {@code NDArray.split} wants it. */
  public long[] cuts(long size) {
    long[] cuts = new long[ranks - 1];
    for (int r = 1; r < ranks; r++) {
      cuts[r - 1] = begin(size, r);
    }
    return cuts;
  }

  /** A rank's share of an axis of an array, on the same memory. */
  public PtNDArray slice(NDArray array, int axis, int rank) {
    long size = array.getShape().get(axis);
    return JniUtils.slice((PtNDArray) array, axis, begin(size, rank), begin(size, rank + 1), 1);
  }

  private long unit(long size) {
    if (size % units != 0) {
      throw new IllegalArgumentException(
          "an axis of " + size + " cannot be shared out in " + units + " equal units");
    }
    return size / units;
  }
}
