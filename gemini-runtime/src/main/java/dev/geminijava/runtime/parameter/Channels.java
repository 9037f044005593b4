package dev.geminijava.runtime.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.core.Linear;
import ai.djl.nn.core.Prelu;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import dev.geminijava.runtime.exec.Share;
import java.util.List;

/**
 * Follows the channels that a convolution makes through a chain of blocks, up to the layer that
 * takes them together: the second axis of every array on the way.
 *
 * @param features how many channels the convolution makes
 * @param share how the ranks share them
 */
record Channels(long features, Share share) {

  // Lambdas are asked on arrays of this many examples, and of no more numbers than that.
  private static final int EXAMPLES = 2;
  private static final long MOST_NUMBERS = 1 << 22;

  /** The layer that consumes what the convolution at {@code first} produces, or -1. */
  int partner(List<Block> blocks, int first) {
    Block start = blocks.get(first);
    if (!start.isInitialized()) {
      return -1;
    }
    Shape shape = start.getOutputShapes(start.getInputShapes())[0];
    shape = new Shape(EXAMPLES).addAll(shape.slice(1));
    for (int i = first + 1; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      if (!block.isInitialized()) {
        return -1;
      }
      if (block instanceof Linear || LayerSplit.ROW.covers(block)) {
        long inputs = block.getDirectParameters().get(0).getValue().getShape().get(1);
        boolean flat = !(block instanceof Linear) || shape.dimension() == 2;
        return flat && inputs == shape.get(1) ? i : -1;
      }
      shape = after(block, shape);
      if (shape == null) {
        return -1;
      }
    }
    return -1;
  }

  /** The shape after a block that keeps the channels apart; null if it does not. */
  private Shape after(Block block, Shape shape) {
    if (block instanceof Dropout || block instanceof Prelu) {
      return shape;
    }
    if (block instanceof BatchNorm norm) {
      // Its parameters have the size of the axis that it treats.
      boolean channels =
          norm.getDirectParameters().get(0).getValue().getShape().get(0) == features
              && shape.get(1) == features
              && isAxis(shape);
      return channels ? shape : null;
    }
    if (block instanceof Convolution grouped) {
      boolean divides =
          grouped.getGroups() % share.units() == 0 && grouped.getFilters() == features;
      return divides && shape.get(1) == features
          ? grouped.getOutputShapes(new Shape[] {shape})[0]
          : null;
    }
    return block instanceof LambdaBlock lambda && shape.size() <= MOST_NUMBERS
        ? probe(lambda, shape)
        : null;
  }

  /** Whether no other axis could be taken for that of the channels. */
  private boolean isAxis(Shape shape) {
    for (int axis = 2; axis < shape.dimension(); axis++) {
      if (shape.get(axis) == features) {
        return false;
      }
    }
    return true;
  }

  /**
   * A lambda is opaque, so it is asked: does it give each slice of the channels what it gives that
   * slice among all of them?
   */
  private Shape probe(LambdaBlock lambda, Shape shape) {
    try (NDManager scope = NDManager.newBaseManager()) {
      NDArray all = Chain.numbers(scope, shape);
      NDArray whole = call(lambda, all.duplicate());
      Shape result = whole.getShape();
      if (result.dimension() < 2
          || result.get(0) != EXAMPLES
          || result.get(1) % share.units() != 0) {
        return null;
      }
      NDList inputs = all.split(share.cuts(shape.get(1)), 1);
      NDList expected = whole.split(share.cuts(result.get(1)), 1);
      for (int r = 0; r < share.ranks(); r++) {
        NDArray part = call(lambda, inputs.get(r).duplicate());
        if (!part.getShape().equals(expected.get(r).getShape())
            || !part.allClose(expected.get(r))) {
          return null;
        }
      }
      return result;
    } catch (RuntimeException e) {
      // What cannot be called on such an array does not treat channels one by one.
      return null;
    }
  }

  private static NDArray call(LambdaBlock lambda, NDArray input) {
    return lambda.forward(null, new NDList(input), false, null).singletonOrThrow();
  }
}
