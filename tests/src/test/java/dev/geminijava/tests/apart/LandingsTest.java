package dev.geminijava.tests.apart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import dev.geminijava.runtime.GeminiConfig;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.transparency.Mode;
import dev.geminijava.tests.transparency.Recording;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Values arrive step after step in the same memory, and nobody sees it. */
class LandingsTest {

  /** The second output is the input itself, which was copied to the device for the model. */
  private static Block passing() {
    return new ParallelBlock(
        lists -> new NDList(lists.get(0).head(), lists.get(1).head()),
        List.of(
            new SequentialBlock()
                .add(Linear.builder().setUnits(6).build())
                .add(Linear.builder().setUnits(6).build()),
            new LambdaBlock(inputs -> inputs)));
  }

  @Test
  void outputsOutliveTheStep() {
    GeminiConfig config = Mode.PIPELINE_2.apart();
    try (Model model = GeminiModel.of(Model.newInstance("passing"), config)) {
      model.setBlock(passing());
      DefaultTrainingConfig training =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optInitializer(Recording::draw, Parameter.Type.WEIGHT);
      try (Trainer trainer = model.newTrainer(training);
          NDManager manager = model.getNDManager().newSubManager()) {
        trainer.initialize(new Shape(1, 6));
        NDArray first = manager.arange(6f).reshape(1, 6);
        for (int again = 0; again < 3; again++) {
          NDList outputs = trainer.evaluate(new NDList(first));
          float[] computed = outputs.get(0).toFloatArray();
          trainer.evaluate(new NDList(first.mul(-3)));
          assertArrayEquals(first.toFloatArray(), outputs.get(1).toFloatArray(), "step " + again);
          assertArrayEquals(computed, outputs.get(0).toFloatArray(), "step " + again);
        }
      }
    }
  }
}
