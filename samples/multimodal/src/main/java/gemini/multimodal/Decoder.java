package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.List;

/**
 * A stack of transformer layers with a norm at its end.
 *
 * <p>Inputs: the tokens {@code (batch, length, dim)}; to go on after earlier tokens, also the keys
 * and values of every layer, first to last, as {@link Attention} takes them. Outputs: {@code
 * (batch, length, dim)}; where keys and values came in, also the longer ones, in the same order.
 */
public final class Decoder extends AbstractBlock {

  private final int dim;
  private final Parameter places;
  private final List<TransformerLayer> layers = new ArrayList<>();
  private final Block norm;

  private Decoder(Builder builder) {
    dim = builder.dim;
    builder.check();
    places = builder.maxLength > 0 ? addPlaces(builder.maxLength) : null;
    for (int i = 0; i < builder.depth; i++) {
      Attention attention = builder.attention.setDim(dim).build();
      FeedForward feedForward = builder.feedForward.setDim(dim).build();
      layers.add(
          addChildBlock(
              "layer" + i,
              new TransformerLayer(dim, builder.norm, attention, feedForward, builder.dropout)));
    }
    norm = addChildBlock("norm", builder.norm.over(dim));
  }

  private Parameter addPlaces(int maxLength) {
    return addParameter(
        Parameter.builder()
            .setName("places")
            .setType(Parameter.Type.WEIGHT)
            .optShape(new Shape(maxLength, dim))
            .build());
  }

  /** Starts the options of a decoder. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray x = inputs.head();
    boolean cached = inputs.size() > 1;
    if (places != null) {
      long first = cached ? inputs.get(1).getShape().get(2) : 0;
      long end = first + x.getShape().get(1);
      NDArray table = store.getValue(places, x.getDevice(), training);
      NDArray place = table.get(new NDIndex("{}:{}", first, end));
      place.attach(x.getManager());
      x = x.add(place);
    }
    NDList outputs = new NDList();
    for (int i = 0; i < layers.size(); i++) {
      NDList seen = new NDList(x);
      if (cached) {
        seen.add(inputs.get(2 * i + 1));
        seen.add(inputs.get(2 * i + 2));
      }
      NDList made = layers.get(i).forward(store, seen, training);
      x = made.head();
      outputs.addAll(made.subNDList(1));
    }
    outputs.add(0, norm.forward(store, new NDList(x), training).head());
    return outputs;
  }

  /** The keys and values of no tokens, {@code (batch, kvHeads, 0, dimHead)} for every layer. */
  public NDList emptyCache(NDManager manager, int batch) {
    NDList cache = new NDList();
    for (TransformerLayer layer : layers) {
      Shape shape = layer.attention().emptyCache(batch);
      cache.add(manager.zeros(shape));
      cache.add(manager.zeros(shape));
    }
    return cache;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    for (Block child : getChildren().values()) {
      child.initialize(manager, dataType, inputShapes[0]);
    }
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape[] outputs = inputShapes.clone();
    for (int i = 0; 2 * i + 1 < inputShapes.length; i++) {
      Shape[] one = {inputShapes[0], inputShapes[2 * i + 1], inputShapes[2 * i + 2]};
      Shape[] made = layers.get(i).getOutputShapes(one);
      outputs[2 * i + 1] = made[1];
      outputs[2 * i + 2] = made[2];
    }
    return outputs;
  }

  /** The options of a {@link Decoder}. */
  public static final class Builder {

    private int dim;
    private int depth;
    private int maxLength;
    private Norm norm = Norm.RMS;
    private Attention.Builder attention;
    private FeedForward.Builder feedForward = FeedForward.builder();
    private float dropout;

    private Builder() {}

    /** Sets the size of the tokens. */
    public Builder setDim(int dim) {
      this.dim = dim;
      return this;
    }

    /** Sets the number of layers. */
    public Builder setDepth(int depth) {
      this.depth = depth;
      return this;
    }

    /** Sets the attention of every layer. */
    public Builder setAttention(Attention.Builder attention) {
      this.attention = attention;
      return this;
    }

    /** Sets the feed-forward of every layer; GELU with four times {@code dim} if not set. */
    public Builder optFeedForward(FeedForward.Builder feedForward) {
      this.feedForward = feedForward;
      return this;
    }

    /** Sets the longest input for {@link Positions#LEARNED}, which needs it. */
    public Builder optMaxLength(int maxLength) {
      this.maxLength = maxLength;
      return this;
    }

    /** Sets the norm; {@link Norm#RMS} if not set. */
    public Builder optNorm(Norm norm) {
      this.norm = norm;
      return this;
    }

    /** Sets how much is dropped in training, from 0 to 1; nothing if not set. */
    public Builder optDropout(float dropout) {
      this.dropout = dropout;
      return this;
    }

    private void check() {
      boolean learned = attention.positions() == Positions.LEARNED;
      if (learned != maxLength > 0) {
        throw new IllegalArgumentException(
            learned ? "Learned positions need maxLength" : "maxLength is for learned positions");
      }
      if (learned && attention.window() > 0) {
        throw new IllegalArgumentException(
            "Learned positions count from the first token, which a window forgets");
      }
    }

    /** Builds the block. */
    public Decoder build() {
      return new Decoder(this);
    }
  }
}
