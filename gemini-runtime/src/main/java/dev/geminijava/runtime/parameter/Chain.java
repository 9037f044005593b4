package dev.geminijava.runtime.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import dev.geminijava.runtime.collective.Collectives;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.exec.Share;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Supplier;

/**
 * Finds what can be split in a chain of blocks that was put together at run time: a layer, then
 * blocks that act on each feature by itself, then a layer. The first is split by columns, the
 * second by rows, and one all-reduce follows. Layers are linear ones, or convolutions whose
 * features are their {@link Channels}.
 */
public final class Chain {

  // Blocks compare by identity, so the weak map is an identity map.
  private static final Map<LambdaBlock, Map<Long, Boolean>> FEATUREWISE =
      Collections.synchronizedMap(new WeakHashMap<>());

  private Chain() {}

  /** The blocks to call instead, on every rank. */
  public static List<Block> split(List<Block> blocks, Lane lane) {
    List<Block> seen = new ArrayList<>(blocks);
    for (int first = 0; first < blocks.size(); first++) {
      long features = LayerSplit.COLUMN.features(blocks.get(first));
      boolean channels = blocks.get(first) instanceof Convolution;
      if (!(blocks.get(first) instanceof Linear || channels) || features < lane.ranks()) {
        continue;
      }
      Share share = new Share(features, lane.ranks());
      int second =
          channels
              ? new Channels(features, share).partner(blocks, first)
              : partner(blocks, first, features, share);
      if (second < 0) {
        continue;
      }
      Supplier<Optional<Share>> split = () -> Optional.of(share);
      seen.set(first, LayerView.of(blocks.get(first), LayerSplit.COLUMN, false, split));
      for (int i = first + 1; i < second; i++) {
        boolean slices = LayerSplit.SLICE.covers(blocks.get(i));
        LayerSplit between = slices ? LayerSplit.SLICE : LayerSplit.NONE;
        seen.set(i, LayerView.of(blocks.get(i), between, true, split));
      }
      seen.set(
          second,
          LayerView.of(blocks.get(second), LayerSplit.ROW, false, split)
              .then(
                  partial -> new NDList(Collectives.allReduce(lane, partial.singletonOrThrow()))));
      first = second;
    }
    return seen;
  }

  // The linear layer that consumes what the one at `first` produces, or -1.
  private static int partner(List<Block> blocks, int first, long features, Share share) {
    for (int i = first + 1; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      if (block instanceof Linear next) {
        Shape weight = next.isInitialized() ? weight(next) : null;
        return weight != null && weight.get(1) == features ? i : -1;
      }
      if (!isFeaturewise(block, features, share)) {
        return -1;
      }
    }
    return -1;
  }

  private static Shape weight(Linear linear) {
    return linear.getDirectParameters().get("weight").getShape();
  }

  private static boolean isFeaturewise(Block block, long features, Share share) {
    if (block instanceof Dropout) {
      return true;
    }
    if (block instanceof LambdaBlock lambda) {
      return FEATUREWISE
          .computeIfAbsent(lambda, l -> Collections.synchronizedMap(new HashMap<>()))
          .computeIfAbsent(features * 64 + share.ranks(), k -> probe(lambda, features, share));
    }
    return false;
  }

  /**
   * A lambda is opaque, so it is asked: does it give each slice of the features what it gives that
   * slice among all features?
   */
  private static boolean probe(LambdaBlock lambda, long features, Share share) {
    try (NDManager scope = NDManager.newBaseManager()) {
      for (Shape rows : List.of(new Shape(2), new Shape(2, 3))) {
        NDArray all = numbers(scope, rows.add(features));
        NDList whole = call(lambda, all);
        if (whole.size() != 1 || !whole.head().getShape().equals(all.getShape())) {
          return false;
        }
        int axis = all.getShape().dimension() - 1;
        NDList inputs = all.split(share.cuts(features), axis);
        NDList expected = whole.head().split(share.cuts(features), axis);
        for (int r = 0; r < share.ranks(); r++) {
          NDList part = call(lambda, inputs.get(r).duplicate());
          if (part.size() != 1
              || !part.head().getShape().equals(expected.get(r).getShape())
              || !part.head().allClose(expected.get(r))) {
            return false;
          }
        }
      }
      return true;
    } catch (RuntimeException e) {
      // What cannot be called on such an array is not a function of single features.
      return false;
    }
  }

  private static NDList call(LambdaBlock lambda, NDArray input) {
    return lambda.forward(null, new NDList(input), false, null);
  }

  // Fixed numbers of both signs, so that nothing is drawn from the program's random stream.
  static NDArray numbers(NDManager manager, Shape shape) {
    return manager
        .arange(0, (int) shape.size(), 1, DataType.FLOAT32)
        .mul(0.7f)
        .sin()
        .mul(3)
        .reshape(shape);
  }
}
