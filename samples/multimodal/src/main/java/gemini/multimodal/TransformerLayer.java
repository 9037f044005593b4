package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * One layer, with norms before its parts: {@code x + attention(norm(x))}, then {@code x +
 * feedForward(norm(x))}.
 *
 * <p>Inputs and outputs are those of {@link Attention}.
 */
public final class TransformerLayer extends AbstractBlock {

  private final Block attentionNorm;
  private final Attention attention;
  private final Dropout attentionDropout;
  private final Block feedForwardNorm;
  private final FeedForward feedForward;
  private final Dropout feedForwardDropout;

  /**
   * Makes a layer.
   *
   * @param dim the size of the tokens
   * @param norm what is done to the tokens before each part
   * @param attention the first part
   * @param feedForward the second part
   * @param dropout how many of each part's results are dropped in training, from 0 to 1
   */
  public TransformerLayer(
      int dim, Norm norm, Attention attention, FeedForward feedForward, float dropout) {
    attentionNorm = addChildBlock("attentionNorm", norm.over(dim));
    this.attention = addChildBlock("attention", attention);
    attentionDropout =
        addChildBlock("attentionDropout", Dropout.builder().optRate(dropout).build());
    feedForwardNorm = addChildBlock("feedForwardNorm", norm.over(dim));
    this.feedForward = addChildBlock("feedForward", feedForward);
    feedForwardDropout =
        addChildBlock("feedForwardDropout", Dropout.builder().optRate(dropout).build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray x = inputs.head();
    NDList seen = attentionNorm.forward(store, new NDList(x), training);
    seen.addAll(inputs.subNDList(1));
    NDList attended = attention.forward(store, seen, training);
    NDList kept = attentionDropout.forward(store, new NDList(attended.head()), training);
    x = x.add(kept.head());

    NDList normal = feedForwardNorm.forward(store, new NDList(x), training);
    NDList thought = feedForward.forward(store, normal, training);
    NDList outputs = new NDList(x.add(feedForwardDropout.forward(store, thought, training).head()));
    outputs.addAll(attended.subNDList(1));
    return outputs;
  }

  Attention attention() {
    return attention;
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    Shape x = inputShapes[0];
    for (Block child : getChildren().values()) {
      child.initialize(manager, dataType, x);
    }
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputShapes) {
    return attention.getOutputShapes(inputShapes);
  }
}
