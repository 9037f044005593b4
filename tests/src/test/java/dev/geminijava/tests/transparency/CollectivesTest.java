package dev.geminijava.tests.transparency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Models;
import dev.geminijava.tests.model.Numbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often the ranks meet in one forward pass: communication is what splitting costs. */
class CollectivesTest {

  private static final Pattern ALL_REDUCE = Pattern.compile("\"name\":\"all-reduce ");
  private static final int RANKS = 2;

  @TempDir Path folder;

  @Test
  void aPairOfLinearLayersMeetsOnce() throws IOException {
    Made pair =
        () ->
            new SequentialBlock()
                .add(Linear.builder().setUnits(12).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(4).build());
    assertEquals(1, allReduces(pair, manager -> Numbers.wave(manager, 6, 8)));
  }

  @Test
  void djlsTransformerLayerMeetsTwice() throws IOException {
    Made layer = () -> new TransformerEncoderBlock(8, 2, 16, 0f, Activation::relu);
    assertEquals(2, allReduces(layer, manager -> Numbers.wave(manager, 6, 3, 8)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // Two layers of attention and feed-forward.
    "OwnAttention, 4",
    // Three layers of attention.
    "FusedAttention, 3",
    // Three layers of attention beside feed-forward, and two sums of other branches.
    "SummedBranches, 5",
    // Nine residual blocks of two convolutions each.
    "ZooResNet, 9",
    "ZooMobileNet, 8",
  })
  void modelsMeetAsOftenAs(String model, int times) throws IOException {
    Example example = Models.rewritten(model);
    assertEquals(times, allReduces(example::block, manager -> example.data(manager, 6).head()));
  }

  private interface Made {
    Block block();
  }

  /** What one more forward pass adds. */
  private long allReduces(Made made, Function<NDManager, NDArray> data) throws IOException {
    return (met(made.block(), data, 3) - met(made.block(), data, 2)) / RANKS;
  }

  private long met(Block block, Function<NDManager, NDArray> data, int passes) throws IOException {
    Path trace = folder.resolve("trace" + passes + ".json");
    try (Model model =
        GeminiModel.of(
            Model.newInstance("counted"), Mode.SHARDING_2.builder().trace(trace).build())) {
      model.setBlock(block);
      try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()));
          NDManager manager = model.getNDManager().newSubManager()) {
        NDList input = new NDList(data.apply(manager).toType(DataType.FLOAT32, false));
        trainer.initialize(input.stream().map(NDArray::getShape).toArray(Shape[]::new));
        for (int pass = 0; pass < passes; pass++) {
          trainer.evaluate(input);
        }
      }
    }
    return ALL_REDUCE.matcher(Files.readString(trace)).results().count();
  }
}
