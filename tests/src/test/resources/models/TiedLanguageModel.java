package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.transformer.IdEmbedding;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import ai.djl.util.PairList;
import dev.geminijava.tests.model.Example;

/** Words in, scores for all words out, with one table for both. */
public class TiedLanguageModel implements Example {

  static final int WORDS = 101;
  private static final int LENGTH = 5;

  @Override
  public Block block() {
    return new Tied(WORDS, 12);
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(words(manager, batch, 37));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(words(manager, batch, 29).expandDims(2));
  }

  private static NDArray words(NDManager manager, int batch, int stride) {
    return manager
        .arange(0, batch * LENGTH, 1, DataType.INT64)
        .mul(stride)
        .mod(WORDS)
        .reshape(batch, LENGTH);
  }

  @Override
  public Loss loss() {
    return new SoftmaxCrossEntropyLoss("words", 1, -1, true, true);
  }

  static class Tied extends AbstractBlock {
    private final IdEmbedding table;
    private final LayerNorm norm;
    private final Linear up, down;
    private final Parameter bias;

    Tied(int vocabulary, int width) {
      table =
          addChildBlock(
              "table",
              new IdEmbedding.Builder()
                  .setDictionarySize(vocabulary)
                  .setEmbeddingSize(width)
                  .build());
      up = addChildBlock("up", Linear.builder().setUnits(4L * width).build());
      down = addChildBlock("down", Linear.builder().setUnits(width).build());
      norm = addChildBlock("norm", LayerNorm.builder().axis(2).build());
      bias =
          addParameter(
              Parameter.builder()
                  .setName("bias")
                  .setType(Parameter.Type.BIAS)
                  .optShape(new Shape(vocabulary))
                  .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDList x = table.forward(ps, inputs, training);
      NDArray wide = up.forward(ps, x, training).head().tanh();
      NDArray deep = x.head().add(down.forward(ps, new NDList(wide), training).head());
      NDArray normal = norm.forward(ps, new NDList(deep), training).head();
      NDArray words = table.getValue(ps, normal.getDevice(), training);
      NDArray scores = normal.matMul(words.transpose());
      return new NDList(scores.add(ps.getValue(bias, normal.getDevice(), training)));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... shapes) {
      table.initialize(manager, dataType, shapes);
      Shape inner = table.getOutputShapes(shapes)[0];
      up.initialize(manager, dataType, inner);
      down.initialize(manager, dataType, up.getOutputShapes(new Shape[] {inner}));
      norm.initialize(manager, dataType, inner);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {shapes[0].add(WORDS)};
    }
  }
}
