package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * The images of each sample as tokens, image by image.
 *
 * <p>{@code (batch, images, channels, height, width) -> (batch, images * patches, dim)}
 */
public final class ImageEncoder extends AbstractBlock {

  private final int dim;
  private final PatchEmbedding patches;

  /** Makes an encoder; the sizes are those of {@link PatchEmbedding}. */
  public ImageEncoder(int side, int maxPatches, int dim) {
    this.dim = dim;
    patches = addChildBlock("patches", new PatchEmbedding(side, maxPatches, dim));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray images = inputs.head();
    Shape shape = images.getShape();
    NDArray pictures = images.reshape(pictures(shape));
    NDArray x = patches.forward(store, new NDList(pictures), training).head();
    return new NDList(x.reshape(shape.get(0), -1, dim));
  }

  private static Shape pictures(Shape images) {
    return new Shape(images.get(0) * images.get(1)).addAll(images.slice(2));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    patches.initialize(manager, dataType, pictures(inputShapes[0]));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape images = inputShapes[0];
    Shape each = patches.getOutputShapes(new Shape[] {pictures(images)})[0];
    return new Shape[] {new Shape(images.get(0), images.get(1) * each.get(1), dim)};
  }
}
