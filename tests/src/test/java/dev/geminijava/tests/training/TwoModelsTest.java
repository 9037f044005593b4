package dev.geminijava.tests.training;

import static dev.geminijava.tests.transparency.Program.shape;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import dev.geminijava.runtime.train.GeminiModel;
import dev.geminijava.tests.model.Numbers;
import dev.geminijava.tests.transparency.Mode;
import dev.geminijava.tests.transparency.Program;
import dev.geminijava.tests.transparency.Recording;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A generator and a discriminator: two models in one program, and the gradient of the second's loss
 * flows through its input into the first.
 */
class TwoModelsTest {

  private static final Loss LOSS = Loss.sigmoidBinaryCrossEntropyLoss();

  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void adversaries(Mode mode) {
    train(Mode.NONE).assertSame(train(mode));
  }

  private static Block net(int out) {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(8).build())
        .add(Activation::tanh)
        .add(Linear.builder().setUnits(8).build())
        .add(Activation::tanh)
        .add(Linear.builder().setUnits(out).build());
  }

  private static Recording train(Mode mode) {
    Engine.getInstance().setRandomSeed(7);
    Recording recording = new Recording(DataType.FLOAT32);
    try (Model generator = GeminiModel.of(Model.newInstance("generator"), mode.config());
        Model critic = GeminiModel.of(Model.newInstance("critic"), mode.config())) {
      generator.setBlock(net(6));
      critic.setBlock(net(1));
      try (Trainer makes = generator.newTrainer(Program.training(LOSS));
          Trainer judges = critic.newTrainer(Program.training(LOSS))) {
        makes.initialize(shape(6, 4));
        judges.initialize(shape(6, 6));
        for (int step = 0; step < 4; step++) {
          try (NDManager manager = makes.getManager().newSubManager()) {
            NDList real = floats(Numbers.wave(manager, 6, 6));
            NDList noise = floats(Numbers.wave(manager, 6, 4).mul(step + 1));
            NDList yes = new NDList(manager.ones(shape(6, 1)));
            NDList no = new NDList(manager.zeros(shape(6, 1)));
            try (GradientCollector collector = judges.newGradientCollector()) {
              NDArray fake = makes.forward(noise).head().stopGradient();
              NDArray loss =
                  LOSS.evaluate(yes, judges.forward(real))
                      .add(LOSS.evaluate(no, judges.forward(new NDList(fake))));
              collector.backward(loss);
              recording.add("step " + step + ": judged", loss);
            }
            judges.step();
            try (GradientCollector collector = makes.newGradientCollector()) {
              NDArray loss = LOSS.evaluate(yes, judges.forward(makes.forward(noise)));
              collector.backward(loss);
              recording.add("step " + step + ": made", loss);
              recording.addGradients(step, generator.getBlock());
            }
            makes.step();
            critic
                .getBlock()
                .getParameters()
                .forEach(
                    pair -> {
                      NDArray gradient = pair.getValue().getArray().getGradient();
                      gradient.subi(gradient);
                    });
          }
        }
      }
      recording.addParameters(generator.getBlock());
      critic
          .getBlock()
          .getParameters()
          .forEach(p -> recording.add("critic " + p.getKey(), p.getValue().getArray()));
    }
    return recording;
  }

  private static NDList floats(NDArray array) {
    return new NDList(array.toType(DataType.FLOAT32, false));
  }
}
