package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** Residual blocks, depthwise convolutions and pooling, by hand and as chains of blocks. */
public final class ConvolutionsByChannel implements Example {

  private static final int CHANNELS = 6;

  private static Conv2d conv(int filters) {
    return Conv2d.builder()
        .setKernelShape(new Shape(3, 3))
        .optPadding(new Shape(1, 1))
        .setFilters(filters)
        .build();
  }

  /** Two convolutions and what goes around them. */
  static final class Residual extends AbstractBlock {

    private final Conv2d first =
        addChildBlock(
            "first",
            Conv2d.builder()
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .setFilters(CHANNELS)
                .build());
    private final BatchNorm norm = addChildBlock("norm", BatchNorm.builder().build());
    private final Conv2d deep =
        addChildBlock(
            "deep",
            Conv2d.builder()
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .optGroups(CHANNELS)
                .setFilters(CHANNELS)
                .build());
    private final Conv2d second =
        addChildBlock(
            "second",
            Conv2d.builder().setKernelShape(new Shape(1, 1)).setFilters(CHANNELS).build());

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = first.forward(ps, inputs, training).head();
      x = Activation.relu(norm.forward(ps, new NDList(x), training).head());
      x = deep.forward(ps, new NDList(x), training).head().tanh();
      x = second.forward(ps, new NDList(x), training).head();
      return new NDList(x.add(inputs.head()));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      for (Block child : getChildren().values()) {
        child.initialize(manager, type, shapes);
      }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  /** The head, by hand: pooled and flattened channels go into a linear layer. */
  static final class Head extends AbstractBlock {

    private final Conv2d conv =
        addChildBlock(
            "conv", Conv2d.builder().setKernelShape(new Shape(2, 2)).setFilters(4).build());
    private final Linear out = addChildBlock("out", Linear.builder().setUnits(3).build());

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = conv.forward(ps, inputs, training).head();
      x = Pool.maxPool2d(x, new Shape(2, 2), new Shape(1, 1), new Shape(0, 0), false);
      return out.forward(ps, new NDList(x.reshape(x.getShape().get(0), -1)), training);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      conv.initialize(manager, type, shapes);
      Shape s = conv.getOutputShapes(shapes)[0];
      out.initialize(manager, type, new Shape(s.get(0), 4 * (s.get(2) - 1) * (s.get(3) - 1)));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {new Shape(shapes[0].get(0), 3)};
    }
  }

  @Override
  public Block block() {
    return new SequentialBlock()
        .add(conv(CHANNELS))
        .add(BatchNorm.builder().build())
        .add(Activation::relu)
        .add(
            Conv2d.builder()
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .optGroups(CHANNELS)
                .setFilters(CHANNELS)
                .build())
        .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
        .add(conv(CHANNELS))
        .add(new Residual())
        .add(
            new SequentialBlock()
                .add(conv(4))
                .add(Blocks.batchFlattenBlock())
                .add(Activation::tanh)
                .add(Linear.builder().setUnits(CHANNELS * 16).build())
                .add(list -> new NDList(list.head().reshape(-1, CHANNELS, 4, 4))))
        .add(new Head());
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 1, 8, 8));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 3));
  }
}
