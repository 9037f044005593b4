import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.training.*;
import ai.djl.training.initializer.*;
import ai.djl.training.loss.*;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

/** Two models: the generator learns through the discriminator, which learns from detached fakes. */
public class Gan {
  static Block generator() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(12).build())
        .add(Activation::relu)
        .add(Linear.builder().setUnits(12).build())
        .add(Activation::relu)
        .add(Linear.builder().setUnits(2).build());
  }

  static Block discriminator() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(10).build())
        .add(Activation.leakyReluBlock(0.2f))
        .add(Linear.builder().setUnits(10).build())
        .add(Activation::tanh)
        .add(Linear.builder().setUnits(1).build());
  }

  static TrainingConfig config(float lr) {
    return new DefaultTrainingConfig(new SigmoidBinaryCrossEntropyLoss())
        .optInitializer(new NormalInitializer(0.2f), "weight")
        .optOptimizer(
            Optimizer.adam().optLearningRateTracker(Tracker.fixed(lr)).optBeta1(0.5f).build());
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(21);
    try (Model g = Model.newInstance("generator");
        Model d = Model.newInstance("discriminator");
        NDManager m = NDManager.newBaseManager()) {
      g.setBlock(generator());
      d.setBlock(discriminator());
      try (Trainer tg = g.newTrainer(config(0.01f));
          Trainer td = d.newTrainer(config(0.02f))) {
        tg.initialize(new Shape(12, 3));
        td.initialize(new Shape(12, 2));
        for (int i = 0; i < 5; i++) {
          try (NDManager s = m.newSubManager()) {
            NDArray real = s.randomNormal(new Shape(12, 2)).mul(0.5).add(1),
                z = s.randomNormal(new Shape(12, 3));
            NDArray ones = s.ones(new Shape(12, 1)), zeros = s.zeros(new Shape(12, 1));
            float ld, lg;
            try (GradientCollector gc = Engine.getInstance().newGradientCollector()) {
              NDArray fake = tg.forward(new NDList(z)).singletonOrThrow().stopGradient();
              NDArray lr = td.getLoss().evaluate(new NDList(ones), td.forward(new NDList(real)));
              NDArray lf = td.getLoss().evaluate(new NDList(zeros), td.forward(new NDList(fake)));
              NDArray l = lr.add(lf);
              gc.backward(l);
              ld = l.getFloat();
            }
            td.step();
            try (GradientCollector gc = tg.newGradientCollector()) {
              NDArray fake = tg.forward(new NDList(z)).singletonOrThrow();
              NDArray l = tg.getLoss().evaluate(new NDList(ones), td.forward(new NDList(fake)));
              gc.backward(l);
              lg = l.getFloat();
            }
            tg.step();
            System.out.println(i + " d " + ld + " g " + lg);
          }
        }
      }
    }
  }
}
