package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * An array in shares, gathered for layers that multiply it and need it no longer: until the ranks
 * meet again.
 *
 * @param whole the value, whose gradient flows to the shares though nothing keeps its memory
 * @param shares all ranks' shares outside the graph
 */
record Lent(NDArray whole, List<NDArray> shares) {

  /** Copies the list. */
  Lent {
    shares = List.copyOf(shares);
  }

  void close() {
    whole.close();
    shares.forEach(NDArray::close);
  }
}
