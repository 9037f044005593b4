package dev.geminijava.tests.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.GeminiConfigException;
import dev.geminijava.runtime.ParallelMode;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.transparency.Mode;
import dev.geminijava.tests.transparency.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Devices have limits: what fits on none is refused, and what is used is given back. */
class MemoryTest {

  private static final int WIDTH = 256;
  private static final int LAYERS = 8;

  // Weights, gradients and momentum of all layers take 6.3 MB.
  private static final long STATE = 3L * 4 * LAYERS * (WIDTH + 1) * WIDTH;

  private static SequentialBlock block() {
    SequentialBlock block = new SequentialBlock();
    for (int i = 0; i < LAYERS; i++) {
      block.add(Linear.builder().setUnits(WIDTH).build()).add(Activation::tanh);
    }
    return block;
  }

  private static GeminiConfig.Builder pipeline(int stages) {
    return GeminiConfig.builder()
        .mode(ParallelMode.PIPELINE)
        .pipelineDegree(stages)
        .microBatches(4)
        .quiet(true);
  }

  private static void train(GeminiConfig config, int steps) {
    try (Model model = GeminiModel.of(Model.newInstance("memory"), config)) {
      model.setBlock(block());
      try (Trainer trainer = model.newTrainer(Program.training(Loss.l2Loss()))) {
        trainer.initialize(Program.shape(4, WIDTH));
        for (int i = 0; i < steps; i++) {
          step(trainer);
        }
      }
    }
  }

  private static void step(Trainer trainer) {
    try (NDManager manager = trainer.getManager().newSubManager();
        GradientCollector collector = trainer.newGradientCollector()) {
      NDList data = new NDList(manager.arange(4f * WIDTH).sin().reshape(4, WIDTH));
      NDArray loss = trainer.getLoss().evaluate(data, trainer.forward(data));
      collector.backward(loss);
    }
    trainer.step();
  }

  @Test
  void modelThatFitsNoSingleDeviceRunsOnFour() {
    train(pipeline(4).deviceMemory(STATE / 2).build(), 3);
  }

  @Test
  void modelThatFitsNowhereIsRefusedBeforeTraining() {
    GeminiConfig config = pipeline(2).deviceMemory(STATE / 4).build();
    GeminiConfigException refused =
        assertThrows(GeminiConfigException.class, () -> train(config, 0));
    assertTrue(refused.getMessage().contains("6.0 MiB"), refused.getMessage());
    assertTrue(refused.getMessage().contains("2 devices of 1.5 MiB"), refused.getMessage());
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void fiftyStepsLeaveNoArraysBehind(Mode mode) {
    try (Model model = GeminiModel.of(Model.newInstance("memory"), mode.config())) {
      model.setBlock(
          new SequentialBlock()
              .add(Linear.builder().setUnits(WIDTH).build())
              .add(Activation::tanh)
              .add(Linear.builder().setUnits(WIDTH).build())
              .add(Activation::tanh)
              .add(Linear.builder().setUnits(WIDTH).build()));
      try (Trainer trainer = model.newTrainer(Program.training(Loss.l2Loss()))) {
        trainer.initialize(Program.shape(4, WIDTH));
        for (int i = 0; i < 5; i++) {
          step(trainer);
        }
        long before = arrays();
        for (int i = 0; i < 50; i++) {
          step(trainer);
        }
        assertEquals(before, arrays());
      }
    }
  }

  private static long arrays() {
    try (NDManager manager = NDManager.newBaseManager()) {
      return manager.getParentManager().getManagedArrays().size();
    }
  }
}
