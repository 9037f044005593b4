package dev.geminijava.tests.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.model.Models;
import dev.geminijava.tests.transparency.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Predictions, one by one and in batches, are those of one device. */
class PredictorTest {

  /** Numbers in, numbers out. */
  private static final class Floats implements Translator<float[], float[]> {
    @Override
    public NDList processInput(TranslatorContext context, float[] input) {
      return new NDList(context.getNDManager().create(input));
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList list) {
      return list.head().toFloatArray();
    }

    @Override
    public Batchifier getBatchifier() {
      return Batchifier.STACK;
    }
  }

  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void oneByOneAndInBatches(Mode mode) throws Exception {
    List<float[]> expected = predict(Mode.NONE);
    List<float[]> actual = predict(mode);
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), 1e-5f);
    }
  }

  private static List<float[]> predict(Mode mode) throws Exception {
    Engine.getInstance().setRandomSeed(7);
    try (Model model = GeminiModel.of(Model.newInstance("predictor"), mode.config())) {
      model.setBlock(Models.rewritten("ChainInLoops").block());
      model.getBlock().initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 12));
      List<float[]> inputs =
          IntStream.range(0, 7)
              .mapToObj(
                  i -> {
                    NDArray row = model.getNDManager().arange(12f).add(i).sin();
                    return row.toFloatArray();
                  })
              .toList();
      try (Predictor<float[], float[]> predictor = model.newPredictor(new Floats())) {
        List<float[]> outputs = new ArrayList<>(predictor.batchPredict(inputs));
        for (float[] input : inputs) {
          outputs.add(predictor.predict(input));
        }
        outputs.addAll(predictor.batchPredict(inputs.subList(0, 3)));
        return outputs;
      }
    }
  }
}
