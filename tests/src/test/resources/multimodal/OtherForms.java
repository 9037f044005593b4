package models;

import gemini.multimodal.Attention;
import gemini.multimodal.Decoder;
import gemini.multimodal.FeedForward;
import gemini.multimodal.Norm;
import gemini.multimodal.Positions;

/** The same data for a model with the other options: ALiBi, fused attention, GELU, a tied head. */
public final class OtherForms extends AllModalities {

  @Override
  boolean isTied() {
    return true;
  }

  @Override
  Decoder.Builder decoder() {
    return Decoder.builder()
        .optNorm(Norm.LAYER)
        .setAttention(
            Attention.builder()
                .setHeads(4)
                .optKvHeads(2)
                .optPositions(Positions.ALIBI)
                .optWindow(9)
                .optFlash(true))
        .optFeedForward(FeedForward.builder().optHidden(24));
  }
}
