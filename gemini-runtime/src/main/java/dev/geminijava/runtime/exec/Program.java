package dev.geminijava.runtime.exec;

import ai.djl.ndarray.NDList;

/** The forward pass that the lanes run: the model's own code. */
@FunctionalInterface
public interface Program {

  /**
   * Runs forward once.
   *
   * @param data the inputs of one micro-batch
   * @param labels its labels, or null if the program was called without
   */
  NDList forward(NDList data, NDList labels);
}
