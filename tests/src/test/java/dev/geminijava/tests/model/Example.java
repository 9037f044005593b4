package dev.geminijava.tests.model;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.training.loss.Loss;

/** A model as a user would write it, with data to train it on. */
public interface Example {

  /** A new, uninitialised block. */
  Block block();

  /** Inputs of so many samples; the same ones each time. */
  NDList data(NDManager manager, int batch);

  /** Their labels. */
  NDList labels(NDManager manager, int batch);

  /** Told once the block's parameters are drawn. */
  default void initialized(Block block) {}

  /** What is minimised. */
  default Loss loss() {
    return Loss.l2Loss();
  }

  /** Double precision, so that rounding hides no mistake, wherever DJL's blocks can take it. */
  default DataType dataType() {
    return DataType.FLOAT64;
  }
}
