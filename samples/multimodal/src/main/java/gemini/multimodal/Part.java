package gemini.multimodal;

import java.util.List;

/** A piece of a mixed input or output. */
public sealed interface Part {

  /** Words. */
  record Text(String text) implements Part {}

  /**
   * An image, a sound or a clip that the model is given beside the ids.
   *
   * @param modality what it is
   * @param tokens how many tokens its encoder makes of it
   */
  record Given(Modality modality, int tokens) implements Part {}

  /** An image by its codes, as {@link ImageCodec} makes and understands them. */
  record Codes(List<Integer> codes) implements Part {}
}
