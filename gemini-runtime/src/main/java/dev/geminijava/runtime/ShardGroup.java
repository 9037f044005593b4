package dev.geminijava.runtime;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import dev.geminijava.runtime.collective.Collectives;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.parameter.LayerSplit;
import dev.geminijava.runtime.parameter.LayerView;

/**
 * Layers that are split together over the shard ranks of a stage (tensor parallelism as in
 * Megatron-LM, arXiv:1909.08053). Degree 1 means that nothing is split.
 */
public final class ShardGroup {

  private int degree;

  ShardGroup(int degree) {
    this.degree = degree;
  }

  /**
   * A layer seen as one that computes this rank's slice of its output features from all of its
   * input features. The first layer of a group whose features do not divide turns the group off.
   */
  public Block column(Block layer) {
    if (degree > 1 && !LayerSplit.COLUMN.divides(layer, degree)) {
      degree = 1;
    }
    return view(layer, LayerSplit.COLUMN, false);
  }

  /**
   * A layer seen as one that consumes this rank's slice of its input features; its result is this
   * rank's part of a sum, to be {@link #allReduce(NDList) reduced}.
   */
  public Block row(Block layer) {
    return view(layer, LayerSplit.ROW, false);
  }

  /** A random layer that acts on split values: each rank draws for itself. */
  public Block own(Block layer) {
    return view(layer, LayerSplit.NONE, true);
  }

  /** A split value about to meet a random operation: each rank draws for itself. */
  public NDArray own(NDArray slice) {
    if (degree > 1) {
      Lane.current().drawAloneFor(slice);
    }
    return slice;
  }

  // A column layer called inside a row layer's arguments is looked at after the row layer was, and
  // may turn the group off: the view asks when it is called.
  private Block view(Block layer, LayerSplit split, boolean own) {
    return degree == 1 ? layer : LayerView.of(layer, split, own, () -> degree > 1);
  }

  /** This rank's share of a size. */
  public long local(long size) {
    return size / degree;
  }

  /** This rank's share of a size. */
  public int local(int size) {
    return size / degree;
  }

  /**
   * This rank's slice of a replicated array that meets a split one.
   *
   * @param axis the axis that is split, counted from the end if negative; an array that is
   *     broadcast along it stays whole
   */
  public NDArray local(NDArray array, int axis) {
    if (degree == 1) {
      return array;
    }
    int dimensions = array.getShape().dimension();
    int position = axis < 0 ? dimensions + axis : axis;
    if (position < 0 || array.getShape().get(position) == 1) {
      return array;
    }
    return array.split(degree, position).get(Lane.current().rank());
  }

  /** Sums the ranks' partial results. */
  public NDList allReduce(NDList partials) {
    if (degree == 1) {
      return partials;
    }
    NDList sums = new NDList(partials.size());
    partials.forEach(partial -> sums.add(allReduce(partial)));
    return sums;
  }

  /** Sums the ranks' partial results. */
  public NDArray allReduce(NDArray partial) {
    return degree == 1 ? partial : Collectives.allReduce(Lane.current(), partial);
  }

  /** Puts the ranks' slices together along the last axis. */
  public NDList gather(NDList slices) {
    if (degree == 1) {
      return slices;
    }
    NDList wholes = new NDList(slices.size());
    slices.forEach(slice -> wholes.add(gather(slice)));
    return wholes;
  }

  /** Puts the ranks' slices together along the last axis. */
  public NDArray gather(NDArray slice) {
    return degree == 1 ? slice : Collectives.allGather(Lane.current(), slice);
  }
}
