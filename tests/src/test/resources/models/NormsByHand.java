package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** Transformer layers that normalise before each half: an RMS norm and a layer norm by hand. */
public final class NormsByHand implements Example {

  private static final int HEADS = 2;
  private static final int WIDTH = 8;
  private static final int LENGTH = 5;

  static final class Layer extends AbstractBlock {

    private final Linear qkv = addChildBlock("qkv", linear(3 * WIDTH));
    private final Linear out = addChildBlock("out", linear(WIDTH));
    private final Linear wide = addChildBlock("wide", linear(4 * WIDTH));
    private final Linear narrow = addChildBlock("narrow", linear(WIDTH));
    private final Dropout drop = addChildBlock("drop", Dropout.builder().optRate(0).build());
    private final Parameter scale = parameter("scale", Parameter.Type.GAMMA);
    private final Parameter gamma = parameter("gamma", Parameter.Type.GAMMA);
    private final Parameter beta = parameter("beta", Parameter.Type.BETA);

    private static Linear linear(int units) {
      return Linear.builder().setUnits(units).build();
    }

    private Parameter parameter(String name, Parameter.Type type) {
      return addParameter(
          Parameter.builder()
              .setName(name)
              .setType(type)
              .optShape(new Shape(WIDTH))
              .optInitializer(type == Parameter.Type.GAMMA ? Initializer.ONES : Initializer.ZEROS)
              .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.head();
      NDArray size = x.square().mean(new int[] {2}, true).add(1e-6).pow(-0.5);
      NDArray g1 = ps.getValue(scale, x.getDevice(), training);
      NDArray mixed = attention(ps, x.mul(size).mul(g1), training);
      NDArray y = x.add(drop.forward(ps, new NDList(mixed), training).head());

      NDArray centred = y.sub(y.mean(new int[] {-1}, true));
      NDArray spread = centred.pow(2).mean(new int[] {2}, true).add(1e-5).sqrt();
      NDArray g2 = ps.getValue(gamma, x.getDevice(), training);
      NDArray b2 = ps.getValue(beta, x.getDevice(), training);
      NDArray normal = centred.div(spread).mul(g2).add(b2);
      NDList hidden = Activation.gelu(wide.forward(ps, new NDList(normal), training));
      NDArray deep = narrow.forward(ps, hidden, training).head();
      return new NDList(y.add(drop.forward(ps, new NDList(deep), training).head()));
    }

    private NDArray attention(ParameterStore ps, NDArray x, boolean training) {
      long batch = x.getShape().get(0);
      long length = x.getShape().get(1);
      NDList all = qkv.forward(ps, new NDList(x), training).head().split(3, 2);
      NDArray q = all.get(0).reshape(batch, length, HEADS, -1).transpose(0, 2, 1, 3);
      NDArray k = all.get(1).reshape(batch, length, HEADS, -1).transpose(0, 2, 3, 1);
      NDArray v = all.get(2).reshape(batch, length, HEADS, -1).transpose(0, 2, 1, 3);
      NDArray weights = q.matMul(k).mul(0.5).softmax(-1);
      NDArray heads = weights.matMul(v).transpose(0, 2, 1, 3).reshape(batch, length, WIDTH);
      return out.forward(ps, new NDList(heads), training).head();
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      Shape lead = shapes[0].slice(0, 2);
      qkv.initialize(manager, type, shapes);
      out.initialize(manager, type, shapes);
      wide.initialize(manager, type, shapes);
      narrow.initialize(manager, type, lead.add(4 * WIDTH));
      drop.initialize(manager, type, shapes);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
    }
  }

  @Override
  public Block block() {
    return new SequentialBlock()
        .add(new Layer())
        .add(new Layer())
        .add(LayerNorm.builder().axis(2).build())
        .add(Linear.builder().setUnits(3).build());
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, LENGTH, WIDTH));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, LENGTH, 3));
  }
}
