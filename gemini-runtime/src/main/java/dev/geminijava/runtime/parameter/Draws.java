package dev.geminijava.runtime.parameter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.exec.SplitArray;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

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

  /**
   * Drops the same values of a replicated array on every rank; those of its shares, if it is in
   * shares, that a whole would lose.
   *
   * @param draw drops values of an array of ones
   */
  public static PtNDArray dropped(Lane lane, PtNDArray array, UnaryOperator<PtNDArray> draw) {
    Optional<SplitArray> shares =
        SplitArray.unsettled(array).filter(split -> split.axis() < lastAxis(array));
    if (shares.isEmpty()) {
      SplitArray.settle(array);
    }
    PtNDArray mask = null;
    if (lane.rank() == 0) {
      boolean gradMode = JniUtils.isGradMode();
      JniUtils.setGradMode(false);
      try {
        PtNDArray ones =
            lane.passing(
                () -> (PtNDArray) lane.manager().ones(array.getShape(), array.getDataType()));
        Supplier<PtNDArray> drawn = () -> lane.alone(() -> draw.apply(ones));
        mask = shares.isPresent() ? lane.passing(drawn) : drawn.get();
        ones.close();
      } finally {
        JniUtils.setGradMode(gradMode);
      }
    }
    String what = "a dropout mask " + array.getShape();
    if (shares.isEmpty()) {
      return (PtNDArray) array.mul(lane.exchange(what, mask)[0]);
    }
    NDArray share = lane.scattered(what, mask, shares.get().share(), shares.get().axis());
    if (mask != null) {
      mask.close();
    }
    return (PtNDArray)
        array.mul(SplitArray.of(lane, share, shares.get().share(), shares.get().axis()));
  }

  private static int lastAxis(NDArray array) {
    return array.getShape().dimension() - 1;
  }
}
