package gemini.multimodal;

import ai.djl.nn.Block;
import ai.djl.nn.norm.LayerNorm;

/** What keeps the size of the vectors between layers in bounds. */
public enum Norm {
  /** Mean zero and variance one, with a learned scale and shift (arXiv:1607.06450). */
  LAYER,
  /** Root mean square one, with a learned scale (arXiv:1910.07467). */
  RMS;

  /** Makes a norm over the last axis of {@code (batch, length, dim)}. */
  Block over(int dim) {
    return this == RMS ? new RmsNorm(dim) : LayerNorm.builder().axis(2).build();
  }
}
