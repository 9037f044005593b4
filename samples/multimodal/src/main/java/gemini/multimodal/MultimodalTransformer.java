package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A decoder over text, images, sounds and video. The token ids say where each of them stands: an
 * image, a sound or a clip takes the places of its modality's slots, in order. What comes out are
 * scores for the next text token and, where images are made, for the next image token.
 *
 * <p>Ids: text pieces, marks and slots are below {@code textVocabulary}; the image codes follow.
 *
 * <p>Inputs, in any order, told apart by their rank, all but the first as needed:
 *
 * <ul>
 *   <li>2: token ids, {@code (batch, length)}
 *   <li>5: images, {@code (batch, images, channels, height, width)}
 *   <li>3: sounds at 16 kHz, {@code (batch, sounds, samples)}
 *   <li>6: clips, {@code (batch, clips, frames, channels, height, width)}
 *   <li>4: keys and values of earlier tokens, as {@link Decoder} takes them
 * </ul>
 *
 * Outputs: text scores {@code (batch, length, textVocabulary)}; with image codes, scores {@code
 * (batch, length, imageCodes)}; where keys and values came in, those of all tokens so far.
 */
public final class MultimodalTransformer extends AbstractBlock {

  private final int dim;
  private final int textVocabulary;
  private final int imageCodes;
  private final Parameter table;
  private final Map<Modality, Block> encoders = new EnumMap<>(Modality.class);
  private final Map<Modality, Integer> slots = new EnumMap<>(Modality.class);
  private final Decoder decoder;
  private final Heads heads;

  private MultimodalTransformer(Builder builder) {
    dim = builder.dim;
    textVocabulary = builder.textVocabulary;
    imageCodes = builder.imageCodes;
    table =
        addParameter(
            Parameter.builder()
                .setName("table")
                .setType(Parameter.Type.WEIGHT)
                .optShape(new Shape(textVocabulary + imageCodes, dim))
                .build());
    if (builder.imageSide > 0) {
      add(Modality.IMAGE, builder, new ImageEncoder(builder.imageSide, builder.maxPatches, dim));
    }
    if (builder.audioFrames > 0) {
      add(Modality.AUDIO, builder, new AudioEncoder(builder.audioFrames, dim));
    }
    if (builder.videoSide > 0) {
      add(
          Modality.VIDEO,
          builder,
          new VideoEncoder(builder.videoSide, builder.maxPatches, builder.maxFrames, dim));
    }
    decoder = addChildBlock("decoder", builder.decoder.setDim(dim).build());
    heads = builder.tied ? null : addChildBlock("heads", new Heads(textVocabulary, imageCodes));
  }

  private void add(Modality modality, Builder builder, Block encoder) {
    encoders.put(modality, addChildBlock(modality.name().toLowerCase(Locale.ROOT), encoder));
    slots.put(modality, builder.slots.get(modality));
  }

  /** Starts the options of a transformer. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray ids = ofRank(inputs, 2).head();
    NDArray words = store.getValue(table, ids.getDevice(), training);
    NDArray x = Embedding.embedding(ids, words, SparseFormat.DENSE).head();
    for (Map.Entry<Modality, Block> entry : encoders.entrySet()) {
      NDList given = ofRank(inputs, entry.getKey().rank());
      if (!given.isEmpty()) {
        NDArray features = entry.getValue().forward(store, given, training).head();
        x = placed(x, ids.eq(slots.get(entry.getKey())), features);
      }
    }

    NDList seen = new NDList(x);
    seen.addAll(ofRank(inputs, 4));
    NDList outputs = decoder.forward(store, seen, training);
    NDList y = new NDList(outputs.head());
    NDList scores = heads == null ? tied(y.head(), words) : heads.forward(store, y, training);
    scores.addAll(outputs.subNDList(1));
    return scores;
  }

  private static NDList ofRank(NDList inputs, int rank) {
    NDList found = new NDList();
    for (NDArray input : inputs) {
      if (input.getShape().dimension() == rank) {
        found.add(input);
      }
    }
    return found;
  }

  /**
   * Puts features, one after the other, where slots are.
   *
   * @param x {@code (batch, length, dim)}
   * @param here where the slots are, {@code (batch, length)}
   * @param features {@code (batch, count, dim)}, at least as many as any sample has slots
   */
  private static NDArray placed(NDArray x, NDArray here, NDArray features) {
    NDArray order = here.toType(DataType.INT64, false).cumSum(1).sub(1).maximum(0);
    NDArray index = order.expandDims(2).repeat(2, features.getShape().get(2));
    NDArray mask = here.toType(x.getDataType(), false).expandDims(2);
    return x.mul(mask.neg().add(1)).add(features.gather(index, 1).mul(mask));
  }

