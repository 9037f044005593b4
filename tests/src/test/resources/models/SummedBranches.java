package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;
import java.util.List;

/** Attention and feed-forward side by side, and branches that are weighed, moved and put together. */
public final class SummedBranches implements Example {

  /** One layer, the sum of two branches. */
  static final class Layer extends AbstractBlock {

    private final LayerNorm norm;
    private final Linear q;
    private final Linear k;
    private final Linear v;
    private final Linear o;
    private final Linear up;
    private final Linear down;
    private final Dropout drop;
    private final int heads;
    private final int width;

    Layer(int heads, int width, int hidden) {
      this.heads = heads;
      this.width = width;
      norm = addChildBlock("norm", LayerNorm.builder().build());
      q = addChildBlock("q", Linear.builder().setUnits(width).build());
      k = addChildBlock("k", Linear.builder().setUnits(width).build());
      v = addChildBlock("v", Linear.builder().setUnits(width).build());
      o = addChildBlock("o", Linear.builder().setUnits(width).build());
      up = addChildBlock("up", Linear.builder().setUnits(hidden).build());
      down = addChildBlock("down", Linear.builder().setUnits(width).build());
      drop = addChildBlock("drop", Dropout.builder().optRate(0).build());
    }

    private NDArray attend(ParameterStore ps, NDList x, boolean training) {
      long b = x.head().getShape().get(0);
      long t = x.head().getShape().get(1);
      NDArray qs = q.forward(ps, x, training).head().reshape(b, t, heads, -1).swapAxes(1, 2);
      NDArray ks = k.forward(ps, x, training).head().reshape(b, t, heads, -1).swapAxes(1, 2);
      NDArray vs = v.forward(ps, x, training).head().reshape(b, t, heads, -1).swapAxes(1, 2);
      NDArray out = qs.matMul(ks.swapAxes(2, 3)).softmax(-1).matMul(vs).swapAxes(1, 2);
      return o.forward(ps, new NDList(out.reshape(b, t, width)), training).head();
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDList x = norm.forward(ps, in, training);
      NDList wide = Activation.gelu(up.forward(ps, x, training));
      NDArray fed = drop.forward(ps, down.forward(ps, wide, training), training).head();
      return new NDList(attend(ps, x, training).add(fed).add(in.head()));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      for (Block child : List.of(norm, q, k, v, o, up, drop)) {
        child.initialize(manager, type, shapes);
      }
      down.initialize(manager, type, up.getOutputShapes(shapes));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  /** Two branches in several sums. */
  static final class Mixed extends AbstractBlock {

    private final Linear a;
    private final Linear b;
    private final Linear c;
    private final Linear d;

    Mixed(int one, int other, int width) {
      a = addChildBlock("a", Linear.builder().setUnits(one).build());
      b = addChildBlock("b", Linear.builder().setUnits(width).build());
      c = addChildBlock("c", Linear.builder().setUnits(other).build());
      d = addChildBlock("d", Linear.builder().setUnits(width).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray left = b.forward(ps, Activation.relu(a.forward(ps, in, training)), training).head();
      NDArray right = d.forward(ps, Activation.tanh(c.forward(ps, in, training)), training).head();
      NDArray weight = in.head().mean(new int[] {-1}, true);
      NDArray both = left.mul(weight).sub(right.div(3)).transpose(0, 2, 1).neg();
      NDArray means = both.mean(new int[] {2});
      NDArray pairs = NDArrays.concat(new NDList(left, right), -1);
      NDArray first = pairs.get(":, 0").exp();
      return new NDList(means.tanh().add(first.split(2, 1).get(0)).add(first.split(2, 1).get(1)));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      a.initialize(manager, type, shapes);
      b.initialize(manager, type, a.getOutputShapes(shapes));
      c.initialize(manager, type, shapes);
      d.initialize(manager, type, c.getOutputShapes(shapes));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {new Shape(shapes[0].get(0), shapes[0].get(2))};
    }
  }

  @Override
  public Block block() {
    return new SequentialBlock()
        .add(new Layer(6, 12, 24))
        .add(new Layer(4, 12, 20))
        .add(new Layer(4, 12, 18))
        .add(new Mixed(10, 6, 12));
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 3, 12));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 12));
  }
}
