package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.transformer.IdEmbedding;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import ai.djl.util.PairList;
import dev.geminijava.tests.model.Example;

/** Words and the next words in, how unlikely each of these was out: the loss is the model's own. */
public class LossInForward implements Example {

  static final int WORDS = 101;
  private static final int LENGTH = 5;

  @Override
  public Block block() {
    return new Words(WORDS, 12);
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    return new NDList(words(manager, batch, 37), words(manager, batch, 29));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(manager.zeros(new Shape(batch, LENGTH)));
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
    return Loss.l2Loss();
  }

  static class Words extends AbstractBlock {
    private final IdEmbedding table;
    private final LayerNorm norm;
    private final Linear up, down, head;

    Words(int vocabulary, int width) {
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
      head = addChildBlock("head", Linear.builder().setUnits(vocabulary).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList inputs, boolean training, PairList<String, Object> params) {
      NDList x = table.forward(ps, new NDList(inputs.get(0)), training);
      NDArray wide = up.forward(ps, x, training).head().tanh();
      NDArray deep = x.head().add(down.forward(ps, new NDList(wide), training).head());
      NDArray scores =
          head.forward(ps, norm.forward(ps, new NDList(deep), training), training)
              .head()
              .div(Math.sqrt(2))
              .reshape(-1, WORDS);
      NDArray next = inputs.get(1).flatten();
      NDArray chosen =
          scores.logSoftmax(-1).get(new NDIndex().addAllDim().addPickDim(next)).neg();
      return new NDList(chosen.reshape(inputs.get(1).getShape()));
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... shapes) {
      table.initialize(manager, dataType, shapes[0]);
      Shape inner = table.getOutputShapes(new Shape[] {shapes[0]})[0];
      up.initialize(manager, dataType, inner);
      down.initialize(manager, dataType, up.getOutputShapes(new Shape[] {inner}));
      norm.initialize(manager, dataType, inner);
      head.initialize(manager, dataType, inner);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] shapes) {
      return new Shape[] {shapes[0]};
    }
  }
}
