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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Every layer's result is kept somewhere and used much later: array, list, map, lambda. */
public final class ValuesInCollections implements Example {

  /** Dense connections, DenseNet's way. */
  static final class Net extends AbstractBlock {

    private final List<Block> layers =
        IntStream.range(0, 4)
            .mapToObj(i -> addChildBlock("layer" + i, (Block) Linear.builder().setUnits(4).build()))
            .toList();
    private final Block last = addChildBlock("last", Linear.builder().setUnits(3).build());

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray[] kept = new NDArray[layers.size()];
      Map<String, NDArray> byName = new HashMap<>();
      List<UnaryOperator<NDArray>> later = new ArrayList<>();
      NDArray x = inputs.head();
      for (int i = 0; i < kept.length; i++) {
        NDArray result = layers.get(i).forward(ps, new NDList(x), training).head().tanh();
        kept[i] = result;
        byName.put("layer" + i, result);
        later.add(y -> y.add(result));
        x = result;
      }
      for (UnaryOperator<NDArray> addition : later) {
        x = addition.apply(x);
      }
      NDArray all = NDArrays.concat(new NDList(kept), 1);
      NDArray named = byName.get("layer0").mul(byName.get("layer3"));
      return last.forward(ps, new NDList(all.concat(x, 1).concat(named, 1)), training);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      layers.forEach(layer -> layer.initialize(manager, type, shapes));
      last.initialize(manager, type, new Shape(shapes[0].get(0), 24));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {new Shape(shapes[0].get(0), 3)};
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
    return new NDList(Numbers.wave(manager, batch, 3));
  }
}
