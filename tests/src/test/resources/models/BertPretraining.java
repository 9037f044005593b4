package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.nn.transformer.BertPretrainingBlock;
import ai.djl.nn.transformer.BertPretrainingLoss;
import ai.djl.training.loss.Loss;
import dev.geminijava.tests.model.Dropouts;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** BERT with both of its tasks; the embedding table is used in the first and in the last stage. */
public final class BertPretraining implements Example {

  private static final int WORDS = 13;

  @Override
  public Block block() {
    return Dropouts.set(
        new BertPretrainingBlock(
            BertBlock.builder()
                .nano()
                .setTokenDictionarySize(WORDS)
                .optEmbeddingSize(8)
                .optTransformerBlockCount(3)
                .optAttentionHeadCount(2)
                .optHiddenSize(12)
                .optMaxSequenceLength(6)),
        0);
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    NDArray tokens = Numbers.classes(manager, WORDS, batch, 6);
    return new NDList(
        tokens,
        tokens.mod(2),
        tokens.gt(1).toType(tokens.getDataType(), false),
        Numbers.classes(manager, 6, batch, 2));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(
        Numbers.classes(manager, 2, batch),
        Numbers.classes(manager, WORDS, batch, 2),
        manager.ones(new Shape(batch, 2)));
  }

  @Override
  public Loss loss() {
    return new BertPretrainingLoss();
  }

  @Override
  public DataType dataType() {
    return DataType.FLOAT32; // DJL's block makes single-precision arrays on its way
  }
}
