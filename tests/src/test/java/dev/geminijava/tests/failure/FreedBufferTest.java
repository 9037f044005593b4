package dev.geminijava.tests.failure;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Models;
import dev.geminijava.tests.transparency.Mode;
import dev.geminijava.tests.transparency.Recording;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * DJL's arrays share a Java buffer with libtorch. BertBlock closes the one that holds 1/sqrt(d)
 * while the graph still needs it; a collection before backward then left garbage in the gradients,
 * on one device too.
 */
class FreedBufferTest {

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"NONE", "PIPELINE_2", "SHARDING_2"})
  void collectionsBetweenForwardAndBackward(Mode mode) {
    Recording calm = train(mode, false);
    Recording pressed = train(mode, true);
    pressed
        .numbers()
        .forEach(
            (name, numbers) -> assertTrue(Arrays.stream(numbers).allMatch(Double::isFinite), name));
    calm.assertSame(pressed);
  }

  private static Recording train(Mode mode, boolean pressed) {
    Engine.getInstance().setRandomSeed(7);
    Example example = Models.rewritten("BertPretraining");
    Recording recording = new Recording(DataType.FLOAT32);
    try (Model model = GeminiModel.of(Model.newInstance("bert"), mode.config())) {
      Block block = example.block();
      model.setBlock(block);
      try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(example.loss()));
          NDManager manager = model.getNDManager().newSubManager()) {
        NDList data = example.data(manager, 4);
        NDList labels = example.labels(manager, 4);
        trainer.initialize(data.stream().map(NDArray::getShape).toArray(Shape[]::new));
        for (int step = 0; step < 2; step++) {
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray loss = trainer.getLoss().evaluate(labels, trainer.forward(data));
            if (pressed) {
              collect();
            }
            collector.backward(loss);
            recording.addGradients(step, block);
          }
        }
      }
    }
    return recording;
  }

  private static void collect() {
    for (int round = 0; round < 5; round++) {
      System.gc();
      // Fills what was freed with something that no gradient looks like.
      for (int size = 4; size <= 1 << 16; size *= 4) {
        for (int i = 0; i < 50; i++) {
          ByteBuffer buffer = ByteBuffer.allocateDirect(size);
          while (buffer.hasRemaining()) {
            buffer.put((byte) 0xFF);
          }
        }
      }
    }
  }
}
