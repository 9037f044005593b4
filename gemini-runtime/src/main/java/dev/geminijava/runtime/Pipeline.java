package dev.geminijava.runtime;

import ai.djl.ndarray.NDList;
import ai.djl.training.Trainer;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.train.GeminiTrainer;

/** What generated code calls to be pipelined. */
public final class Pipeline {

  private Pipeline() {}

  /**
   * Marks a place where the model may be cut into stages: a candidate, not a decision. Outside a
   * pipelined forward pass it does nothing.
   *
   * <p>If the plan cuts here, the calling thread goes on in the next stage when that stage's turn
   * comes. Values made before the cut, these and all others, follow on their first use.
   *
   * @param values the result of the layer before the cut
   * @return the same values
   */
  public static NDList cut(NDList values) {
    Lane lane = Lane.current();
    if (lane != null) {
      lane.cut();
    }
    return values;
  }

  /**
   * States what the compiler proved of the next {@code trainer.forward(data, labels)}: gradients
   * are asked for only of {@code trainer.getLoss().evaluate(labels, predictions)}, so that the loss
   * may be taken inside the last stage, micro-batch by micro-batch.
   *
   * @return the same trainer
   */
  public static Trainer lossFollows(Trainer trainer) {
    if (trainer instanceof GeminiTrainer parallel) {
      parallel.lossFollows();
    }
    return trainer;
  }
}
