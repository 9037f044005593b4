package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** A U-Net: what the first stage computed is used again by the last. */
public final class SmallUNet implements Example {

  /** Down twice, up twice. */
  static final class Net extends AbstractBlock {

    private final Block in = addChildBlock("in", same(4));
    private final Block middle = addChildBlock("middle", same(6));
    private final Block bottom = addChildBlock("bottom", same(8));
    private final Block merge1 = addChildBlock("merge1", same(6));
    private final Block merge2 = addChildBlock("merge2", same(1));

    private static Block same(int filters) {
      return Conv2d.builder()
          .setFilters(filters)
          .setKernelShape(new Shape(3, 3))
          .optPadding(new Shape(1, 1))
          .build();
    }

    private static NDArray twice(NDArray image) {
      return image.repeat(2, 2).repeat(3, 2);
    }

    private static NDList half(NDArray image) {
      return new NDList(
          Pool.maxPool2d(image, new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), false));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray wide = Activation.relu(in.forward(ps, inputs, training).head());
      NDArray mid = Activation.relu(middle.forward(ps, half(wide), training).head());
      NDArray deep = Activation.relu(bottom.forward(ps, half(mid), training).head());
      NDArray raised = twice(deep);
      NDArray merged =
          Activation.relu(merge1.forward(ps, new NDList(raised.concat(mid, 1)), training).head());
      NDArray full = twice(merged);
      return merge2.forward(ps, new NDList(full.concat(wide, 1)), training);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      long n = shapes[0].get(0);
      long s = shapes[0].get(2);
      in.initialize(manager, type, shapes);
      middle.initialize(manager, type, new Shape(n, 4, s / 2, s / 2));
      bottom.initialize(manager, type, new Shape(n, 6, s / 4, s / 4));
      merge1.initialize(manager, type, new Shape(n, 14, s / 2, s / 2));
      merge2.initialize(manager, type, new Shape(n, 10, s, s));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {new Shape(shapes[0].get(0), 1, shapes[0].get(2), shapes[0].get(3))};
    }
  }

  @Override
  public Block block() {
    return new Net();
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 2, 8, 8));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 1, 8, 8));
  }
}
