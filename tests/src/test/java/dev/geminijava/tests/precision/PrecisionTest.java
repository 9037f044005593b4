package dev.geminijava.tests.precision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.Precision;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Models;
import dev.geminijava.tests.transparency.Mode;
import dev.geminijava.tests.transparency.Optimizers;
import dev.geminijava.tests.transparency.Recording;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Factors in bfloat16: products are those of rounded numbers, and everything else is exact. */
class PrecisionTest {

  /** Half of the last of 8 bits, at most. */
  private static final double ROUNDING = 1.0 / 256;

  private static final float RATE = 0.125f;

  /** A model's numbers in single precision, whatever its author prefers. */
  private record Single(Example example) implements Example {
    @Override
    public Block block() {
      return example.block();
    }

    @Override
    public NDList data(NDManager manager, int batch) {
      return example.data(manager, batch);
    }

    @Override
    public NDList labels(NDManager manager, int batch) {
      return example.labels(manager, batch);
    }

    @Override
    public void initialized(Block block) {
      example.initialized(block);
    }

    @Override
    public Loss loss() {
      return example.loss();
    }

    @Override
    public DataType dataType() {
      return DataType.FLOAT32;
    }
  }

  static Stream<Arguments> cases() {
    return Stream.of(
            "OwnAttention",
            "LibraryEncoder",
            "TiedLanguageModel",
            "ResidualLayers",
            "GroupedQueries")
        .flatMap(
            model ->
                Stream.of(
                    arguments(model, bf16(Mode.PIPELINE_3).build()),
                    arguments(model, bf16(Mode.SHARDING_2).build()),
                    arguments(model, bf16(Mode.TWO_BY_TWO).devices("apart:4").build()),
                    arguments(model, bf16(Mode.PIPELINE_2).sequenceParallel(true).build())));
  }

  private static GeminiConfig.Builder bf16(Mode mode) {
    return mode.builder().precision(Precision.BF16);
  }

  /** After one step: what differs a little then, differs more after each further one. */
  @ParameterizedTest
  @MethodSource("cases")
  void modelsComputeNearlyTheSame(String model, GeminiConfig config) {
    Recording exact =
        Recording.of(
            new Single(Models.written(model)), Optimizers.SGD.create(), Mode.NONE.config(), 6, 1);
    Recording rounded =
        Recording.of(new Single(Models.rewritten(model)), Optimizers.SGD.create(), config, 6, 1);
    for (String part : List.of("loss", "output", "gradient of ", "parameter ", "prediction")) {
      double distance = exact.distance(rounded, part);
      // The roundings of a dozen products, one after the other.
      assertTrue(distance < 10 * ROUNDING, part + distance);
    }
    assertTrue(exact.distance(rounded, "output") > ROUNDING / 20, "nothing was rounded");
  }

  private static float[] rounded(float[] numbers) {
    float[] rounded = new float[numbers.length];
    for (int i = 0; i < rounded.length; i++) {
      int bits = Float.floatToIntBits(numbers[i]);
      // To the nearest, to even if two are near.
      int even = (bits >> 16) & 1;
      rounded[i] = Float.intBitsToFloat((bits + 0x7fff + even) & 0xffff0000);
    }
    return rounded;
  }

