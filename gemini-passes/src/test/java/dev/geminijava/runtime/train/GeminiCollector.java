package dev.geminijava.runtime.train;

import ai.djl.training.GradientCollector;

public final class GeminiCollector {

  private GeminiCollector() {}

  public static GradientCollector of(GradientCollector engine) {
    return engine;
  }
}
