package models;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** One layer called several times: its gradient is the sum over stages. */
public final class RepeatedLayer implements Example {

  /** A recurrence without a recurrent block. */
  static final class Net extends AbstractBlock {

    private final Block layer = addChildBlock("layer", Linear.builder().setUnits(8).build());
    private final Block last = addChildBlock("last", Linear.builder().setUnits(2).build());

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDList current = inputs;
      for (int i = 0; i < 5; i++) {
        current = Activation.tanh(layer.forward(ps, current, training, params));
      }
      return last.forward(ps, current, training, params);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      layer.initialize(manager, type, shapes);
      last.initialize(manager, type, shapes);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {new Shape(shapes[0].get(0), 2)};
    }
  }

  @Override
  public Block block() {
    return new Net();
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 8));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 2));
  }
}
