package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.IndexLoss;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SimpleCompositeLoss;
import ai.djl.util.PairList;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** Two inputs, two outputs, and a loss for each of them; one output leaves early. */
public final class TwoInTwoOut implements Example {

  /** Two heads on one trunk. */
  static final class Net extends AbstractBlock {

    private final Block left = addChildBlock("left", Linear.builder().setUnits(6).build());
    private final Block right = addChildBlock("right", Linear.builder().setUnits(6).build());
    private final Block number = addChildBlock("number", Linear.builder().setUnits(2).build());
    private final Block trunk = addChildBlock("trunk", Linear.builder().setUnits(6).build());
    private final Block kind = addChildBlock("kind", Linear.builder().setUnits(4).build());

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray a = left.forward(ps, new NDList(inputs.get(0)), training).head().tanh();
      NDArray b = right.forward(ps, new NDList(inputs.get(1)), training).head().tanh();
      NDArray both = a.mul(b);
      NDArray first = number.forward(ps, new NDList(both), training).head();
      NDArray deep = trunk.forward(ps, new NDList(both), training).head().tanh().add(a);
      NDArray second = kind.forward(ps, new NDList(deep), training).head();
      return new NDList(first, second);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      left.initialize(manager, type, shapes[0]);
      right.initialize(manager, type, shapes[1]);
      Shape inner = new Shape(shapes[0].get(0), 6);
      number.initialize(manager, type, inner);
      trunk.initialize(manager, type, inner);
      kind.initialize(manager, type, inner);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      long batch = shapes[0].get(0);
      return new Shape[] {new Shape(batch, 2), new Shape(batch, 4)};
    }
  }

  @Override
  public Block block() {
    return new Net();
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 3), Numbers.wave(manager, batch, 5));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 2), Numbers.classes(manager, 4, batch));
  }

  @Override
  public Loss loss() {
    return new SimpleCompositeLoss()
        .addLoss(new IndexLoss(Loss.l2Loss("number"), 0))
        .addLoss(new IndexLoss(Loss.softmaxCrossEntropyLoss("kind"), 1));
  }
}
