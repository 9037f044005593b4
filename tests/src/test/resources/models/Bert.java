package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.transformer.BertBlock;
import ai.djl.training.loss.IndexLoss;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SimpleCompositeLoss;
import dev.geminijava.tests.model.Dropouts;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;

/** DJL's BertBlock alone: token vectors and a pooled vector. */
public final class Bert implements Example {

  @Override
  public Block block() {
    return Dropouts.set(
        BertBlock.builder()
            .nano()
            .setTokenDictionarySize(13)
            .optEmbeddingSize(8)
            .optTransformerBlockCount(3)
            .optAttentionHeadCount(2)
            .optHiddenSize(12)
            .optMaxSequenceLength(6)
            .build(),
        0);
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    NDArray tokens = Numbers.classes(manager, 13, batch, 6);
    return new NDList(tokens, tokens.mod(2), tokens.gt(1).toType(tokens.getDataType(), false));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    return new NDList(Numbers.wave(manager, batch, 6, 8), Numbers.wave(manager, batch, 8));
  }

  @Override
  public Loss loss() {
    return new SimpleCompositeLoss()
        .addLoss(new IndexLoss(Loss.l2Loss("tokens"), 0))
        .addLoss(new IndexLoss(Loss.l2Loss("pooled"), 1));
  }

  @Override
  public DataType dataType() {
    return DataType.FLOAT32; // DJL's block makes single-precision arrays on its way
  }
}
