package gemini.multimodal;

import ai.djl.ndarray.NDArray;

/**
 * A number as an array of its own. DJL makes one of a plain number in {@code x.mul(0.5)}, too, but
 * frees its memory at once; where the gradient of {@code x} needs it, that is too early.
 */
final class Constant {

  private Constant() {}

  /** A scalar of the type of {@code x}, which lives as long as {@code x} does. */
  static NDArray of(float value, NDArray x) {
    return x.getManager().create(value).toType(x.getDataType(), false);
  }
}
