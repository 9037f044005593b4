package dev.geminijava.runtime;

import ai.djl.ndarray.NDList;
import ai.djl.training.Trainer;

public final class Pipeline {

  private Pipeline() {}

  public static NDList cut(NDList values) {
    return values;
  }

  public static Trainer lossFollows(Trainer trainer) {
    return trainer;
  }
}
