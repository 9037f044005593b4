package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * The clips of each sample as tokens: the patches of each frame, plus a learned vector for its
 * time.
 *
 * <p>{@code (batch, clips, frames, channels, height, width) -> (batch, clips * frames * patches,
 * dim)}
 */
public final class VideoEncoder extends AbstractBlock {

  private final int dim;
  private final int maxFrames;
  private final PatchEmbedding patches;
  private final Parameter times;

  /** Makes an encoder of at most so many frames; the other sizes are {@link PatchEmbedding}'s. */
  public VideoEncoder(int side, int maxPatches, int maxFrames, int dim) {
    this.dim = dim;
    this.maxFrames = maxFrames;
    patches = addChildBlock("patches", new PatchEmbedding(side, maxPatches, dim));
    times =
        addParameter(
            Parameter.builder()
                .setName("times")
                .setType(Parameter.Type.WEIGHT)
                .optShape(new Shape(maxFrames, 1, dim))
                .build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray clips = inputs.head();
    Shape shape = clips.getShape();
    long frames = shape.get(2);
    if (frames > maxFrames) {
      throw new IllegalArgumentException(
          "A clip of %d frames is longer than %d".formatted(frames, maxFrames));
    }
    NDArray pictures = clips.reshape(pictures(shape));
    NDArray x = patches.forward(store, new NDList(pictures), training).head();
    NDArray time = store.getValue(times, x.getDevice(), training).get(":{}", frames);
    time.attach(x.getManager());
    x = x.reshape(shape.get(0) * shape.get(1), frames, -1, dim).add(time);
    return new NDList(x.reshape(shape.get(0), -1, dim));
  }

  private static Shape pictures(Shape clips) {
    return new Shape(clips.get(0) * clips.get(1) * clips.get(2)).addAll(clips.slice(3));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    patches.initialize(manager, dataType, pictures(inputShapes[0]));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape clips = inputShapes[0];
    Shape each = patches.getOutputShapes(new Shape[] {pictures(clips)})[0];
    return new Shape[] {new Shape(clips.get(0), clips.get(1) * clips.get(2) * each.get(1), dim)};
  }
}
