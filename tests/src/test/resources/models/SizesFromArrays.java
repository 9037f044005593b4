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

/** Attention that reads all its sizes off its arrays, those that are split included. */
public final class SizesFromArrays implements Example {

  /** One layer. */
  static final class Layer extends AbstractBlock {

    private final int heads;
    private final Linear q;
    private final Linear k;
    private final Linear v;
    private final Linear o;

    Layer(int width, int heads) {
      this.heads = heads;
      q = addChildBlock("q", Linear.builder().setUnits(width).build());
      k = addChildBlock("k", Linear.builder().setUnits(width).build());
      v = addChildBlock("v", Linear.builder().setUnits(width).build());
      o = addChildBlock("o", Linear.builder().setUnits(width).build());
    }

    private static NDArray split(NDArray x, int n) {
      long b = x.getShape().get(0);
      long s = x.getShape().get(1);
      return x.reshape(b, s, n, x.getShape().get(2) / n).swapAxes(1, 2);
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray x = in.head();
      NDArray qs = split(q.forward(ps, in, training).head(), heads);
      NDArray ks = split(k.forward(ps, in, training).head(), heads);
      NDArray vs = split(v.forward(ps, in, training).head(), heads);
      long size = qs.getShape().get(3);
      NDArray scores = qs.matMul(ks.swapAxes(2, 3)).div(Math.sqrt(size));
      NDArray flat = scores.reshape(-1, scores.getShape().get(3)).softmax(1);
      NDArray out = flat.reshape(scores.getShape()).matMul(vs).swapAxes(1, 2);
      // As many heads as there are, each as wide as it is.
      long n = out.getShape().get(2);
      Shape joined = new Shape(out.getShape().get(0), out.getShape().get(1), n * out.size(3));
      return new NDList(o.forward(ps, new NDList(out.reshape(joined)), training).head().add(x));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      q.initialize(manager, type, shapes);
      k.initialize(manager, type, shapes);
      v.initialize(manager, type, shapes);
      o.initialize(manager, type, shapes);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  @Override
  public Block block() {
    return new SequentialBlock().add(new Layer(12, 4)).add(new Layer(12, 3));
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 3, 12));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 3, 12));
  }
}