  /** (n, k) times (m, k) transposed. */
  private static double[] product(float[] left, float[] right, int n, int m, int k) {
    double[] product = new double[n * m];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < m; j++) {
        for (int l = 0; l < k; l++) {
          product[i * m + j] += (double) left[i * k + l] * right[j * k + l];
        }
      }
    }
    return product;
  }

  private static float[] transposed(float[] matrix, int rows, int columns) {
    float[] transposed = new float[matrix.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        transposed[j * rows + i] = matrix[i * columns + j];
      }
    }
    return transposed;
  }

  private static void assertNear(double[] expected, float[] actual) {
    double size = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1.01 * ROUNDING * size, "number " + i);
    }
  }

  static Stream<GeminiConfig> oneLayer() {
    return Stream.of(
        bf16(Mode.PIPELINE_2).microBatches(1).build(),
        bf16(Mode.PIPELINE_2).microBatches(3).build(),
        GeminiConfig.builder().devices("cpu:1").precision(Precision.BF16).quiet(true).build());
  }

  /** Forward, and backward to the weight, whose gradient may be computed late. */
  @ParameterizedTest
  @MethodSource("oneLayer")
  void aLayerMultipliesRoundedFactors(GeminiConfig config) throws Exception {
    int batch = 6;
    int in = 33;
    int out = 5;
    try (Model model = GeminiModel.of(Model.newInstance("layer"), config)) {
      model.setBlock(Linear.builder().setUnits(out).optBias(false).build());
      DefaultTrainingConfig training =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(RATE)).build())
              .optInitializer(Recording::draw, Parameter.Type.WEIGHT);
      try (Trainer trainer = model.newTrainer(training);
          NDManager manager = model.getNDManager().newSubManager()) {
        trainer.initialize(new Shape(batch, in));
        NDArray weight = model.getBlock().getParameters().get("weight").getArray();
        for (int step = 0; step < 3; step++) {
          NDArray x = manager.arange(batch * in).add(step).sin().reshape(batch, in);
          NDArray seed = manager.arange(batch * out).cos().reshape(batch, out);
          float[] before = weight.toFloatArray();
          float[] y;
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray output = trainer.forward(new NDList(x)).head();
            y = output.toFloatArray();
            collector.backward(output.mul(seed).sum());
          }
          assertNear(product(rounded(x.toFloatArray()), rounded(before), batch, out, in), y);
          assertNear(
              product(
                  transposed(rounded(seed.toFloatArray()), batch, out),
                  transposed(rounded(x.toFloatArray()), batch, in),
                  out,
                  in,
                  batch),
              weight.getGradient().toFloatArray());
          float[] gradient = weight.getGradient().toFloatArray();
          trainer.step();
          float[] updated = before.clone();
          for (int i = 0; i < updated.length; i++) {
            updated[i] -= RATE * gradient[i];
          }
          assertArrayEquals(updated, weight.toFloatArray(), 1e-7f, "the update is exact");
        }
      }
    }
  }

  /** What is kept is exact: a checkpoint has all digits, and any run reads it. */
  @Test
  void parametersAndCheckpointsKeepSinglePrecision(@TempDir Path directory) throws Exception {
    Recording trained = new Recording(DataType.FLOAT32);
    try (Model model = GeminiModel.of(Model.newInstance("layer"), bf16(Mode.PIPELINE_2).build())) {
      model.setBlock(Linear.builder().setUnits(4).build());
      try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()));
          NDManager manager = model.getNDManager().newSubManager()) {
        trainer.initialize(new Shape(4, 9));
        for (int step = 0; step < 2; step++) {
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDArray x = manager.arange(36f).sin().reshape(4, 9);
            collector.backward(trainer.forward(new NDList(x)).head().square().sum());
          }
          trainer.step();
        }
      }
      NDArray weight = model.getBlock().getParameters().get("weight").getArray();
      assertEquals(DataType.FLOAT32, weight.getDataType());
      float[] numbers = weight.toFloatArray();
      assertFalse(Arrays.equals(numbers, rounded(numbers)), "the weights were rounded");
      trained.addParameters(model.getBlock());
      model.save(directory, "layer");
    }
    Recording read = new Recording(DataType.FLOAT32);
    try (Model model = Model.newInstance("layer")) {
      model.setBlock(Linear.builder().setUnits(4).build());
      model.load(directory, "layer");
      read.addParameters(model.getBlock());
    }
    trained.assertSame(read);
  }

  /** Mode none switches it off, too. */
  @Test
  void modeNoneIsExact() {
    Example example = new Single(Models.written("ResidualLayers"));
    Recording plain = Recording.of(example, Optimizers.SGD.create(), Mode.NONE.config(), 6, 2);
    Recording same = Recording.of(example, Optimizers.SGD.create(), bf16(Mode.NONE).build(), 6, 2);
    assertEquals(0, plain.distance(same, ""));
  }
}
