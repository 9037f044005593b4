package gemini.multimodal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.loss.Loss;

/**
 * The mean cross-entropy of the next tokens, of text and of images.
 *
 * <p>Label: the id of the next token at each place, {@code (batch, length)}; {@link #IGNORED} where
 * nothing is to be learned. Predictions: those of {@link MultimodalTransformer}.
 */
public final class MultimodalLoss extends Loss {

  /** The label of a place that does not count. */
  public static final long IGNORED = -1;

  private final int textVocabulary;

  /** Makes a loss for a model with so many text tokens. */
  public MultimodalLoss(int textVocabulary) {
    super("loss");
    this.textVocabulary = textVocabulary;
  }

  @Override
  public NDArray evaluate(NDList labels, NDList predictions) {
    NDArray target = labels.singletonOrThrow();
    NDArray text = predictions.get(0);
    NDArray counted = target.neq(IGNORED).toType(text.getDataType(), false);
    NDArray surprise = surprise(text, target, 0);
    if (predictions.size() > 1) {
      surprise = surprise.add(surprise(predictions.get(1), target, textVocabulary));
    }
    return surprise.sum().div(counted.sum());
  }

  /** {@code -log p} of the targets that a head is responsible for; zero for the others. */
  private static NDArray surprise(NDArray scores, NDArray target, int first) {
    long count = scores.getShape().get(2);
    NDArray own = target.gte(first).logicalAnd(target.lt(first + count));
    NDArray index = target.sub(first).clip(0, count - 1).expandDims(2);
    NDArray logs = scores.logSoftmax(2).gather(index.toType(DataType.INT64, false), 2).squeeze(2);
    return logs.neg().mul(own.toType(scores.getDataType(), false));
  }
}
