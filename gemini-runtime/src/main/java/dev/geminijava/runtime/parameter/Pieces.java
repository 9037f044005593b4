package dev.geminijava.runtime.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.geminijava.runtime.exec.Split;

/**
 * One parameter as the ranks of a stage hold it. Each piece is a leaf with its own gradient and
 * optimizer state; the full array stays what the program sees and what checkpoints hold.
 */
sealed interface Pieces permits Windows, Residents {

  /** The parameter's own array. */
  NDArray full();

  /** How it is split. */
  Split split();

  /** The pieces, in rank order; ranks of one memory may share one. */
  NDArray[] arrays();

  /** True if their model is closed. */
  boolean isClosed();

  /** True if the program gave the full array other memory, as {@code NDArray.set} does. */
  boolean isStale();

  /** Moves the pieces' gradients into the full array's, where the program can see and change it. */
  void gather();

  /** Moves what the full array's gradient holds to the pieces; the inverse of {@link #gather}. */
  void scatter();

  /** Writes the pieces' values into the full array. */
  void publish();

  /** Takes the pieces' values from the full array. */
  void refresh();

  /** Follows the full array, which the program may freeze and thaw. */
  default void follow() {
    boolean trained = full().hasGradient();
    for (NDArray piece : arrays()) {
      if (piece.hasGradient() != trained) {
        piece.setRequiresGradient(trained);
      }
    }
  }

  /** Backward from a leaf adds the seed to the leaf's own gradient. */
  static void accumulate(NDArray leaf, NDArray gradient) {
    JniUtils.backward((PtNDArray) leaf, (PtNDArray) gradient, false, false);
  }
}
