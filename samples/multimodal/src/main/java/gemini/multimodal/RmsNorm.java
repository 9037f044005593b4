package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Scales each vector to a root mean square of one, then each of its features by a learned weight
 * (Zhang and Sennrich 2019, arXiv:1910.07467): {@code x / sqrt(mean(x²) + 1e-6) * weight}.
 *
 * <p>{@code (..., dim) -> (..., dim)}
 */
public final class RmsNorm extends AbstractBlock {

  private static final float EPSILON = 1e-6f;

  private final Parameter weight;

  /** Makes a norm over the last axis, of size {@code dim}. */
  public RmsNorm(int dim) {
    weight =
        addParameter(
            Parameter.builder()
                .setName("weight")
                .setType(Parameter.Type.GAMMA)
                .optShape(new Shape(dim))
                .build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray x = inputs.head();
    NDArray size = x.square().mean(new int[] {-1}, true).add(EPSILON).sqrt();
    return new NDList(x.div(size).mul(store.getValue(weight, x.getDevice(), training)));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return inputShapes;
  }
}
