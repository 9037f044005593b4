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
import dev.geminijava.runtime.exec.Operation;
import dev.geminijava.runtime.exec.SplitArray;
import dev.geminijava.runtime.parameter.Chain;
import dev.geminijava.runtime.parameter.Draws;
import dev.geminijava.runtime.parameter.LayerSplit;
import dev.geminijava.runtime.parameter.LayerView;
import dev.geminijava.runtime.parameter.Placements;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

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
    return LayerSplit.COLUMN.features(LayerSplit.inside(layer));
  }

  /**
   * Sees the linear layer of a block around it as one that adds up the ranks' parts of its result,
   * where the caller of the block has split its input features.
   */
  public static Block inner(Block layer) {
    Lane lane = Lane.current();
    return lane == null || lane.ranks() == 1
        ? layer
        : LayerView.summing(layer, result -> Collectives.allReduce(lane, result));
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
    if (lane == null || lane.ranks() == 1) {
      return draw.get();
    }
    return lane.ownDraws() ? lane.own(draw) : Draws.shared(lane, manager, draw);
  }

  /**
   * Called by the engine where it multiplies matrices; a matrix in shares gives a product in
   * shares.
   *
   * @param operation multiplies two
   * @param product multiplies these two as they are
   */
  public static PtNDArray product(
      PtNDArray left,
      PtNDArray right,
      BinaryOperator<PtNDArray> operation,
      Supplier<PtNDArray> product) {
    return Operation.product(left, right)
        .orElseGet(() -> Lane.product(left, right, operation, product));
  }

  /** Called by the engine for an operation on single elements; an array in shares stays in them. */
  public static PtNDArray each(
      PtNDArray array, UnaryOperator<PtNDArray> operation, Supplier<PtNDArray> whole) {
    return array instanceof SplitArray
        ? Operation.each(List.of(array), parts -> operation.apply(parts.get(0))).orElseGet(whole)
        : whole.get();
  }

  /** The same for two operands, of which the one may be in shares and the other not. */
  public static PtNDArray each(
      PtNDArray first,
      PtNDArray second,
      BinaryOperator<PtNDArray> operation,
      Supplier<PtNDArray> whole) {
    return first instanceof SplitArray || second instanceof SplitArray
        ? Operation.each(
                List.of(first, second), parts -> operation.apply(parts.get(0), parts.get(1)))
            .orElseGet(whole)
        : whole.get();
  }

  /**
   * Called by the engine for an operation along some axes; an array stays in shares of another.
   *
   * @param keeps whether the result has these axes, too
   */
  public static PtNDArray along(
      PtNDArray array,
      long[] axes,
      boolean keeps,
      UnaryOperator<PtNDArray> operation,
      Supplier<PtNDArray> whole) {
    return array instanceof SplitArray
        ? Operation.along(array, axes, keeps, operation).orElseGet(whole)
        : whole.get();
  }

  /** Called by the engine for a norm over the last axes. */
  public static PtNDArray layerNorm(
      PtNDArray array, Shape over, UnaryOperator<PtNDArray> norm, Supplier<PtNDArray> whole) {
    long[] axes = LongStream.rangeClosed(-over.dimension(), -1).toArray();
    return along(array, axes, true, norm, whole);
  }

  /** Called by the engine where it drops values; replicated ranks share one mask. */
  public static PtNDArray dropout(
      PtNDArray array, double rate, boolean training, Supplier<PtNDArray> dropout) {
    Lane lane = Lane.current();
    if (lane != null && lane.isTrial()) {
      return each(
          array,
          part -> (PtNDArray) Arrays.alias(part, part.getManager()),
          () -> (PtNDArray) Arrays.alias(array, array.getManager()));
    }
    if (!training || rate == 0) {
      return each(array, part -> JniUtils.dropout(part, rate, training), dropout);
    }
    return lane == null || lane.ranks() == 1 || lane.ownDraws(array)
        ? dropout.get()
        : Draws.dropped(lane, array, ones -> JniUtils.dropout(ones, rate, true));
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
    if (Placements.isReading()) {
      return array;
    }
    if (Lane.current() == null) {
      Placements.gather(parameter);
    } else {
      Placements.publish(parameter);
    }
    return array;
  }
}
