package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/**
 * Attention by several heads and a feed-forward pair, written by hand, with sizes that its
 * constructor takes.
 */
public final class HeadsFromFields implements Example {

  /** One transformer layer. */
  static final class Layer extends AbstractBlock {

    private final int heads;
    private final int width;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear out;
    private final Linear wide;
    private final Linear narrow;

    Layer(int heads, int width) {
      this.heads = heads;
      this.width = width;
      query = addChildBlock("query", Linear.builder().setUnits(width).build());
      key = addChildBlock("key", Linear.builder().setUnits(width).build());
      value = addChildBlock("value", Linear.builder().setUnits(width).build());
      out = addChildBlock("out", Linear.builder().setUnits(width).build());
      wide = addChildBlock("wide", Linear.builder().setUnits(20).build());
      narrow = addChildBlock("narrow", Linear.builder().setUnits(width).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.head();
      long batch = x.getShape().get(0);
      long length = x.getShape().get(1);
      NDArray q = split(query.forward(ps, inputs, training).head(), batch, length);
      NDArray k = split(key.forward(ps, inputs, training).head(), batch, length);
      NDArray v = split(value.forward(ps, inputs, training).head(), batch, length);
      NDArray weights = q.matMul(k.transpose(0, 1, 3, 2)).div(Math.sqrt(width / heads)).softmax(3);
      NDArray mixed = weights.matMul(v).transpose(0, 2, 1, 3).reshape(batch, length, width);
      NDArray y = x.add(out.forward(ps, new NDList(mixed), training).head());
      NDArray hidden = wide.forward(ps, new NDList(y), training).head().tanh();
      return new NDList(y.add(narrow.forward(ps, new NDList(hidden), training).head()));
    }

    private NDArray split(NDArray x, long batch, long length) {
      return x.reshape(batch, length, heads, width / heads).transpose(0, 2, 1, 3);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      query.initialize(manager, type, shapes);
      key.initialize(manager, type, shapes);
      value.initialize(manager, type, shapes);
      out.initialize(manager, type, shapes);
      wide.initialize(manager, type, shapes);
      narrow.initialize(manager, type, new Shape(shapes[0].get(0), shapes[0].get(1), 20));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  @Override
  public Block block() {
    return new SequentialBlock().add(new Layer(4, 8)).add(new Layer(4, 8));
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 3, 8));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 3, 8));
  }
}