  private NDList tied(NDArray y, NDArray words) {
    NDArray transposed = words.transpose();
    transposed.attach(y.getManager());
    NDArray all = y.matMul(transposed);
    return imageCodes == 0 ? new NDList(all) : all.split(new long[] {textVocabulary}, 2);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    Shape ids = ofRank(inputShapes, 2)[0];
    Shape x = new Shape(ids.get(0), ids.get(1), dim);
    encoders.forEach(
        (modality, encoder) -> {
          Shape[] given = ofRank(inputShapes, modality.rank());
          if (given.length == 0) {
            throw new IllegalArgumentException(
                "Give an example of " + modality + " to initialize with: its channels decide");
          }
          encoder.initialize(manager, dataType, given);
        });
    decoder.initialize(manager, dataType, x);
    if (heads != null) {
      heads.initialize(manager, dataType, x);
    }
  }

  private static Shape[] ofRank(Shape[] shapes, int rank) {
    return Arrays.stream(shapes).filter(s -> s.dimension() == rank).toArray(Shape[]::new);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    Shape ids = ofRank(inputShapes, 2)[0];
    Shape[] past = ofRank(inputShapes, 4);
    Shape[] seen = new Shape[1 + past.length];
    seen[0] = new Shape(ids.get(0), ids.get(1), dim);
    System.arraycopy(past, 0, seen, 1, past.length);
    Shape[] made = decoder.getOutputShapes(seen);
    List<Shape> outputs = new ArrayList<>();
    outputs.add(new Shape(ids.get(0), ids.get(1), textVocabulary));
    if (imageCodes > 0) {
      outputs.add(new Shape(ids.get(0), ids.get(1), imageCodes));
    }
    outputs.addAll(Arrays.asList(made).subList(1, made.length));
    return outputs.toArray(new Shape[0]);
  }

  /** The ids below this are text; the image codes begin here. */
  public int textVocabulary() {
    return textVocabulary;
  }

  /** How many image codes there are; 0 if no images are made. */
  public int imageCodes() {
    return imageCodes;
  }

  /** The keys and values of no tokens: what the first step of a generation goes on from. */
  public NDList emptyCache(NDManager manager, int batch) {
    return decoder.emptyCache(manager, batch);
  }

  /** The options of a {@link MultimodalTransformer}. */
  public static final class Builder {

    private int dim;
    private int textVocabulary;
    private int imageCodes;
    private Decoder.Builder decoder;
    private boolean tied;
    private int maxPatches = 16;
    private int imageSide;
    private int audioFrames;
    private int videoSide;
    private int maxFrames;
    private final Map<Modality, Integer> slots = new EnumMap<>(Modality.class);

    private Builder() {}

    /** Sets the size of the tokens. */
    public Builder setDim(int dim) {
      this.dim = dim;
      return this;
    }

    /** Sets how many text pieces, marks and slots there are. */
    public Builder setTextVocabulary(int textVocabulary) {
      this.textVocabulary = textVocabulary;
      return this;
    }

    /** Sets the layers. */
    public Builder setDecoder(Decoder.Builder decoder) {
      this.decoder = decoder;
      return this;
    }

    /** Sets how many codes an image to be made consists of may have; none are made if not set. */
    public Builder optImageCodes(int imageCodes) {
      this.imageCodes = imageCodes;
      return this;
    }

    /** Sets whether the heads are the transposed table of embeddings; false if not set. */
    public Builder optTied(boolean tied) {
      this.tied = tied;
      return this;
    }

    /** Sets how many patches a picture has at most in a row or column; 16 if not set. */
    public Builder optMaxPatches(int maxPatches) {
      this.maxPatches = maxPatches;
      return this;
    }

    /** Takes images, in patches of {@code side} pixels, for the slots with this id. */
    public Builder optImages(int slot, int side) {
      slots.put(Modality.IMAGE, slot);
      imageSide = side;
      return this;
    }

    /** Takes sounds, {@code frames} of 10 ms to a token, for the slots with this id. */
    public Builder optAudio(int slot, int frames) {
      slots.put(Modality.AUDIO, slot);
      audioFrames = frames;
      return this;
    }

    /** Takes clips of at most {@code frames}, in patches of {@code side} pixels. */
    public Builder optVideo(int slot, int side, int frames) {
      slots.put(Modality.VIDEO, slot);
      videoSide = side;
      maxFrames = frames;
      return this;
    }

    /** Builds the block. */
    public MultimodalTransformer build() {
      return new MultimodalTransformer(this);
    }
  }
}
