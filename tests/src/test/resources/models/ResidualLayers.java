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
import java.util.ArrayList;
import java.util.List;

/** A list of layers walked in a loop, each added to what came before. */
public final class ResidualLayers implements Example {

  /** Own code for forward. */
  static final class Net extends AbstractBlock {

    private final Linear first = addChildBlock("first", Linear.builder().setUnits(8).build());
    private final List<Block> norms = new ArrayList<>();
    private final List<Linear> layers = new ArrayList<>();

    Net(int depth) {
      for (int i = 0; i < depth; i++) {
        norms.add(addChildBlock("norm" + i, LayerNorm.builder().build()));
        layers.add(addChildBlock("layer" + i, Linear.builder().setUnits(8).build()));
      }
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray x = first.forward(ps, inputs, training).singletonOrThrow();
      for (int i = 0; i < layers.size(); i++) {
        x = x.add(changed(ps, i, x, training));
      }
      return new NDList(x);
    }

    private NDArray changed(ParameterStore ps, int i, NDArray x, boolean training) {
      NDList normed = norms.get(i).forward(ps, new NDList(x), training);
      return Activation.gelu(layers.get(i).forward(ps, normed, training).head());
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      first.initialize(manager, type, shapes);
      Shape inner = new Shape(shapes[0].get(0), 8);
      norms.forEach(norm -> norm.initialize(manager, type, inner));
      layers.forEach(layer -> layer.initialize(manager, type, inner));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {new Shape(shapes[0].get(0), 8)};
    }
  }

  @Override
  public Block block() {
    return new Net(4);
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 5));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 8));
  }
}
