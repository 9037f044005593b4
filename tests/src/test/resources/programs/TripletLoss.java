import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.training.*;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

/** Three forward passes of one model under one loss that is written by hand. */
public class TripletLoss {
  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(8);
    try (Model model = Model.newInstance("siamese");
        NDManager m = NDManager.newBaseManager()) {
      Block tower =
          new SequentialBlock()
              .add(Linear.builder().setUnits(16).build())
              .add(Activation::relu)
              .add(Linear.builder().setUnits(16).build())
              .add(Activation::tanh)
              .add(Linear.builder().setUnits(4).build());
      model.setBlock(tower);
      TrainingConfig c =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optOptimizer(
                  Optimizer.sgd()
                      .setLearningRateTracker(
                          Tracker.multiFactor()
                              .setSteps(new int[] {2, 4})
                              .optFactor(0.5f)
                              .setBaseValue(0.2f)
                              .build())
                      .build());
      NDArray a = m.randomNormal(new Shape(15, 6)),
          b = a.add(m.randomNormal(new Shape(15, 6)).mul(0.1)),
          n = m.randomNormal(new Shape(15, 6));
      try (Trainer t = model.newTrainer(c)) {
        t.initialize(new Shape(15, 6));
        for (int i = 0; i < 6; i++) {
          NDArray loss;
          try (GradientCollector g = t.newGradientCollector()) {
            NDArray ea = t.forward(new NDList(a)).singletonOrThrow();
            NDArray eb = t.forward(new NDList(b)).singletonOrThrow();
            NDArray en = t.forward(new NDList(n)).singletonOrThrow();
            NDArray dp = ea.sub(eb).square().sum(new int[] {1});
            NDArray dn = ea.sub(en).square().sum(new int[] {1});
            loss = dp.sub(dn).add(1f).maximum(0f).mean();
            g.backward(loss);
          }
          t.step();
          System.out.println("triplet " + i + ": " + loss.getFloat());
        }
        System.out.println(t.evaluate(new NDList(a.get("0:1"))).head().getFloat(0, 1));
      }
    }
  }
}
