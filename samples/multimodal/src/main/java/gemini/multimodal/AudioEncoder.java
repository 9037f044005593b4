package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * The sounds of each sample as tokens: some frames of the {@link LogMel} spectrogram become one.
 *
 * <p>{@code (batch, sounds, samples) -> (batch, sounds * tokens, dim)}
 */
public final class AudioEncoder extends AbstractBlock {

  private final int frames;
  private final int dim;
  private final Linear projection;

  /**
   * Makes an encoder.
   *
   * @param frames how many frames, of 10 ms, make a token; what is left at the end is not heard
   * @param dim the size of the tokens
   */
  public AudioEncoder(int frames, int dim) {
    this.frames = frames;
    this.dim = dim;
    projection = addChildBlock("projection", Linear.builder().setUnits(dim).build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray sounds = inputs.head();
    Shape shape = sounds.getShape();
    NDArray waves = sounds.reshape(shape.get(0) * shape.get(1), shape.get(2));
    long tokens = tokens(shape.get(2));
    NDArray heard = LogMel.of(waves).get(":, :{}", tokens * frames);
    NDArray grouped = heard.reshape(waves.getShape().get(0), tokens, (long) frames * LogMel.MELS);
    NDArray x = projection.forward(store, new NDList(grouped), training).head();
    return new NDList(x.reshape(shape.get(0), -1, dim));
  }

  private long tokens(long samples) {
    return LogMel.frames(samples) / frames;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    Shape sounds = inputShapes[0];
    long features = (long) frames * LogMel.MELS;
    projection.initialize(
        manager, dataType, new Shape(sounds.get(0), tokens(sounds.get(2)), features));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape sounds = inputShapes[0];
    return new Shape[] {new Shape(sounds.get(0), sounds.get(1) * tokens(sounds.get(2)), dim)};
  }
}
