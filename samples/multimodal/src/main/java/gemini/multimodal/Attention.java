package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.geminijava.torch.FusedAttention;

/**
 * Attention with as many keys and values as queries (multi-head), fewer (grouped queries,
 * arXiv:2305.13245) or one (multi-query, arXiv:1911.02150).
 *
 * <p>Inputs: the tokens {@code (batch, length, dim)}; to go on after earlier tokens, also their
 * keys and values, {@code (batch, kvHeads, past, dimHead)} each. Outputs: {@code (batch, length,
 * dim)}; where keys and values came in, also those of all tokens so far, {@code (batch, kvHeads,
 * past + length, dimHead)} each, less those that fell out of the window.
 */
public final class Attention extends AbstractBlock {

  /** A score that leaves nothing after softmax, and still is a number in half precision. */
  private static final float NEVER = -6e4f;

  private static final float EPSILON = 1e-12f;

  private final int dim;
  final int heads;
  final int kvHeads;
  private final int dimHead;
  private final Positions positions;
  private final int rotaryDim;
  private final boolean causal;
  private final boolean flash;
  final int window;

  final Linear query;
  final Linear key;
  final Linear value;
  final Linear result;
  final boolean qkNorm;
  private final float scale;
  final Parameter queryScale;
  final Parameter keyScale;

  private Attention(Builder builder) {
    dim = builder.dim;
    heads = builder.heads;
    kvHeads = builder.kvHeads > 0 ? builder.kvHeads : heads;
    dimHead = builder.dimHead > 0 ? builder.dimHead : dim / heads;
    positions = builder.positions;
    rotaryDim = builder.rotaryDim > 0 ? builder.rotaryDim : dimHead;
    causal = builder.causal;
    flash = builder.flash && Flash.isThere();
    window = builder.window;
    check();

    query =
        addChildBlock(
            "query", Linear.builder().setUnits((long) heads * dimHead).optBias(false).build());
    key =
        addChildBlock(
            "key", Linear.builder().setUnits((long) kvHeads * dimHead).optBias(false).build());
    value =
        addChildBlock(
            "value", Linear.builder().setUnits((long) kvHeads * dimHead).optBias(false).build());
    result = addChildBlock("result", Linear.builder().setUnits(dim).optBias(false).build());
    qkNorm = builder.qkNorm;
    queryScale = qkNorm ? addScale("queryScale", heads) : null;
    keyScale = qkNorm ? addScale("keyScale", kvHeads) : null;
    // Products of vectors of length one need the room that softmax has with unit variance.
    scale = (float) (qkNorm ? Math.sqrt(dimHead) : 1 / Math.sqrt(dimHead));
  }

