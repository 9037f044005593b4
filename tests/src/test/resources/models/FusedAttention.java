package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
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

/** Queries, keys and values by one linear layer, taken apart in three ways. */
public final class FusedAttention implements Example {

  private static final int HEADS = 4;
  private static final int WIDTH = 8;

  /** What the three have in common. */
  abstract static class Attention extends AbstractBlock {

    final Linear qkv = addChildBlock("qkv", Linear.builder().setUnits(3 * WIDTH).build());
    final Linear out = addChildBlock("out", Linear.builder().setUnits(WIDTH).build());

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      qkv.initialize(manager, type, shapes);
      out.initialize(manager, type, shapes);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  /** By {@code split}. */
  static final class Parts extends Attention {

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.head();
      long b = x.getShape().get(0);
      long s = x.getShape().get(1);
      NDList parts = qkv.forward(ps, inputs, training).head().split(3, 2);
      NDArray q = parts.get(0).reshape(b, s, HEADS, WIDTH / HEADS).swapAxes(1, 2);
      NDArray k = parts.get(1).reshape(b, s, HEADS, WIDTH / HEADS).swapAxes(1, 2);
      NDArray v = parts.get(2).reshape(b, s, HEADS, WIDTH / HEADS).swapAxes(1, 2);
      NDArray mixed = q.matMul(k.swapAxes(2, 3)).softmax(-1).matMul(v);
      NDArray joined = mixed.swapAxes(1, 2).reshape(b, s, WIDTH);
      return new NDList(x.add(out.forward(ps, new NDList(joined), training).head()));
    }
  }

  /** By an axis of its own. */
  static final class Axis extends Attention {

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.head();
      long b = x.getShape().get(0);
      long s = x.getShape().get(1);
      NDArray all = qkv.forward(ps, inputs, training).head().reshape(b, s, 3, HEADS, -1);
      all = all.transpose(2, 0, 3, 1, 4);
      NDArray q = all.get(0);
      NDArray k = all.get(1);
      NDArray v = all.get(2);
      NDArray mixed = q.matMul(k.swapAxes(2, 3)).softmax(-1).matMul(v);
      NDArray joined = mixed.swapAxes(1, 2).reshape(b, s, -1);
      return new NDList(x.add(out.forward(ps, new NDList(joined), training).head()));
    }
  }

  /** By an index. */
  static final class Windows extends Attention {

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.head();
      long b = x.getShape().get(0);
      long s = x.getShape().get(1);
      NDArray all = qkv.forward(ps, inputs, training).head();
      NDArray q = all.get(":, :, :{}", WIDTH).reshape(b, s, HEADS, -1).swapAxes(1, 2);
      NDArray k =
          all.get(new NDIndex(":, :, {}:{}", WIDTH, 2 * WIDTH))
              .reshape(b, s, HEADS, -1)
              .swapAxes(1, 2);
      NDArray v = all.get("..., {}:", 2 * WIDTH).reshape(b, s, HEADS, -1).swapAxes(1, 2);
      NDArray mixed = q.matMul(k.transpose(0, 1, 3, 2)).softmax(-1).matMul(v);
      NDArray joined = mixed.swapAxes(1, 2).reshape(b, s, WIDTH);
      return new NDList(x.add(out.forward(ps, new NDList(joined), training).head()));
    }
  }

  @Override
  public Block block() {
    return new SequentialBlock().add(new Parts()).add(new Axis()).add(new Windows());
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 3, WIDTH));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 3, WIDTH));
  }
}
