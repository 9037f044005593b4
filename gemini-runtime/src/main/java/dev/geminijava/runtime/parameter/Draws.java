package dev.geminijava.runtime.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.exec.SplitArray;
import java.util.function.Supplier;

/**
 * Random numbers on replicated ranks: a replicated value is one value, so rank 0 draws for all. It
 * draws as a single-device run would, in the same order.
 */
public final class Draws {

  private Draws() {}

  /** The same random array on every rank. */
  public static PtNDArray shared(Lane lane, NDManager manager, Supplier<PtNDArray> draw) {
    PtNDArray mine = lane.rank() == 0 ? draw.get() : null;
    NDArray[] all = lane.exchange("a random array", mine);
    if (lane.rank() == 0) {
      return mine;
    }
    // A copy, because the program may go on to change it in place.
    NDArray copy = all[0].duplicate();
    copy.attach(manager);
    return (PtNDArray) copy;
  }

  /** Drops the same values of a replicated array on every rank. */
  public static PtNDArray sharedMask(Lane lane, NDArray array, Supplier<PtNDArray> draw) {
    SplitArray.settle(array);
    NDArray mask = null;
    if (lane.rank() == 0) {
      boolean gradMode = JniUtils.isGradMode();
      JniUtils.setGradMode(false);
      try {
        mask = lane.alone(draw);
      } finally {
        JniUtils.setGradMode(gradMode);
      }
    }
    NDArray[] all = lane.exchange("a dropout mask " + array.getShape(), mask);
    return (PtNDArray) array.mul(all[0]);
  }
}
