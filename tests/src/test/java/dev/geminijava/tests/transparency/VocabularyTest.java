package dev.geminijava.tests.transparency;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.Pipeline;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Models;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Scores for every word of a vocabulary are computed in shares, and training never puts them
 * together: neither DJL's loss nor one that a user writes needs all of them in one place.
 */
class VocabularyTest {

  private static final int BATCH = 6;
  private static final int WORDS = 101;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"SHARDING_2", "SHARDING_3", "TWO_BY_TWO"})
  void computesTheSame(Mode mode) {
    same(mode, "LanguageModel");
    same(mode, "TiedLanguageModel");
    same(mode, "LossInForward");
  }

  private static void same(Mode mode, String model) {
    Recording one =
        Recording.of(Models.written(model), Optimizers.ADAM.create(), Mode.NONE.config(), BATCH, 3);
    one.assertSame(
        Recording.of(Models.rewritten(model), Optimizers.ADAM.create(), mode.config(), BATCH, 3));
  }

  @ParameterizedTest
  @EnumSource(names = {"SHARDING_2", "SHARDING_3", "TWO_BY_TWO"})
  void theLossMeetsWithoutTheScores(Mode mode) throws Exception {
    List<String> met =
        train(
            "LanguageModel",
            mode,
            (trainer, labels) -> forward -> trainer.getLoss().evaluate(labels, forward));
    // The sums of exponentials, and the labels' scores, meet instead.
    assertTrue(
        met.stream().anyMatch(name -> name.matches("all-reduce .\\d, 5, 1.")), met::toString);
    assertTrue(met.stream().noneMatch(VocabularyTest::ofTheVocabulary), met::toString);
  }

  @ParameterizedTest
  @EnumSource(names = {"SHARDING_2", "SHARDING_3", "TWO_BY_TWO"})
  void aTiedTableOrALossInTheModelDoesNotEither(Mode mode) throws Exception {
    for (String model : List.of("TiedLanguageModel", "LossInForward")) {
      List<String> met =
          train(
              model,
              mode,
              (trainer, labels) -> forward -> trainer.getLoss().evaluate(labels, forward));
      assertTrue(
          met.stream().anyMatch(name -> name.matches("all-reduce .[\\d, ]+, 1.")), met::toString);
      assertTrue(met.stream().noneMatch(VocabularyTest::ofTheVocabulary), met::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SHARDING_2", "SHARDING_3", "TWO_BY_TWO"})
  void aLossThatReadsAllScoresJoinsThemOnceForTheProgram(Mode mode) throws Exception {
    List<String> met =
        train(
            "LanguageModel", mode, (trainer, labels) -> forward -> forward.head().square().mean());
    assertTrue(met.stream().noneMatch(VocabularyTest::ofTheVocabulary), met::toString);
  }

  /** Programs close scores, and lend them to scopes, as they do with DJL's arrays. */
  @ParameterizedTest
  @EnumSource(names = {"SHARDING_2", "SHARDING_3", "TWO_BY_TWO"})
  void scoresLiveAsLongAsOnOneDevice(Mode mode) {
    List<float[]> one = scoresAfterScopes(Models.written("LanguageModel"), Mode.NONE);
    List<float[]> shared = scoresAfterScopes(Models.rewritten("LanguageModel"), mode);
    for (int i = 0; i < one.size(); i++) {
      assertArrayEquals(one.get(i), shared.get(i), 1e-5f);
    }
  }

  private static List<float[]> scoresAfterScopes(Example example, Mode mode) {
    Engine.getInstance().setRandomSeed(7);
    List<float[]> seen = new ArrayList<>();
    try (Model model = GeminiModel.of(Model.newInstance("words"), mode.config())) {
      model.setBlock(example.block());
      try (Trainer trainer = model.newTrainer(Program.training(example.loss()));
          NDManager inputs = model.getNDManager().newSubManager()) {
        NDList data = example.data(inputs, BATCH);
        trainer.initialize(data.getShapes());
        readInScopes(trainer, data);
        int before = Recording.alive(inputs);
        seen.addAll(readInScopes(trainer, data));
        seen.add(new float[] {Recording.alive(inputs) - before});
      }
    }
    return seen;
  }

  private static List<float[]> readInScopes(Trainer trainer, NDList given) {
    List<float[]> seen = new ArrayList<>();
    NDArray kept;
    try (NDManager manager = trainer.getManager().newSubManager()) {
      NDList data = new NDList();
      given.forEach(array -> data.add(array.duplicate()));
      data.attach(manager);
      NDList predictions = trainer.evaluate(data);
      NDArray logits = predictions.head();
      try (NDManager scope = manager.newSubManager()) {
        scope.tempAttachAll(predictions);
        logits.logSoftmax(-1);
        seen.add(logits.toType(DataType.FLOAT32, false).toFloatArray());
      }
      logits.logSoftmax(-1).close();
      seen.add(logits.toType(DataType.FLOAT32, false).toFloatArray());
      NDArray probabilities;
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        probabilities = logits.softmax(-1);
        NDScope.unregister(probabilities);
      }
      seen.add(probabilities.toType(DataType.FLOAT32, false).toFloatArray());
      NDArray logarithms;
      try (NDManager scope = manager.newSubManager()) {
        scope.tempAttachAll(predictions);
        logarithms = scope.ret(logits.logSoftmax(-1));
      }
      seen.add(logarithms.toType(DataType.FLOAT32, false).toFloatArray());
      kept = trainer.evaluate(data).head();
      kept.detach();
    }
    try (kept) {
      seen.add(kept.toFloatArray());
    }
    return seen;
  }

  private static boolean ofTheVocabulary(String collective) {
    return collective.startsWith("all-") && collective.contains(" " + WORDS + ")");
  }

  private interface Scored {
    NDArray loss(NDList predictions);
  }

  /** Two steps, the loss inside the last stage if it can be; the names of all collectives. */
  private List<String> train(String name, Mode mode, BiFunction<Trainer, NDList, Scored> loss)
      throws Exception {
    Engine.getInstance().setRandomSeed(7);
    Path trace = folder.resolve("trace.json");
    Example example = Models.rewritten(name);
    GeminiConfig config = mode.builder().trace(trace).build();
    try (Model model = GeminiModel.of(Model.newInstance("words"), config)) {
      model.setBlock(example.block());
      try (Trainer trainer = model.newTrainer(Program.training(example.loss()));
          NDManager manager = model.getNDManager().newSubManager()) {
        NDList data = example.data(manager, BATCH);
        NDList labels = example.labels(manager, BATCH);
        trainer.initialize(data.getShapes());
        for (int step = 0; step < 2; step++) {
          try (GradientCollector collector = trainer.newGradientCollector()) {
            NDList predictions = Pipeline.lossFollows(trainer).forward(data, labels);
            collector.backward(loss.apply(trainer, labels).loss(predictions));
          }
          trainer.step();
        }
      }
    }
    return collectives(Files.readString(trace)).toList();
  }

  private static Stream<String> collectives(String trace) {
    return Pattern.compile("\"name\":\"((?:all-|the )[^\"]*)\"")
        .matcher(trace)
        .results()
        .map((MatchResult result) -> result.group(1));
  }
}
