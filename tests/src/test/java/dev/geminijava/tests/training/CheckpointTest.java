package dev.geminijava.tests.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.model.Numbers;
import dev.geminijava.tests.transparency.Mode;
import dev.geminijava.tests.transparency.Recording;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checkpoints are DJL's own files: what one run saves, any other loads, and goes on from. */
class CheckpointTest {

  private static final String FILE = "net-0000.params";

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void parallelRunsSaveTheBytesThatOneDeviceSaves(Mode mode) throws Exception {
    Path parallel = directory.resolve("parallel");
    Path single = directory.resolve("single");
    try (Model model = model(mode)) {
      train(model, 2);
      model.save(parallel, "net");
    }
    try (Model model = model(Mode.NONE)) {
      model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, new Shape(5, 8));
      model.load(parallel, "net");
      model.save(single, "net");
    }
    assertArrayEquals(
        Files.readAllBytes(single.resolve(FILE)), Files.readAllBytes(parallel.resolve(FILE)));
    assertEquals(List.of(FILE), names(parallel));
  }

  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void eitherGoesOnFromTheOthersFile(Mode mode) throws Exception {
    Path start = directory.resolve("start");
    try (Model model = model(Mode.NONE)) {
      train(model, 2);
      model.save(start, "net");
    }
    Path parallel = directory.resolve("parallel");
    try (Model model = model(mode)) {
      model.load(start, "net");
      train(model, 3);
      model.save(parallel, "net");
    }
    Recording expected = new Recording(DataType.FLOAT32);
    try (Model model = model(Mode.NONE)) {
      model.load(start, "net");
      train(model, 3);
      expected.addParameters(model.getBlock());
    }
    Recording actual = new Recording(DataType.FLOAT32);
    try (Model model = model(Mode.NONE)) {
      model.load(parallel, "net");
      actual.addParameters(model.getBlock());
    }
    expected.assertSame(actual);
  }

  /** Fails in the middle of being written, as on a full disk. */
  private static final class Unwritable extends SequentialBlock {
    boolean armed;

    @Override
    public void saveParameters(DataOutputStream out) throws IOException {
      if (armed) {
        throw new IOException("no space left on device");
      }
      super.saveParameters(out);
    }
  }

  @Test
  void failedSaveLeavesTheLastCheckpointWhole() throws Exception {
    try (Model model = GeminiModel.of(Model.newInstance("net"), Mode.PIPELINE_2.config())) {
      Unwritable block = new Unwritable();
      fill(block);
      model.setBlock(block);
      model.setProperty("Epoch", "0");
      train(model, 1);
      model.save(directory, "net");
      byte[] whole = Files.readAllBytes(directory.resolve(FILE));
      train(model, 1);
      block.armed = true;
      assertThrows(IOException.class, () -> model.save(directory, "net"));
      assertArrayEquals(whole, Files.readAllBytes(directory.resolve(FILE)));
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static void fill(SequentialBlock block) {
    for (int width : new int[] {8, 12, 8}) {
      block.add(Linear.builder().setUnits(width).build()).add(Activation::tanh);
    }
  }

  private static Model model(Mode mode) {
    Model model = GeminiModel.of(Model.newInstance("net"), mode.config());
    SequentialBlock block = new SequentialBlock();
    fill(block);
    model.setBlock(block);
    model.setProperty("Epoch", "0");
    return model;
  }

  private static void train(Model model, int steps) {
    Optimizer sgd = Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.1f)).build();
    try (Trainer trainer =
            model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()).optOptimizer(sgd));
        NDManager manager = model.getNDManager().newSubManager()) {
      NDArray data = Numbers.wave(manager, 5, 8).toType(DataType.FLOAT32, false);
      trainer.initialize(data.getShape());
      for (int step = 0; step < steps; step++) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
          NDList out = trainer.forward(new NDList(data));
          collector.backward(trainer.getLoss().evaluate(new NDList(data), out));
        }
        trainer.step();
      }
    }
  }
}
