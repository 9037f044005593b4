package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import dev.geminijava.tests.model.Example;
import gemini.multimodal.Attention;
import gemini.multimodal.Decoder;
import gemini.multimodal.FeedForward;
import gemini.multimodal.MultimodalLoss;
import gemini.multimodal.MultimodalTransformer;

/** A model large enough to be timed: an image of 64 patches, then as many words, in each sample. */
public final class Captions implements Example {

  private static final int WORDS = 4000;
  private static final int LENGTH = 64;
  private static final int SLOT = 1;

  @Override
  public Block block() {
    return MultimodalTransformer.builder()
        .setDim(384)
        .setTextVocabulary(WORDS)
        .setDecoder(
            Decoder.builder()
                .setDepth(4)
                .setAttention(Attention.builder().setHeads(8).optKvHeads(4).optQkNorm(true))
                .optFeedForward(FeedForward.builder().optGated(true).optHidden(1024)))
        .optImages(SLOT, 4)
        .build();
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    NDArray slots = manager.full(new Shape(batch, LENGTH), SLOT, DataType.INT64);
    return new NDList(
        slots.concat(words(manager, batch), 1),
        manager.randomNormal(new Shape(batch, 1, 3, 32, 32)));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    NDArray ignored =
        manager.full(new Shape(batch, LENGTH), MultimodalLoss.IGNORED, DataType.INT64);
    return new NDList(ignored.concat(words(manager, batch), 1));
  }

  private static NDArray words(NDManager manager, int batch) {
    return manager.randomInteger(SLOT + 1, WORDS, new Shape(batch, LENGTH), DataType.INT64);
  }

  @Override
  public Loss loss() {
    return new MultimodalLoss(WORDS);
  }
}