  private void check() {
    if (dim < 1 || heads < 1 || dimHead < 1) {
      throw new IllegalArgumentException(
          "dim %d, heads %d and dimHead %d must be positive".formatted(dim, heads, dimHead));
    }
    if (heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          "%d heads do not share %d keys and values evenly".formatted(heads, kvHeads));
    }
    if (rotaryDim % 2 != 0 || rotaryDim > dimHead) {
      throw new IllegalArgumentException(
          "rotaryDim %d must be even and at most dimHead %d".formatted(rotaryDim, dimHead));
    }
    if (window > 0 && !causal) {
      throw new IllegalArgumentException("A window needs causal attention");
    }
    if (positions == Positions.XPOS && !causal) {
      throw new IllegalArgumentException(
          "xpos needs causal attention: scores grow to the other side");
    }
  }

  private Parameter addScale(String name, int count) {
    return addParameter(
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.GAMMA)
            .optShape(new Shape(count, 1, dimHead))
            .build());
  }

  /** Starts the options of an attention. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDList tokens = new NDList(inputs.head());
    if (inputs.size() > 1) {
      return CachedAttention.goOn(this, store, inputs, training);
    }
    NDArray q = byHead(query.forward(store, tokens, training).head(), heads);
    NDArray k = byHead(key.forward(store, tokens, training).head(), kvHeads);
    NDArray v = byHead(value.forward(store, tokens, training).head(), kvHeads);
    if (qkNorm) {
      q = unit(q).mul(store.getValue(queryScale, q.getDevice(), training));
      k = unit(k).mul(store.getValue(keyScale, k.getDevice(), training));
    }
    q = placed(q, 0, false);
    k = shared(placed(k, 0, true));
    v = shared(v);
    NDArray mixed = mixed(q, k, v);
    mixed = mixed.transpose(0, 2, 1, 3).flatten(2, 3);
    return result.forward(store, new NDList(mixed), training);
  }

  /** {@code (batch, length, count * dimHead) -> (batch, count, length, dimHead)}. */
  NDArray byHead(NDArray x, int count) {
    Shape shape = x.getShape();
    return x.reshape(shape.get(0), shape.get(1), count, dimHead).transpose(0, 2, 1, 3);
  }

  static NDArray unit(NDArray x) {
    return x.div(x.square().sum(new int[] {-1}, true).add(EPSILON).sqrt());
  }

  /**
   * Queries or keys that tell their places by rotation, if they do; queries are scaled, too.
   *
   * @param x {@code (batch, heads, length, dimHead)}
   * @param first the place of the first; only distances matter, so any token may be the first
   */
  NDArray placed(NDArray x, int first, boolean isKey) {
    NDArray y = isKey ? x : x.mul(Constant.of(scale, x));
    if (positions == Positions.ROTARY || positions == Positions.XPOS) {
      y = Rotary.rotate(y, rotaryDim, first);
    }
    if (positions == Positions.XPOS) {
      NDArray fading = Rotary.fading(x, rotaryDim, first);
      y = isKey ? y.div(fading) : y.mul(fading);
    }
    return y;
  }

  /** Each key or value for all the heads that it serves, which follow each other. */
  NDArray shared(NDArray x) {
    return x.repeat(1, heads / kvHeads);
  }

  private NDArray mixed(NDArray q, NDArray k, NDArray v) {
    if (flash && causal && window == 0 && positions != Positions.ALIBI) {
      return FusedAttention.attendCausally(q, k, v);
    }
    NDArray bias = bias(q, k);
    return flash ? FusedAttention.attend(q, k, v, bias) : attend(q, k, v, bias);
  }

  /** {@code softmax(q kᵀ + bias) v}. */
  static NDArray attend(NDArray q, NDArray k, NDArray v, NDArray bias) {
    return q.matMul(k.swapAxes(2, 3)).add(bias).softmax(3).matMul(v);
  }

  /** What is added to the scores: {@code (length, count)}, with ALiBi for each head another. */
  NDArray bias(NDArray q, NDArray k) {
    NDManager manager = q.getManager();
    DataType type = q.getDataType();
    int length = Math.toIntExact(q.getShape().get(2));
    int count = Math.toIntExact(k.getShape().get(2));
    NDArray to = manager.arange(count - length, count, 1, type).expandDims(1);
    NDArray from = manager.arange(0, count, 1, type).expandDims(0);
    NDArray distance = to.sub(from);
    NDArray bias = distance.zerosLike();
    if (causal) {
      bias = bias.add(distance.lt(0).toType(type, false).mul(NEVER));
    }
    if (window > 0) {
      bias = bias.add(distance.gte(window).toType(type, false).mul(NEVER));
    }
    if (positions == Positions.ALIBI) {
      NDArray slopes = manager.create(Alibi.slopes(heads)).toType(type, false);
      bias = bias.sub(distance.abs().mul(slopes.reshape(heads, 1, 1)));
    }
    return bias;
  }

  Shape emptyCache(int batch) {
    return new Shape(batch, kvHeads, 0, dimHead);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    Shape tokens = inputShapes[0];
    query.initialize(manager, dataType, tokens);
    key.initialize(manager, dataType, tokens);
    value.initialize(manager, dataType, tokens);
    result.initialize(
        manager, dataType, new Shape(tokens.get(0), tokens.get(1), (long) heads * dimHead));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape tokens = inputShapes[0];
    Shape y = new Shape(tokens.get(0), tokens.get(1), dim);
    if (inputShapes.length == 1) {
      return new Shape[] {y};
    }
    long count = inputShapes[1].get(2) + tokens.get(1);
    long kept = window > 0 ? Math.min(count, window - 1) : count;
    Shape keys = new Shape(tokens.get(0), kvHeads, kept, dimHead);
    return new Shape[] {y, keys, keys};
  }

  /** The options of an {@link Attention}. */
  public static final class Builder {

    private int dim;
    private int heads;
    private int kvHeads;
    private int dimHead;
    private Positions positions = Positions.ROTARY;
    private int rotaryDim;
    private boolean qkNorm;
    private boolean causal = true;
    private int window;
    private boolean flash;

    private Builder() {}

    /** Sets the size of the tokens; a {@link Decoder} sets it to its own. */
    public Builder setDim(int dim) {
      this.dim = dim;
      return this;
    }

    /** Sets the number of heads, that is of queries for each token. */
    public Builder setHeads(int heads) {
      this.heads = heads;
      return this;
    }

    /** Sets how many keys and values the heads share; one for each head if not set. */
    public Builder optKvHeads(int kvHeads) {
      this.kvHeads = kvHeads;
      return this;
    }

    /** Sets the size of each query, key and value; {@code dim / heads} if not set. */
    public Builder optDimHead(int dimHead) {
      this.dimHead = dimHead;
      return this;
    }

    /** Sets how attention knows the order of tokens; {@link Positions#ROTARY} if not set. */
    public Builder optPositions(Positions positions) {
      this.positions = positions;
      return this;
    }

    /** Sets how many features of queries and keys are rotated; all if not set. */
    public Builder optRotaryDim(int rotaryDim) {
      this.rotaryDim = rotaryDim;
      return this;
    }

    /**
     * Brings queries and keys to length one, then multiplies them by a learned scale for each head
     * and feature (arXiv:2010.04245).
     */
    public Builder optQkNorm(boolean qkNorm) {
      this.qkNorm = qkNorm;
      return this;
    }

    /** Sets whether tokens see only what came before, and themselves; true if not set. */
    public Builder optCausal(boolean causal) {
      this.causal = causal;
      return this;
    }

    /** Sets how many tokens each one sees at most, itself among them; all if not set. */
    public Builder optWindow(int window) {
      this.window = window;
      return this;
    }

    /**
     * Computes by libtorch's fused kernel, which never holds all scores, where gemini-torch is on
     * the class path; else, with a line of log, by the plain formula. False if not set.
     */
    public Builder optFlash(boolean flash) {
      this.flash = flash;
      return this;
    }

    /** Builds the block. */
    public Attention build() {
      return new Attention(this);
    }

    Positions positions() {
      return positions;
    }

    int window() {
      return window;
    }
  }
}
