package models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Numbers;
import gemini.multimodal.Attention;
import gemini.multimodal.Decoder;
import gemini.multimodal.FeedForward;
import gemini.multimodal.MultimodalLoss;
import gemini.multimodal.MultimodalTransformer;
import gemini.multimodal.Positions;

/** Text, an image, a sound and a clip in every sample; answers in text and in image codes. */
public class AllModalities implements Example {

  private static final int WORDS = 100;
  private static final int CODES = 96;

  @Override
  public Block block() {
    return MultimodalTransformer.builder()
        .setDim(16)
        .setTextVocabulary(WORDS)
        .optImageCodes(CODES)
        .optTied(isTied())
        .setDecoder(decoder().setDepth(3))
        .optImages(7, 2)
        .optAudio(8, 2)
        .optVideo(9, 2, 2)
        .build();
  }

  boolean isTied() {
    return false;
  }

  Decoder.Builder decoder() {
    return Decoder.builder()
        .setAttention(
            Attention.builder()
                .setHeads(4)
                .optKvHeads(2)
                .optPositions(Positions.ROTARY)
                .optRotaryDim(2)
                .optQkNorm(true))
        .optFeedForward(FeedForward.builder().optGated(true).optHidden(24));
  }

  @Override
  public NDList data(NDManager manager, int batch) {
    long[][] ids = new long[batch][];
    for (int i = 0; i < batch; i++) {
      long[] picture = {1, 7, 7, 2, 8, 8, 3, 9, 9, 4, 100 + i, 114, 5, 20 + i};
      long[] sound = {9, 9, 1, 2 + i, 3, 7, 7, 6, 111, 5, 8, 8, 40, 0};
      ids[i] = i % 2 == 0 ? picture : sound;
    }
    return new NDList(
        manager.create(ids),
        Numbers.wave(manager, batch, 1, 3, 2, 4),
        Numbers.wave(manager, batch, 1, 640),
        Numbers.wave(manager, batch, 1, 2, 3, 2, 2));
  }

  @Override
  public NDList labels(NDManager manager, int batch) {
    NDArray ids = data(manager, batch).head();
    NDArray next = ids.get(":, 1:").concat(ids.get(":, :1"), 1);
    // Slots are not foretold.
    NDArray slots = next.gte(7).logicalAnd(next.lte(9)).toType(next.getDataType(), false);
    return new NDList(next.mul(slots.neg().add(1)).sub(slots));
  }

  @Override
  public Loss loss() {
    return new MultimodalLoss(WORDS);
  }
}
