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

/** A decoder that reads the labels while it trains (teacher forcing). */
public final class LabelsInForward implements Example {

  /** Two steps of decoding. */
  static final class Net extends AbstractBlock {

    private final Block encode = addChildBlock("encode", Linear.builder().setUnits(6).build());
    private final Block step = addChildBlock("step", Linear.builder().setUnits(6).build());
    private final Block decode = addChildBlock("decode", Linear.builder().setUnits(6).build());

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray state = encode.forward(ps, inputs, training).head().tanh();
      NDArray first = decode.forward(ps, new NDList(state), training).head();
      NDArray next = step.forward(ps, new NDList(state.add(first)), training).head().tanh();
      return decode.forward(ps, new NDList(next), training);
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList data, NDList labels, PairList<String, Object> params) {
      NDArray state = encode.forward(ps, data, true).head().tanh();
      NDArray forced = state.add(labels.head());
      NDArray next = step.forward(ps, new NDList(forced), true).head().tanh();
      return decode.forward(ps, new NDList(next.mul(labels.head())), true);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      Shape inner = new Shape(shapes[0].get(0), 6);
      encode.initialize(manager, type, shapes);
      step.initialize(manager, type, inner);
      decode.initialize(manager, type, inner);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {new Shape(shapes[0].get(0), 6)};
    }
  }

  @Override
  public Block block() {
    return new Net();
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 4));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 6));
  }
}
