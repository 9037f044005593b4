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
 * Pieces of one parameter on devices that share the program's memory: windows on the full array.
 * Nothing is held twice, the full array is always up to date, and checkpoints are DJL's own. Each
 * piece is a leaf with its own gradient and optimizer state.
 *
 * @param full the parameter's array
 * @param place where its memory was when the windows were made
 * @param split which axis is split, and how
 * @param arrays the windows, in rank order
 */
record Windows(NDArray full, int place, Split.Along split, NDArray[] arrays) implements Pieces {

  static Windows of(NDArray full, Split.Along split, NDManager manager) {
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
      return new Windows(full, NativeArrays.place((PtNDArray) full), split, arrays);
    } finally {
      JniUtils.setGradMode(gradMode);
    }
  }

  @Override
  public boolean isClosed() {
    return arrays[0].isReleased() || full.isReleased();
  }

  @Override
  public boolean isStale() {
    return NativeArrays.place((PtNDArray) full) != place;
  }

  @Override
  public void gather() {
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
      Pieces.accumulate(full, whole);
      for (NDArray piece : arrays) {
        JniUtils.zeroGrad((PtNDArray) piece);
      }
    }
  }

  @Override
  public void scatter() {
    NDArray gradient = full.hasGradient() ? Arrays.gradient(full) : null;
    if (gradient == null) {
      return;
    }
    try (NDManager scope = full.getManager().newSubManager()) {
      gradient.attach(scope);
      for (int r = 0; r < arrays.length; r++) {
        NDArray part = split.window(gradient, r);
        part.attach(scope);
        Pieces.accumulate(arrays[r], part);
      }
      JniUtils.zeroGrad((PtNDArray) full);
    }
  }

  @Override
  public void publish() {}

  @Override
  public void refresh() {}
}
