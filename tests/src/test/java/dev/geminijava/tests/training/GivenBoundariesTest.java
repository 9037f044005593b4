package dev.geminijava.tests.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.ParallelMode;
import dev.geminijava.runtime.device.Memory;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.transparency.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model that is too large for one device can be trained if the cuts are given: no batch runs as a
 * whole on one device, neither the first nor those that find out whether batches may be divided.
 */
class GivenBoundariesTest {

  @Test
  void everyLayerRunsInItsOwnStageFromTheFirst(@TempDir Path directory) throws IOException {
    Path plan = directory.resolve("plan");
    Files.writeString(plan, "boundaries=1\nmicro-batches=2\n");
    GeminiConfig config =
        GeminiConfig.builder()
            .mode(ParallelMode.PIPELINE)
            .devices("apart:2")
            .plan(plan)
            .quiet(true)
            .build();
    Queue<List<Memory>> first = new ConcurrentLinkedQueue<>();
    Queue<List<Memory>> last = new ConcurrentLinkedQueue<>();
    SequentialBlock chain =
        new SequentialBlock()
            .add(list -> noted(list, first))
            .add(Linear.builder().setUnits(6).build())
            .add(Linear.builder().setUnits(6).build())
            .add(Linear.builder().setUnits(6).build())
            .add(list -> noted(list, last));
    try (Model model = GeminiModel.of(Model.newInstance("large"), config)) {
      model.setBlock(chain);
      try (Trainer trainer = model.newTrainer(Program.training(Loss.l2Loss()))) {
        trainer.initialize(Program.shape(6, 6));
        step(trainer);
      }
    }
    // One micro-batch whole, two divided, two trained.
    assertEquals(5, last.size());
    assertEquals(Set.of(List.of(new Memory.Apart(0))), Set.copyOf(first));
    assertEquals(Set.of(List.of(new Memory.Apart(1))), Set.copyOf(last));
  }

  private static NDList noted(NDList list, Queue<List<Memory>> memories) {
    Lane lane = Lane.current();
    if (lane != null) {
      memories.add(lane.memories());
    }
    return list;
  }

  private static void step(Trainer trainer) {
    try (NDManager manager = trainer.getManager().newSubManager();
        GradientCollector collector = trainer.newGradientCollector()) {
      NDList data = new NDList(manager.arange(36f).sin().reshape(6, 6));
      NDArray loss = trainer.getLoss().evaluate(data, trainer.forward(data));
      collector.backward(loss);
      trainer.step();
      assertTrue(Float.isFinite(loss.getFloat()));
    }
  }
}
