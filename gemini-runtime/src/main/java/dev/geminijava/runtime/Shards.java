package dev.geminijava.runtime;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.geminijava.runtime.collective.Collectives;
import dev.geminijava.runtime.exec.Arrays;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.exec.SplitArray;
import dev.geminijava.runtime.parameter.Chain;
import dev.geminijava.runtime.parameter.Draws;
import dev.geminijava.runtime.parameter.LayerSplit;
import dev.geminijava.runtime.parameter.Placements;
import java.util.List;
import java.util.function.Supplier;

/** What generated code calls to be sharded. */
public final class Shards {

  private Shards() {}

  /**
   * Begins a group of layers that are split together over the shard ranks.
   *
   * @param sizes what is shared out among the ranks and must stay whole in itself, such as the head
   *     count; none if the first layer's features decide
   */
  public static ShardGroup group(long... sizes) {
    return new ShardGroup(Lane.current(), sizes);
  }

  /** How many output features a layer has, for a {@link #group}; 0 if they cannot be split. */
  public static long features(Block layer) {
    return LayerSplit.COLUMN.features(layer);
  }

  /**
   * Sees a list of blocks, each fed with the result of the one before, as one that is split where
   * that is possible: pairs of linear layers with nothing but element-wise blocks between them.
   *
   * @param blocks the chain, in order
   * @return the blocks to call instead
   */
  public static List<Block> chain(List<Block> blocks) {
    Lane lane = Lane.current();
    return lane == null || lane.ranks() == 1 ? blocks : Chain.split(blocks, lane);
  }

  /**
   * Called by the engine where it draws random numbers; replicated ranks share one draw, and a
   * trial run draws none.
   *
   * @param typical what a trial run gets instead
   */
  public static PtNDArray drawn(
      NDManager manager, Shape shape, DataType type, double typical, Supplier<PtNDArray> draw) {
    Lane lane = Lane.current();
    if (lane != null && lane.isTrial()) {
      lane.wouldDraw();
      return (PtNDArray) manager.full(shape, (float) typical, type);
    }
    return lane == null || lane.ranks() == 1 || lane.ownDraws()
        ? draw.get()
        : Draws.shared(lane, manager, draw);
  }

  /**
   * Called by the engine where it multiplies matrices; a matrix in shares gives a product in
   * shares.
   */
  public static PtNDArray product(PtNDArray left, PtNDArray right, Supplier<PtNDArray> product) {
    return right instanceof SplitArray split
        ? split.productAfter(left).orElseGet(product)
        : product.get();
  }

  /** Called by the engine where it drops values; replicated ranks share one mask. */
  public static PtNDArray dropout(
      PtNDArray array, double rate, boolean training, Supplier<PtNDArray> dropout) {
    Lane lane = Lane.current();
    if (lane != null && lane.isTrial()) {
      return (PtNDArray) Arrays.alias(array, array.getManager());
    }
    return !training || rate == 0 || lane == null || lane.ranks() == 1 || lane.ownDraws(array)
        ? dropout.get()
        : Draws.sharedMask(
            lane, array, () -> JniUtils.dropout((PtNDArray) array.onesLike(), rate, true));
  }

  /**
   * Called by the engine with what a recurrent layer computed: one that drops values inside would
   * differ from rank to rank, so all take rank 0's results.
   */
  public static NDList recurrent(NDList results, double rate, boolean training) {
    Lane lane = Lane.current();
    if (lane == null || !training || rate == 0) {
      return results;
    }
    if (lane.isTrial()) {
      lane.wouldDraw();
    }
    if (lane.ranks() == 1) {
      return results;
    }
    NDList shared = new NDList(results.size());
    results.forEach(result -> shared.add(Collectives.fromFirst(lane, result)));
    return shared;
  }

  /** Called by a convolution: how many of its groups the running rank has. */
  public static int groups(int groups) {
    Lane lane = Lane.current();
    return lane == null ? groups : lane.groups(groups);
  }

  /**
   * Called by DJL's parameters when they show their array: completes the gradient of a split one.
   */
  public static NDArray whole(Parameter parameter, NDArray array) {
    if (Lane.current() == null && !Placements.isReading()) {
      Placements.gather(parameter);
    }
    return array;
  }
}
