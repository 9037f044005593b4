package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** One of a micro-batch's outputs: a value that all ranks have, or every rank's part of it. */
public final class Exit {

  private final Share share;
  private final int axis;
  private final Export[] exports;
  private final NDArray[] values;

  /**
   * An output that no rank has given yet.
   *
   * @param share how an axis of it is shared out; null if rank 0 has all of it
   */
  Exit(Share share, int axis) {
    this.share = share;
    this.axis = axis;
    exports = new Export[share == null ? 1 : share.ranks()];
    values = new NDArray[exports.length];
  }

  /**
   * Takes what a rank gives.
   *
   * @param value the export's value as it outlives the step
   */
  void give(int rank, Export export, NDArray value) {
    exports[rank] = export;
    values[rank] = value;
  }

  /** What parts of this output, or rank 0's value, make up. */
  public NDArray join(List<NDArray> parts) {
    return share == null ? parts.get(0) : SplitArray.of(parts, share, axis);
  }

  /** The output or its parts, outside the graph. */
  public List<NDArray> values() {
    return List.of(values);
  }

  /** Where the output or its parts left their graphs. */
  public List<Export> exports() {
    return List.of(exports);
  }

  /** The output as one array. */
  NDArray value() {
    return join(values());
  }
}
