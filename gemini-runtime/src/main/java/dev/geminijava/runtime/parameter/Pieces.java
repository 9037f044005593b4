package dev.geminijava.runtime.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.NativeArrays;
import dev.geminijava.runtime.exec.Arrays;
import dev.geminijava.runtime.exec.Split;

/**
 * One parameter, split along an axis over the ranks of a stage.
 *
 * <p>On virtual devices, which share the machine's memory, a piece is a window on the full array:
 * nothing is held twice, the full array is always up to date, and checkpoints are DJL's own. Each
 * piece is a leaf with its own gradient and optimizer state.
 *
 * @param full the parameter's array
 * @param place where its memory was when the windows were made
 * @param split which axis is split, and how
 * @param arrays the windows, in rank order
 */
record Pieces(NDArray full, int place, Split.Along split, NDArray[] arrays) {

  static Pieces of(NDArray full, Split.Along split, NDManager manager) {
    int ranks = split.share().ranks();
    boolean gradMode = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try (NDManager scope = manager.newSubManager()) {
      NDArray base = Arrays.detached(full, scope);
      NDArray[] arrays = new NDArray[ranks];
      for (int r = 0; r < ranks; r++) {
        NDArray window = split.window(base, r);
        arrays[r] = Arrays.detached(window, manager);
        arrays[r].setRequiresGradient(full.hasGradient());
      }
      return new Pieces(full, NativeArrays.place((PtNDArray) full), split, arrays);
    } finally {
      JniUtils.setGradMode(gradMode);
    }
  }

  /** True if their model is closed. */
  boolean isClosed() {
    return arrays[0].isReleased() || full.isReleased();
  }

  /** True if the program gave the full array other memory, as {@code NDArray.set} does. */
  boolean isStale() {
    return NativeArrays.place((PtNDArray) full) != place;
  }

  /** Follows the full array, which the program may freeze and thaw. */
  void follow() {
    boolean trained = full.hasGradient();
    for (NDArray piece : arrays) {
      if (piece.hasGradient() != trained) {
        piece.setRequiresGradient(trained);
      }
    }
  }

  /** Moves the pieces' gradients into the full array's, where the program can see and change it. */
  void gather() {
    if (!full.hasGradient()) {
      return;
    }
    NDList gradients = new NDList();
    boolean any = false;
    try (NDManager scope = full.getManager().newSubManager()) {
      for (NDArray piece : arrays) {
        NDArray gradient = Arrays.gradient(piece);
        any |= gradient != null;
        NDArray part = gradient == null ? piece.zerosLike() : gradient;
        part.attach(scope);
        gradients.add(part);
      }
      if (!any) {
        return;
      }
      NDArray whole = NDArrays.concat(gradients, split.pieceAxis()).reshape(full.getShape());
      whole.attach(scope);
      accumulate(full, whole);
      for (NDArray piece : arrays) {
        JniUtils.zeroGrad((PtNDArray) piece);
      }
    }
  }

  /** Moves what the full array's gradient holds to the pieces; the inverse of {@link #gather}. */
  void scatter() {
    NDArray gradient = full.hasGradient() ? Arrays.gradient(full) : null;
    if (gradient == null) {
      return;
    }
    try (NDManager scope = full.getManager().newSubManager()) {
      gradient.attach(scope);
      for (int r = 0; r < arrays.length; r++) {
        NDArray part = split.window(gradient, r);
        part.attach(scope);
        accumulate(arrays[r], part);
      }
      JniUtils.zeroGrad((PtNDArray) full);
    }
  }

  // Backward from a leaf adds the seed to the leaf's own gradient.
  private static void accumulate(NDArray leaf, NDArray gradient) {
    JniUtils.backward((PtNDArray) leaf, (PtNDArray) gradient, false, false);
  }
}
