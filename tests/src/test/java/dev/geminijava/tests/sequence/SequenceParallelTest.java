package dev.geminijava.tests.sequence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.model.Dropouts;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Models;
import dev.geminijava.tests.model.Numbers;
import dev.geminijava.tests.transparency.Mode;
import dev.geminijava.tests.transparency.Optimizers;
import dev.geminijava.tests.transparency.Program;
import dev.geminijava.tests.transparency.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Between split layers each rank may keep its share of the sequence only. That changes where
 * numbers are, and no number: outputs, loss, every gradient, every parameter after the steps, and a
 * prediction afterwards.
 */
class SequenceParallelTest {

  private static final int BATCH = 6;

  @TempDir Path folder;

  private static GeminiConfig.Builder shared(Mode mode) {
    return mode.builder().sequenceParallel(true);
  }

  private static Stream<Arguments> over(Stream<String> models) {
    // Sequences of 3 and 5 over 2 and 3 ranks: most shares are uneven.
    List<Mode> modes = List.of(Mode.SHARDING_2, Mode.SHARDING_3, Mode.TWO_BY_TWO);
    return models.flatMap(model -> modes.stream().map(mode -> arguments(model, mode)));
  }

  static Stream<Arguments> typical() {
    return over(
        Stream.of("NormsByHand", "OwnAttention", "LibraryEncoder", "LanguageModel", "TimeMajor"));
  }

  static Stream<Arguments> all() {
    return over(Models.names().stream());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("typical")
  void trainsAsOnOneDevice(String model, Mode mode) {
    same(model, mode);
  }

  @Tag("slow")
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("all")
  void everyModelTrainsAsOnOneDevice(String model, Mode mode) {
    same(model, mode);
  }

  private static void same(String model, Mode mode) {
    Optimizers adam = Optimizers.ADAM;
    Recording.of(Models.written(model), adam.create(), Mode.NONE.config(), BATCH, 4)
        .assertSame(
            Recording.of(Models.rewritten(model), adam.create(), shared(mode).build(), BATCH, 4));
  }

  @ParameterizedTest
  @EnumSource(names = {"SHARDING_2", "SHARDING_3", "TWO_BY_TWO"})
  void aWholeBatchDropsWhatOneDeviceDrops(Mode mode) {
    GeminiConfig config = shared(mode).microBatches(1).build();
    for (Example example : List.of(dropping(Models.rewritten("NormsByHand")), LIBRARY_THAT_DROPS)) {
      Recording.of(example, Optimizers.SGD.create(), Mode.NONE.config(), BATCH, 4)
          .assertSame(Recording.of(example, Optimizers.SGD.create(), config, BATCH, 4));
    }
  }

  private static Example dropping(Example example) {
    return new Example() {
      @Override
      public Block block() {
        return Dropouts.set(example.block(), 0.4f);
      }

      @Override
      public NDList data(NDManager manager, int batch) {
        return example.data(manager, batch);
      }

      @Override
      public NDList labels(NDManager manager, int batch) {
        return example.labels(manager, batch);
      }
    };
  }

  /** DJL's own layers; heads, whose ranks draw for themselves, drop nothing. */
  private static final Example LIBRARY_THAT_DROPS =
      new Example() {
        @Override
        public Block block() {
          SequentialBlock block = new SequentialBlock();
          for (int i = 0; i < 2; i++) {
            TransformerEncoderBlock layer =
                new TransformerEncoderBlock(8, 4, 16, 0.4f, Activation::gelu);
            layer
                .getChildren()
                .values()
                .forEach(
                    child -> {
                      if (child instanceof ScaledDotProductAttentionBlock attention) {
                        Dropouts.set(attention, 0);
                      }
                    });
            block.add(layer);
          }
          return block.add(Linear.builder().setUnits(3).build());
        }

        @Override
        public NDList data(NDManager manager, int batch) {
          return new NDList(Numbers.wave(manager, batch, 5, 8));
        }

        @Override
        public NDList labels(NDManager manager, int batch) {
          return new NDList(Numbers.wave(manager, batch, 5, 3));
        }

        @Override
        public DataType dataType() {
          return DataType.FLOAT32;
        }
      };

  @Test
  void aLayerScattersAndGathersTwiceAndReducesNothing() throws IOException {
    Example example = Models.rewritten("NormsByHand");
    // Two layers. The input is whole; the last sum is gathered for the head, which is not split.
    assertEquals(
        Map.of("reduce-scatter", 4L, "all-gather", 4L, "all-reduce", 0L), onePass(example, true));
    assertEquals(
        Map.of("reduce-scatter", 0L, "all-gather", 0L, "all-reduce", 4L), onePass(example, false));
  }

  @Test
  void backwardDoesTheReverseAsOften() throws IOException {
    Map<String, Long> two = met(Models.rewritten("NormsByHand"), true, 2, true);
    Map<String, Long> added = new TreeMap<>(met(Models.rewritten("NormsByHand"), true, 3, true));
    added.replaceAll((name, count) -> (count - two.get(name)) / 2);
    assertEquals(Map.of("reduce-scatter", 8L, "all-gather", 8L, "all-reduce", 0L), added);
  }

  /** How often the ranks meet in one more forward pass. */
  private Map<String, Long> onePass(Example example, boolean shared) throws IOException {
    Map<String, Long> two = met(example, shared, 2, false);
    Map<String, Long> added = new TreeMap<>(met(example, shared, 3, false));
    added.replaceAll((name, count) -> (count - two.get(name)) / 2);
    return added;
  }

  private Map<String, Long> met(Example example, boolean shared, int passes, boolean training)
      throws IOException {
    Path trace = folder.resolve("trace.json");
    GeminiConfig config = Mode.SHARDING_2.builder().sequenceParallel(shared).trace(trace).build();
    try (Model model = GeminiModel.of(Model.newInstance("counted"), config)) {
      model.setBlock(example.block());
      try (Trainer trainer = model.newTrainer(Program.training(Loss.l2Loss()));
          NDManager manager = model.getNDManager().newSubManager()) {
        NDList data = Recording.cast(example.data(manager, BATCH), DataType.FLOAT32);
        NDList labels = Recording.cast(example.labels(manager, BATCH), DataType.FLOAT32);
        trainer.initialize(data.getShapes());
        for (int pass = 0; pass < passes; pass++) {
          if (!training) {
            trainer.evaluate(data);
            continue;
          }
          try (GradientCollector collector = trainer.newGradientCollector()) {
            collector.backward(trainer.getLoss().evaluate(labels, trainer.forward(data)));
          }
          trainer.step();
        }
      }
    }
    String text = Files.readString(trace);
    Map<String, Long> counts = new TreeMap<>();
    for (String name : List.of("all-reduce", "reduce-scatter", "all-gather")) {
      counts.put(name, Pattern.compile("\"name\":\"" + name).matcher(text).results().count());
    }
    return counts;
  }
}
