package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import ai.djl.util.PairList;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** An embedding table that the first stage looks up and the last one multiplies with. */
public final class TiedWeights implements Example {

  /** A tiny language model. */
  static final class Net extends AbstractBlock {

    private final Parameter table =
        addParameter(
            Parameter.builder()
                .setName("table")
                .setType(Parameter.Type.WEIGHT)
                .optShape(new Shape(11, 6))
                .build());
    private final Block one = addChildBlock("one", Linear.builder().setUnits(6).build());
    private final Block two = addChildBlock("two", Linear.builder().setUnits(6).build());

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDArray ids = inputs.head();
      NDArray weights = ps.getValue(table, ids.getDevice(), training);
      NDArray x =
          Embedding.embedding(ids, weights, SparseFormat.DENSE)
              .head()
              .mean(new int[] {1}); // (B, S) -> (B, E)
      x = one.forward(ps, new NDList(x), training).head().tanh();
      x = two.forward(ps, new NDList(x), training).head().tanh();
      NDArray again = ps.getValue(table, ids.getDevice(), training);
      return new NDList(x.dot(again.transpose()).add(x.dot(weights.transpose())));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
      one.initialize(manager, type, new Shape(shapes[0].get(0), 6));
      two.initialize(manager, type, new Shape(shapes[0].get(0), 6));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {new Shape(shapes[0].get(0), 11)};
    }
  }

  @Override
  public Block block() {
    return new Net();
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(Numbers.classes(manager, 11, batch, 4));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.classes(manager, 11, batch));
  }

  @Override
  public Loss loss() {
    return Loss.softmaxCrossEntropyLoss();
  }
}
