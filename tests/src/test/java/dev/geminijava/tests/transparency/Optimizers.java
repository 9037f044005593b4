package dev.geminijava.tests.transparency;

import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

/** The optimizers that every model is trained with: one without state, one with. */
public enum Optimizers {
  SGD {
    @Override
    public Optimizer create() {
      return Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.05f)).build();
    }
  },
  ADAM {
    @Override
    public Optimizer create() {
      // A gradient that is zero but for rounding must not move its parameter by a full step.
      return Adam.builder().optLearningRateTracker(Tracker.fixed(0.01f)).optEpsilon(1e-3f).build();
    }
  };

  /** A new optimizer without history. */
  public abstract Optimizer create();
}
