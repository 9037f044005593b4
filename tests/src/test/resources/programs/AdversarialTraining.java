import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.training.*;
import ai.djl.training.loss.*;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

/**
 * Gradients with respect to the input, gradients of several passes added up, two backwards in one
 * collector.
 */
public class AdversarialTraining {
  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(4);
    try (Model model = Model.newInstance("adv");
        NDManager m = NDManager.newBaseManager()) {
      model.setBlock(
          new SequentialBlock()
              .add(Linear.builder().setUnits(12).build())
              .add(Activation::tanh)
              .add(Linear.builder().setUnits(12).build())
              .add(Activation::tanh)
              .add(Linear.builder().setUnits(3).build()));
      NDArray x = m.randomNormal(new Shape(14, 5)), y = x.argMax(1).mod(3);
      TrainingConfig c =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.1f)).build());
      try (Trainer t = model.newTrainer(c)) {
        t.initialize(new Shape(14, 5));
        for (int i = 0; i < 4; i++) {
          NDArray adv = x.duplicate();
          adv.setRequiresGradient(true);
          try (GradientCollector g = t.newGradientCollector()) {
            NDList data = new NDList(adv), labels = new NDList(y);
            NDList p = t.forward(data, labels);
            NDArray l = t.getLoss().evaluate(labels, p);
            g.backward(l);
            System.out.println("clean " + l.getFloat());
          }
          NDArray grad = adv.getGradient();
          System.out.println("input gradient " + grad.abs().sum().getFloat());
          NDArray bad = x.add(grad.sign().mul(0.05f));
          // accumulate: two halves on top of the clean gradient
          for (int h = 0; h < 2; h++) {
            try (GradientCollector g = t.newGradientCollector()) {
              NDArray l =
                  t.getLoss()
                      .evaluate(
                          new NDList(y.get(h * 7 + ":" + (h + 1) * 7)),
                          t.forward(new NDList(bad.get(h * 7 + ":" + (h + 1) * 7))))
                      .div(2);
              g.backward(l);
              System.out.println("adv " + l.getFloat());
            }
          }
          // two losses, two backwards, one collector
          try (GradientCollector g = t.newGradientCollector()) {
            NDArray a = t.forward(new NDList(x)).head().square().mean();
            NDArray b = t.forward(new NDList(bad)).head().abs().mean();
            g.backward(a);
            g.backward(b);
            System.out.println(a.getFloat() + " " + b.getFloat());
          }
          double sum = 0;
          for (var p : model.getBlock().getParameters().values())
            sum += p.getArray().getGradient().abs().sum().getFloat();
          System.out.println("gradient " + sum);
          t.step();
        }
      }
    }
  }
}
