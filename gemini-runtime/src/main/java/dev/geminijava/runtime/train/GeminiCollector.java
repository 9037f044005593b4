package dev.geminijava.runtime.train;

import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;

/** Takes a loss's gradient first through the program's own graph, then back through the stages. */
final class GeminiCollector implements GradientCollector {

  private final GradientCollector engine;
  private final GeminiTrainer trainer;

  GeminiCollector(GradientCollector engine, GeminiTrainer trainer) {
    this.engine = engine;
    this.trainer = trainer;
  }

  @Override
  public void backward(NDArray target) {
    if (!trainer.takeFinished()) {
      engine.backward(target);
      trainer.backward();
    }
  }

  @Override
  public void zeroGradients() {
    engine.zeroGradients();
  }

  @Override
  public void close() {
    trainer.endCollecting();
    engine.close();
  }
}
