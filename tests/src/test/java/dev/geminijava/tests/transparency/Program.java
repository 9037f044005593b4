package dev.geminijava.tests.transparency;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.train.GeminiModel;

/** What a user does with a model, and what is written down of it. */
@FunctionalInterface
public interface Program {

  /** Trains or predicts, and records what came out. */
  void run(Model model, Recording recording) throws Exception;

  /** Runs the program over some devices, always from the same start. */
  default Recording over(GeminiConfig config, Block block) throws Exception {
    Engine.getInstance().setRandomSeed(7);
    Recording recording = new Recording(DataType.FLOAT32);
    try (Model model = GeminiModel.of(Model.newInstance("program"), config)) {
      model.setBlock(block);
      run(model, recording);
      recording.addParameters(block);
    }
    return recording;
  }

  /** A training configuration with the usual parts. */
  static DefaultTrainingConfig training(Loss loss) {
    return new DefaultTrainingConfig(loss)
        .optOptimizer(
            Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.03f)).optMomentum(0.9f).build())
        .optInitializer(Recording::draw, Parameter.Type.WEIGHT)
        .optInitializer(Recording::draw, Parameter.Type.BIAS);
  }

  /** A shape, written shortly. */
  static Shape shape(long... dimensions) {
    return new Shape(dimensions);
  }
}
