package models;

import ai.djl.ndarray.NDArray;
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

/** Branches in the code itself: if and else, a switch, a return before the end. */
public final class Decisions implements Example {

  /** Takes other ways in training than in prediction. */
  static final class Net extends AbstractBlock {

    private final boolean wide;
    private final Block[] layers = new Block[5];

    Net(boolean wide) {
      this.wide = wide;
      for (int i = 0; i < layers.length; i++) {
        layers[i] = addChildBlock("layer" + i, Linear.builder().setUnits(7).build());
      }
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDList current = layers[0].forward(ps, inputs, training);
      if (wide) {
        NDArray left = layers[1].forward(ps, current, training).head();
        NDArray right = layers[2].forward(ps, current, training).head();
        current = new NDList(left.mul(Activation.sigmoid(right)));
      } else {
        current = layers[1].forward(ps, current, training);
      }
      if (!training) {
        return layers[4].forward(ps, current, false);
      }
      for (int i = 0; i < 2; i++) {
        current =
            switch (i) {
              case 0 -> layers[3].forward(ps, current, true);
              default -> new NDList(current.head().tanh());
            };
      }
      return layers[4].forward(ps, current, true);
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
    return new Net(true);
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 7));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 7));
  }
}
