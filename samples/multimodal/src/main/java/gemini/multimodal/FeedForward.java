package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * What each token does with itself: {@code down(gelu(up(x)))}, or {@code down(swish(gate(x)) *
 * up(x))} (SwiGLU, arXiv:2002.05202).
 *
 * <p>{@code (batch, length, dim) -> (batch, length, dim)}
 */
public final class FeedForward extends AbstractBlock {

  private final int dim;
  private final int hidden;
  private final Linear gate;
  private final Linear up;
  private final Linear down;

  private FeedForward(Builder builder) {
    dim = builder.dim;
    hidden = builder.hidden > 0 ? builder.hidden : 4 * dim;
    if (dim < 1) {
      throw new IllegalArgumentException("dim %d must be positive".formatted(dim));
    }
    boolean bias = !builder.gated;
    gate =
        builder.gated
            ? addChildBlock("gate", Linear.builder().setUnits(hidden).optBias(bias).build())
            : null;
    up = addChildBlock("up", Linear.builder().setUnits(hidden).optBias(bias).build());
    down = addChildBlock("down", Linear.builder().setUnits(dim).optBias(bias).build());
  }

  /** Starts the options of a feed-forward. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray wide = up.forward(store, inputs, training).head();
    if (gate == null) {
      wide = Activation.gelu(wide);
    } else {
      wide = swish(gate.forward(store, inputs, training).head()).mul(wide);
    }
    return down.forward(store, new NDList(wide), training);
  }

  /** DJL's own multiplies by a plain number: see {@link Constant}. */
  private static NDArray swish(NDArray x) {
    return x.mul(Activation.sigmoid(x));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    Shape x = inputShapes[0];
    if (gate != null) {
      gate.initialize(manager, dataType, x);
    }
    up.initialize(manager, dataType, x);
    down.initialize(manager, dataType, new Shape(x.get(0), x.get(1), hidden));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return new Shape[] {new Shape(inputShapes[0].get(0), inputShapes[0].get(1), dim)};
  }

  /** The options of a {@link FeedForward}. */
  public static final class Builder {

    private int dim;
    private int hidden;
    private boolean gated;

    private Builder() {}

    /** Sets the size of the tokens; a {@link Decoder} sets it to its own. */
    public Builder setDim(int dim) {
      this.dim = dim;
      return this;
    }

    /** Sets the size in the middle; four times {@code dim} if not set. */
    public Builder optHidden(int hidden) {
      this.hidden = hidden;
      return this;
    }

    /** Sets whether the middle is SwiGLU, without biases; else it is GELU, with biases. */
    public Builder optGated(boolean gated) {
      this.gated = gated;
      return this;
    }

    /** Builds the block. */
    public FeedForward build() {
      return new FeedForward(this);
    }
  }
}
