package gemini.multimodal.sample;

import ai.djl.ndarray.types.Shape;
import gemini.multimodal.Attention;
import gemini.multimodal.Decoder;
import gemini.multimodal.FeedForward;
import gemini.multimodal.ImageCodec;
import gemini.multimodal.Modality;
import gemini.multimodal.MultimodalSentencePieceTokenizer;
import gemini.multimodal.MultimodalTransformer;
import gemini.multimodal.Positions;

/** The two models of the sample. */
final class Models {

  private Models() {}

  static ImageCodec codec() {
    return new ImageCodec(3, 64);
  }

  static MultimodalTransformer transformer(MultimodalSentencePieceTokenizer tokenizer) {
    return MultimodalTransformer.builder()
        .setDim(128)
        .setTextVocabulary(tokenizer.vocabulary())
        .optImageCodes(ImageCodec.codes())
        .setDecoder(
            Decoder.builder()
                .setDepth(4)
                .setAttention(
                    Attention.builder()
                        .setHeads(4)
                        .optKvHeads(2)
                        .optPositions(Positions.ROTARY)
                        .optQkNorm(true))
                .optFeedForward(FeedForward.builder().optGated(true).optHidden(256)))
        .optMaxPatches(4)
        .optImages(tokenizer.slot(Modality.IMAGE), Example.IMAGE_PATCH)
        .optAudio(tokenizer.slot(Modality.AUDIO), Example.AUDIO_FRAMES)
        .optVideo(tokenizer.slot(Modality.VIDEO), Example.CLIP_PATCH, Clip.FRAMES)
        .build();
  }

  /** The shapes of a batch of exercises. */
  static Shape[] inputs(int batch) {
    return new Shape[] {
      new Shape(batch, Lessons.LENGTH),
      new Shape(batch, 1).addAll(Lessons.PICTURE),
      new Shape(batch, 1, Tone.SAMPLES),
      new Shape(batch, 1, Clip.FRAMES).addAll(Lessons.PICTURE)
    };
  }
}
