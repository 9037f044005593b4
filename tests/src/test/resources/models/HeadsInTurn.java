package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** Attention whose heads are computed one after the other, in several styles. */
public final class HeadsInTurn implements Example {

  /** How a layer takes a head out of all. */
  private enum Style {
    WINDOWS,
    PIECES,
    AXIS,
    WALK
  }

  /** One layer; a scale that all heads share has gradients from all of them. */
  static final class Layer extends AbstractBlock {

    private final Style style;
    private final Linear q;
    private final Linear k;
    private final Linear v;
    private final Linear o;
    private final Parameter scale;
    private final int heads;
    private final int size;

    Layer(Style style, int heads, int size) {
      this.style = style;
      this.heads = heads;
      this.size = size;
      q = addChildBlock("q", Linear.builder().setUnits(heads * size).build());
      k = addChildBlock("k", Linear.builder().setUnits(heads * size).build());
      v = addChildBlock("v", Linear.builder().setUnits(heads * size).build());
      o = addChildBlock("o", Linear.builder().setUnits(heads * size).build());
      scale =
          addParameter(
              Parameter.builder()
                  .setName("scale")
                  .setType(Parameter.Type.WEIGHT)
                  .optShape(new Shape(1, size))
                  .build());
    }

    private static NDArray head(NDArray q, NDArray k, NDArray v) {
      return q.batchMatMul(k.transpose(0, 2, 1)).tanh().softmax(2).batchMatMul(v);
    }

    private NDArray windows(NDArray qs, NDArray ks, NDArray vs, NDArray weight) {
      NDList outs = new NDList();
      for (int h = 0; h < heads; h++) {
        int from = h * size;
        int to = from + size;
        NDArray kh = ks.get(":, :, {}:{}", from, to).mul(weight);
        NDArray vh = vs.get(":, :, {}:{}", h * size, (h + 1) * size);
        outs.add(head(qs.get(":, :, {}:{}", from, to), kh, vh));
      }
      return NDArrays.concat(outs, 2);
    }

    private NDArray pieces(NDArray qs, NDArray ks, NDArray vs, NDArray weight) {
      NDList queries = qs.split(heads, 2);
      NDList keys = ks.split(heads, 2);
      NDList values = vs.split(heads, 2);
      NDList outs = new NDList(heads);
      for (int h = 0; h < heads; ++h) {
        outs.add(head(queries.get(h), keys.get(h).mul(weight), values.get(h)));
      }
      return NDArrays.concat(outs, -1);
    }

    private NDArray axis(NDArray qs, NDArray ks, NDArray vs, NDArray weight) {
      long b = qs.getShape().get(0);
      long t = qs.getShape().get(1);
      NDArray q4 = qs.reshape(b, t, heads, size);
      NDArray k4 = ks.reshape(b, t, heads, size);
      NDArray v4 = vs.reshape(b, t, heads, size);
      NDList outs = new NDList();
      for (int h = 0; h < heads; h++) {
        NDArray kh = k4.get(":, :, {}", h).mul(weight);
        outs.add(head(q4.get(":, :, {}", h), kh, v4.get(":, :, {}", h)));
      }
      return NDArrays.stack(outs, 2).reshape(b, t, heads * size);
    }

    private NDArray walk(NDArray qs, NDArray weight) {
      NDList outs = new NDList();
      for (NDArray x : qs.split(heads, 2)) {
        outs.add(head(x, x.mul(weight), x));
      }
      return NDArrays.concat(outs, 2);
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      NDArray weight = ps.getValue(scale, in.head().getDevice(), training);
      NDArray qs = q.forward(ps, in, training).head();
      NDArray ks = k.forward(ps, in, training).head();
      NDArray vs = v.forward(ps, in, training).head();
      NDArray out;
      if (style == Style.WINDOWS) {
        out = windows(qs, ks, vs, weight);
      } else if (style == Style.PIECES) {
        out = pieces(qs, ks, vs, weight);
      } else if (style == Style.AXIS) {
        out = axis(qs, ks, vs, weight);
      } else {
        out = walk(qs, weight).add(ks).add(vs);
      }
      return new NDList(o.forward(ps, new NDList(out.tanh()), training).head().tanh());
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      getChildren().forEach(child -> child.getValue().initialize(manager, type, shapes));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  @Override
  public Block block() {
    SequentialBlock net = new SequentialBlock();
    for (Style style : Style.values()) {
      net.add(new Layer(style, 4, 3));
    }
    return net;
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 5, 12));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 5, 12));
  }
}
