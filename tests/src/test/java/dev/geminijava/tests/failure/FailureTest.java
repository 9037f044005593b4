package dev.geminijava.tests.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import dev.geminijava.runtime.ShardGroup;
import dev.geminijava.runtime.Shards;
import dev.geminijava.runtime.exec.Lane;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.transparency.Mode;
import dev.geminijava.tests.transparency.Program;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A failure anywhere ends the step at once: the caller gets the original exception with the place
 * where it happened, no thread stays behind, and the trainer works again on the next batch.
 */
class FailureTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  /** A chain with something in its middle that may go wrong. */
  private static final class Subject implements AutoCloseable {

    private final Model model;
    private final Trainer trainer;
    private UnaryOperator<NDArray> trouble = array -> array;

    Subject(Mode mode) {
      Engine.getInstance().setRandomSeed(7);
      model = GeminiModel.of(Model.newInstance("subject"), mode.config());
      SequentialBlock chain = new SequentialBlock();
      for (int i = 0; i < 3; i++) {
        chain.add(Linear.builder().setUnits(6).build()).add(Activation::tanh);
      }
      // Keeps the layers around it from being split as a pair.
      chain.add(LayerNorm.builder().build());
      chain.add(list -> new NDList(trouble.apply(list.head())));
      chain.add(Linear.builder().setUnits(6).build());
      model.setBlock(chain);
      trainer = model.newTrainer(Program.training(Loss.l2Loss()));
      trainer.initialize(Program.shape(6, 6));
    }

    float step() {
      try (NDManager manager = trainer.getManager().newSubManager();
          GradientCollector collector = trainer.newGradientCollector()) {
        NDList data = new NDList(manager.arange(36f).sin().reshape(6, 6));
        NDArray loss = trainer.getLoss().evaluate(data, trainer.forward(data));
        collector.backward(loss);
        trainer.step();
        return loss.getFloat();
      }
    }

    @Override
    public void close() {
      trainer.close();
      model.close();
    }
  }

  private static void failsAndRecovers(
      Mode mode, UnaryOperator<NDArray> trouble, Class<? extends Throwable> type, String message) {
    assertTimeoutPreemptively(
        SOON,
        () -> {
          try (Subject subject = new Subject(mode)) {
            // The first batch finds the cuts, the second runs in parallel.
            subject.step();
            subject.step();
            subject.trouble = trouble;
            for (int again = 0; again < 2; again++) {
              Throwable thrown = assertThrows(type, subject::step);
              assertTrue(thrown.getMessage().contains(message), thrown::toString);
              assertTrue(places(thrown).contains("stage "), places(thrown));
              assertAllIdle();
            }
            subject.trouble = array -> array;
            assertEquals(thirdLossOnOneDevice(), subject.step(), 1e-5, "as if nothing had been");
          }
        });
  }

  private static float thirdLossOnOneDevice() {
    try (Subject subject = new Subject(Mode.NONE)) {
      subject.step();
      subject.step();
      return subject.step();
    }
  }

  private static String places(Throwable thrown) {
    return Arrays.stream(thrown.getSuppressed())
        .map(Throwable::getMessage)
        .collect(Collectors.joining("; "));
  }

  /** Every thread of ours waits in its pool for work; it may need a moment to get there. */
  private static void assertAllIdle() {
    List<String> busy;
    do {
      busy =
          Thread.getAllStackTraces().entrySet().stream()
              .filter(e -> e.getKey().getName().startsWith("gemini-"))
              .filter(
                  e ->
                      Arrays.stream(e.getValue())
                          .noneMatch(frame -> frame.getMethodName().equals("getTask")))
              .filter(e -> e.getValue().length > 0)
              .map(e -> e.getKey().getName())
              .toList();
      Thread.onSpinWait();
    } while (!busy.isEmpty());
  }

  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void exceptionInOneLane(Mode mode) {
    failsAndRecovers(
        mode,
        array -> {
          throw new UnsupportedOperationException("no such luck");
        },
        UnsupportedOperationException.class,
        "no such luck");
  }

  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void errorInOneLane(Mode mode) {
    failsAndRecovers(
        mode,
        array -> {
          throw new StackOverflowError("too deep");
        },
        StackOverflowError.class,
        "too deep");
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"SHARDING_2", "TWO_BY_TWO"})
  void exceptionOnOneRankOnly(Mode mode) {
    failsAndRecovers(
        mode,
        array -> {
          if (Lane.current().rank() == 1) {
            throw new IllegalArgumentException("rank 1 has enough");
          }
          return array;
        },
        IllegalArgumentException.class,
        "rank 1 has enough");
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"SHARDING_2", "TWO_BY_TWO"})
  void ranksThatGoDifferentWays(Mode mode) {
    failsAndRecovers(
        mode,
        array ->
            Lane.current().rank() == 1
                ? array
                : Dropout.dropout(array, 0.5f, true).singletonOrThrow(),
        IllegalStateException.class,
        "went different ways");
  }

  /** The shapes are the same, the layers are not. */
  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"SHARDING_2", "TWO_BY_TWO"})
  void ranksThatSkipDifferentLayers(Mode mode) {
    List<Linear> layers =
        List.of(Linear.builder().setUnits(6).build(), Linear.builder().setUnits(6).build());
    try (NDManager manager = NDManager.newBaseManager()) {
      layers.forEach(layer -> layer.initialize(manager, DataType.FLOAT32, Program.shape(6, 6)));
      failsAndRecovers(
          mode,
          array -> {
            Lane lane = Lane.current();
            lane.uses(layers.get(lane.rank()).getParameters().get("weight"));
            return lane.allReduce(array);
          },
          IllegalStateException.class,
          "rank 0 and rank 1 called different layers before all-reduce");
    }
  }

  /** Whatever the compiler let through: layers that belong together are split alike, or none is. */
  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"SHARDING_2", "TWO_BY_TWO"})
  void aLayerThatDoesNotDivideAfterOthersWereSplit(Mode mode) {
    failsAndRecovers(
        mode,
        array -> {
          ShardGroup shards = Shards.group(6);
          NDArray mine = shards.local(array, -1);
          shards.column(Linear.builder().setUnits(5).build());
          return shards.gather(mine);
        },
        IllegalStateException.class,
        "Linear cannot be shared out over 2 ranks as the layers before it were");
  }

  /** A block is given other arrays than in the model that the compiler read. */
  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"SHARDING_2", "TWO_BY_TWO"})
  void anInputWithOtherAxesThanTheModelSaid(Mode mode) {
    failsAndRecovers(
        mode,
        array -> Shards.group(6).ofRank(new NDList(array), 3).head(),
        IllegalStateException.class,
        "the input of this layer has 2 axes where the program's model");
  }

  /** Really too much: the place says how much, and what is free. */
  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void outOfMemoryInOneLane(Mode mode) {
    try (Subject subject = new Subject(mode)) {
      subject.step();
      subject.step();
      subject.trouble = array -> array.add(array.getManager().zeros(new Shape(1L << 48)).sum());
      Throwable thrown = assertThrows(EngineException.class, subject::step);
      assertTrue(
          places(thrown)
              .matches(
                  "in stage \\d of \\d, micro-batch \\d+ of \\d+.*: out of memory: 1024\\.0 TiB asked for,"
                      + " .* free on host; .*"),
          places(thrown));
    }
  }

  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void exceptionInBackward(Mode mode) {
    failsAndRecovers(
        mode,
        array -> {
          NDArray kept = array.tanh();
          NDArray used = kept.mul(2);
          // The gradient of tanh needs its result as it was.
          kept.muli(3);
          return used;
        },
        EngineException.class,
        "modified by an inplace operation");
  }
}
