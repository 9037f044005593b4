package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.NativeArrays;
import java.util.function.Supplier;

/**
 * A handle on a table of many rows, such as one of words. A product with its transpose scores every
 * row: each rank scores its share of them, whoever wrote the product and wherever the table came
 * from. Everything else sees the table as it is.
 */
final class Table extends PtNDArray {

  private final Lane lane;
  private final Share share;
  private final Supplier<NDArray> rows;

  /**
   * A handle.
   *
   * @param full the parameter's array, {@code (rows, width)}
   * @param rows gives this rank's share of the rows
   */
  Table(Lane lane, PtNDArray full, Share share, Supplier<NDArray> rows) {
    super((PtNDManager) lane.manager(), NativeArrays.alias(full));
    this.lane = lane;
    this.share = share;
    this.rows = rows;
  }

  @Override
  public PtNDArray transpose() {
    return transposed(super.transpose());
  }

  @Override
  public PtNDArray transpose(int... axes) {
    return axes.length == 2 && axes[0] == 1 && axes[1] == 0
        ? transposed(super.transpose(axes))
        : super.transpose(axes);
  }

  @Override
  public PtNDArray swapAxes(int first, int second) {
    return Math.floorMod(first, 2) != Math.floorMod(second, 2)
        ? transposed(super.swapAxes(first, second))
        : super.swapAxes(first, second);
  }

  private PtNDArray transposed(PtNDArray all) {
    NDArray kept = Arrays.kept(all, all, lane.manager());
    return Scores.of(lane, rows.get().transpose(), share, () -> kept);
  }
}
