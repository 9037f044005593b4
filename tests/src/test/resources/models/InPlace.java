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
import ai.djl.util.PairList;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** Results of layers that are changed in place, right after the layer and after the next one. */
public final class InPlace implements Example {

  /** Saves memory as tutorials do. */
  static final class Net extends AbstractBlock {

    private final Block[] layers = new Block[4];

    Net() {
      for (int i = 0; i < layers.length; i++) {
        layers[i] = addChildBlock("layer" + i, Linear.builder().setUnits(5).build());
      }
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.head();
      NDArray sum = layers[0].forward(ps, inputs, training).head().mul(2);
      NDArray count = x.zerosLike();
      for (int i = 1; i < layers.length; i++) {
        x = layers[i].forward(ps, new NDList(x), training).head();
        x.addi(1);
        sum.addi(x);
        count.addi(x.square());
        x = x.tanh();
      }
      return new NDList(sum.add(count));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      for (Block layer : layers) {
        layer.initialize(manager, type, shapes);
      }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return shapes;
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
}
