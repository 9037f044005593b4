package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.IndexLoss;
import ai.djl.training.loss.Loss;
import ai.djl.util.PairList;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/**
 * Odd outputs: an input as it came, a value twice, numbers without gradient; and a frozen layer.
 */
public final class PassThrough implements Example {

  /** Four outputs, one of which counts. */
  static final class Net extends AbstractBlock {

    private final Block frozen = addChildBlock("frozen", Linear.builder().setUnits(5).build());
    private final Block unused = addChildBlock("unused", Linear.builder().setUnits(5).build());
    private final Block one = addChildBlock("one", Linear.builder().setUnits(5).build());
    private final Block two = addChildBlock("two", Linear.builder().setUnits(5).build());

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.head();
      NDArray fixed = frozen.forward(ps, inputs, training).head();
      NDArray weights = x.getManager().create(new float[] {1, 2, 3, 4, 5});
      NDArray scaled = fixed.mul(weights.toType(x.getDataType(), false));
      NDArray y = one.forward(ps, new NDList(scaled), training).head().mul(2);
      y.set(new NDIndex(":, 0"), 0.5);
      NDArray kinds = y.argMax(1);
      NDArray z = two.forward(ps, new NDList(y), training).head();
      return new NDList(z, x, z, kinds);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      for (Block block : new Block[] {frozen, unused, one, two}) {
        block.initialize(manager, type, shapes);
      }
      frozen.freezeParameters(true);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {shapes[0], shapes[0], shapes[0], new Shape(shapes[0].get(0))};
    }
  }

  @Override
  public Block block() {
    return new Net();
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 5));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 5));
  }

  @Override
  public Loss loss() {
    return new IndexLoss(Loss.l2Loss(), 0);
  }
}
