package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * A collective that takes place when its result is first used, if ever. All ranks use it at the
 * same point of the program.
 */
final class Deferred implements Supplier<NDArray> {

  private final NDArray mine;
  private final Supplier<NDArray> meet;
  private NDArray result;

  Deferred(NDArray mine, Supplier<NDArray> meet) {
    this.mine = mine;
    this.meet = meet;
  }

  /** What this rank brings, alive as long as its stage's graph. */
  NDArray mine() {
    return mine;
  }

  @Override
  public NDArray get() {
    if (result == null) {
      result = meet.get();
    }
    return result;
  }
}
