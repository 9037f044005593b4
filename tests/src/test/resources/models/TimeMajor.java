package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
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

/** The first axis is time, not the batch: what looks like samples depends on each other. */
public final class TimeMajor implements Example {

  /** A recurrence over the first axis. */
  static final class Net extends AbstractBlock {

    private final Block in = addChildBlock("in", Linear.builder().setUnits(4).build());
    private final Block step = addChildBlock("step", Linear.builder().setUnits(4).build());

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = in.forward(ps, inputs, training).head();
      NDArray state = x.get(0).zerosLike();
      NDList states = new NDList();
      for (int t = 0; t < x.getShape().get(0); t++) {
        state = step.forward(ps, new NDList(state.add(x.get(t))), training).head().tanh();
        states.add(state);
      }
      return new NDList(NDArrays.stack(states));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      in.initialize(manager, type, shapes);
      step.initialize(manager, type, new Shape(shapes[0].get(1), 4));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {new Shape(shapes[0].get(0), shapes[0].get(1), 4)};
    }
  }

  @Override
  public Block block() {
    return new Net();
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 3, 5));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 3, 4));
  }
}
