package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.geminijava.runtime.device.Memory;

/**
 * What a rank shows to the others of its stage.
 *
 * @param array the value, or null if it has none
 * @param place where it is, and when it is computed
 * @param manager where arrays of that rank live
 */
record Shown(NDArray array, Transport.Place place, NDManager manager) {

  Memory memory() {
    return place.memory();
  }
}
