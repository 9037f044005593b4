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
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** Layers wide enough to be worth splitting though a norm needs all of their results. */
public final class GatheredLayers implements Example {

  /** A narrow layer, a wide one alone, a pair, and a head. */
  static final class Net extends AbstractBlock {

    private final Linear enter = addChildBlock("enter", Linear.builder().setUnits(128).build());
    private final Block norm = addChildBlock("norm", LayerNorm.builder().build());
    private final Linear wide = addChildBlock("wide", Linear.builder().setUnits(128).build());
    private final Block after = addChildBlock("after", LayerNorm.builder().build());
    private final Linear up = addChildBlock("up", Linear.builder().setUnits(192).build());
    private final Linear down = addChildBlock("down", Linear.builder().setUnits(128).build());
    private final Linear head = addChildBlock("head", Linear.builder().setUnits(100).build());

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDList x = norm.forward(ps, enter.forward(ps, inputs, training), training);
      NDList y = after.forward(ps, wide.forward(ps, x, training), training);
      NDArray z = Activation.gelu(up.forward(ps, y, training).head());
      NDArray sum = down.forward(ps, new NDList(z), training).head().add(x.head());
      return head.forward(ps, new NDList(sum), training);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      enter.initialize(manager, type, shapes);
      Shape wideShape = new Shape(shapes[0].get(0), 128);
      norm.initialize(manager, type, wideShape);
      wide.initialize(manager, type, wideShape);
      after.initialize(manager, type, wideShape);
      up.initialize(manager, type, wideShape);
      down.initialize(manager, type, new Shape(shapes[0].get(0), 192));
      head.initialize(manager, type, wideShape);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {new Shape(shapes[0].get(0), 100)};
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
    return new NDList(Numbers.wave(manager, batch, 100));
  }
}
