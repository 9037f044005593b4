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

/** Several queries for each key and value, positions rotated by halves. */
public final class GroupedQueries implements Example {

  /** One layer. */
  static final class Layer extends AbstractBlock {

    private final int heads;
    private final int groups;
    private final int size;
    private final boolean residual;
    private final Linear q;
    private final Linear k;
    private final Linear v;
    private final Linear o;

    Layer(int heads, int groups, int size, boolean residual) {
      this.heads = heads;
      this.groups = groups;
      this.size = size;
      this.residual = residual;
      q = addChildBlock("q", Linear.builder().setUnits(heads * size).build());
      k = addChildBlock("k", Linear.builder().setUnits(groups * size).build());
      v = addChildBlock("v", Linear.builder().setUnits(groups * size).build());
      o = addChildBlock("o", Linear.builder().setUnits(heads * size).build());
    }

    private NDArray turned(NDArray x) {
      NDArray angle = x.getManager().arange(size / 2).reshape(1, 1, 1, size / 2);
      angle = angle.toType(x.getDataType(), false);
      NDArray left = x.get("..., :{}", size / 2);
      NDArray right = x.get("..., {}:", size / 2);
      NDArray first = left.mul(angle.cos()).sub(right.mul(angle.sin()));
      return first.concat(right.mul(angle.cos()).add(left.mul(angle.sin())), -1);
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      long b = in.head().getShape().get(0);
      long s = in.head().getShape().get(1);
      NDArray qs = q.forward(ps, in, training).head().reshape(b, s, heads, size).swapAxes(1, 2);
      NDArray ks = k.forward(ps, in, training).head().reshape(b, s, groups, size).swapAxes(1, 2);
      NDArray vs = v.forward(ps, in, training).head().reshape(b, s, groups, size).swapAxes(1, 2);
      qs = turned(qs);
      ks = turned(ks).repeat(1, heads / groups);
      vs = vs.repeat(1, heads / groups);
      NDArray out = qs.matMul(ks.swapAxes(2, 3)).div(Math.sqrt(size)).softmax(3).matMul(vs);
      NDArray joined = out.swapAxes(1, 2).reshape(b, s, -1);
      NDArray even = joined.sub(joined.mean(new int[] {2}, true));
      NDArray y = o.forward(ps, new NDList(even), training).head();
      return new NDList(residual ? y.add(in.head()) : y);
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
    return new SequentialBlock().add(new Layer(4, 2, 4, true)).add(new Layer(4, 4, 4, false));
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 3, 16));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 3, 16));
  }
}
