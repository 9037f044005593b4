package dev.geminijava.tests.apart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.model.Example;
import dev.geminijava.tests.model.Models;
import dev.geminijava.tests.transparency.Mode;
import dev.geminijava.tests.transparency.Recording;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables whose rows are shared out, where nobody reads the indices before they are used. */
class IndicesTest {

  @ParameterizedTest
  @ValueSource(strings = {"LanguageModel", "TiedWeights", "Bert"})
  void indicesFailOrNotAsOnOneDevice(String model) {
    for (long wrong : new long[] {-1, -2, 1 << 20, -(1 << 20)}) {
      UnaryOperator<NDArray> change = ids -> ids.mul(0).add(wrong);
      String one = outcome(Models.written(model), Mode.NONE.config(), change);
      assertEquals(one, outcome(Models.rewritten(model), Mode.SHARDING_2.apart(), change));
      assertEquals(one, outcome(Models.rewritten(model), Mode.SHARDING_2.config(), change));
    }
  }

  private static String outcome(
      Example example, GeminiConfig config, UnaryOperator<NDArray> change) {
    Engine.getInstance().setRandomSeed(7);
    try (Model model = GeminiModel.of(Model.newInstance("words"), config)) {
      model.setBlock(example.block());
      DefaultTrainingConfig training =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optInitializer(Recording::draw, Parameter.Type.WEIGHT);
      try (Trainer trainer = model.newTrainer(training);
          NDManager manager = model.getNDManager().newSubManager()) {
        NDList data = example.data(manager, 2);
        trainer.initialize(data.stream().map(NDArray::getShape).toArray(Shape[]::new));
        NDList changed = new NDList(data);
        NDArray ids = data.head();
        changed.set(
            0, change.apply(ids.toType(DataType.INT64, true)).toType(ids.getDataType(), false));
        try {
          NDArray result = trainer.evaluate(changed).head();
          double sum = result.toType(DataType.FLOAT64, true).sum().getDouble();
          return String.format(Locale.ROOT, "computes %.3e", sum);
        } catch (EngineException e) {
          return "fails";
        }
      }
    }
  }
}
