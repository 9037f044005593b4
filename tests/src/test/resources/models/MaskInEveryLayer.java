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

/** A second input, and a mask computed from it once, used by every layer. */
public final class MaskInEveryLayer implements Example {

  /** Masked layers. */
  static final class Net extends AbstractBlock {

    private final Block[] layers = new Block[4];

    Net() {
      for (int i = 0; i < layers.length; i++) {
        layers[i] = addChildBlock("layer" + i, Linear.builder().setUnits(6).build());
      }
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = inputs.get(0);
      NDArray lengths = inputs.get(1); // (B)
      NDArray mask =
          x.getManager()
              .arange(0, (int) x.getShape().get(1), 1, lengths.getDataType())
              .lt(lengths.expandDims(1))
              .toType(x.getDataType(), false)
              .expandDims(2); // (B, S, 1)
      for (Block layer : layers) {
        x = layer.forward(ps, new NDList(x), training).head().tanh().mul(mask);
      }
      return new NDList(x);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      for (Block layer : layers) {
        layer.initialize(manager, type, new Shape(shapes[0].get(0), shapes[0].get(1), 6));
      }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {shapes[0]};
    }
  }

  @Override
  public Block block() {
    return new Net();
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(
        Numbers.wave(manager, batch, 5, 6), Numbers.classes(manager, 5, batch).add(1));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 5, 6));
  }
}
