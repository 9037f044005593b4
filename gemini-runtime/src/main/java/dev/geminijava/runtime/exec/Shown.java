package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.geminijava.runtime.device.Memory;
import java.util.function.UnaryOperator;

/**
 * What a rank shows to the others of its stage.
 *
 * @param array the value, or null if it has none
 * @param place where it is, and when it is computed
 * @param manager where arrays of that rank live
 */
record Shown(NDArray array, Transport.Place place, NDManager manager) {

  /** A part of it. */
  Shown part(UnaryOperator<NDArray> part) {
    return new Shown(part.apply(array), place, manager);
  }

  /** Its size. */
  long bytes() {
    return array == null ? 0 : Arrays.bytes(array);
  }

  Memory memory() {
    return place.memory();
  }
}
