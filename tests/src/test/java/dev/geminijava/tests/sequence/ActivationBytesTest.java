package dev.geminijava.tests.sequence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.ParallelMode;
import dev.geminijava.runtime.text.ByteSize;
import dev.geminijava.runtime.trace.Reporter;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Models;
import dev.geminijava.tests.model.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a rank keeps of a step falls with the sequence axis; the closing table shows by how much.
 */
class ActivationBytesTest {

  private static final int BATCH = 4;
  private static final int LENGTH = 512;
  private static final int WIDTH = 8;
  private static final Pattern PEAK = Pattern.compile("shard 0 +\\S+ +(\\S+ \\S+) ");

  // One array between the split layers, on one rank that has it whole.
  private static final long WHOLE = 4L * BATCH * LENGTH * WIDTH;

  // Half of the last place of a figure in the table, which is 0.1 MiB.
  private static final long ROUNDING = (1 << 20) / 20;

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 2"})
  void aRankKeepsItsShareBetweenSplitLayers(int stages, int ranks) {
    long whole = peak(stages, ranks, false);
    long shared = peak(stages, ranks, true);
    // In the second layer: a square and two products of the RMS norm, two sums over the ranks and
    // the residual additions to them, the layer norm's five; in the first all but the RMS norm.
    int between = 12 + 9;
    long least = between * WHOLE * (ranks - 1) / ranks - 2L * stages * ROUNDING;
    assertTrue(whole - shared >= least, whole + " and " + shared + ": at least " + least + " less");
    assertTrue(shared > 0);
  }

  @Test
  void theReportSaysWhatIsShared() {
    assertTrue(
        said(1, 2, true).stream()
            .anyMatch(text -> text.contains("activations are kept as shares")));
    assertFalse(said(1, 2, false).stream().anyMatch(text -> text.contains("shares")));
    List<String> alone = said(1, 1, true);
    assertEquals(
        1, alone.stream().filter(text -> text.contains("has no effect")).count(), alone::toString);
  }

  /** The bytes of the first stage's device, over all stages. */
  private static long peak(int stages, int ranks, boolean shared) {
    long sum = 0;
    Matcher matcher = PEAK.matcher(String.join("\n", said(stages, ranks, shared)));
    while (matcher.find()) {
      sum += ByteSize.parse(matcher.group(1));
    }
    return sum;
  }

  private static List<String> said(int stages, int ranks, boolean shared) {
    List<String> said = new ArrayList<>();
    Reporter before = Reporter.current();
    Reporter.use(
        new Reporter() {
          @Override
          public void plan(String text) {
            said.add(text);
          }

          @Override
          public void note(String text) {
            said.add(text);
          }

          @Override
          public void summary(String table) {
            said.add(table);
          }
        });
    try {
      train(
          GeminiConfig.builder()
              .mode(ParallelMode.SHARDING_AND_PIPELINE)
              .pipelineDegree(stages)
              .shardingSize(ranks)
              .microBatches(1)
              .sequenceParallel(shared)
              .build());
    } finally {
      Reporter.use(before);
    }
    return said;
  }

  private static void train(GeminiConfig config) {
    Example example = Models.rewritten("NormsByHand");
    try (Model model = GeminiModel.of(Model.newInstance("bytes"), config)) {
      Block block = example.block();
      model.setBlock(block);
      DefaultTrainingConfig training =
          new DefaultTrainingConfig(example.loss())
              .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.1f)).build());
      try (Trainer trainer = model.newTrainer(training);
          NDManager manager = model.getNDManager().newSubManager()) {
        NDArray data = Numbers.wave(manager, BATCH, LENGTH, WIDTH);
        NDArray labels = Numbers.wave(manager, BATCH, LENGTH, 3);
        trainer.initialize(data.getShape());
        for (int step = 0; step < 2; step++) {
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDList predictions = trainer.forward(new NDList(data.toType(DataType.FLOAT32, true)));
            collector.backward(
                trainer
                    .getLoss()
                    .evaluate(new NDList(labels.toType(DataType.FLOAT32, true)), predictions));
          }
          trainer.step();
        }
      }
    }
  }
}
