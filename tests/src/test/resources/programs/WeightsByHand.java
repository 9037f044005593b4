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

/** Weights in the loss, changed by the program, frozen for a while, trained by a second trainer. */
public class WeightsByHand {
  static SequentialBlock net() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(12).build())
        .add(Activation::tanh)
        .add(Linear.builder().setUnits(12).build())
        .add(Activation::relu)
        .add(Linear.builder().setUnits(3).build());
  }

  static void repeat(Runnable step) {
    for (int i = 0; i < 4; i++) step.run();
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(91);
    try (Model model = Model.newInstance("t");
        NDManager m = NDManager.newBaseManager()) {
      model.setBlock(net());
      NDArray x = m.randomNormal(new Shape(10, 4)), y = x.argMax(1).mod(3);
      try (Trainer t =
          model.newTrainer(
              new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                  .optOptimizer(
                      Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.1f)).build()))) {
        t.initialize(x.getShape());
        // L2 regularisation on the parameters' own arrays
        repeat(
            () -> {
              try (GradientCollector g = t.newGradientCollector()) {
                NDList data = new NDList(x), labels = new NDList(y);
                NDList preds = t.forward(data, labels);
                NDArray loss = t.getLoss().evaluate(labels, preds);
                for (var p : model.getBlock().getParameters())
                  if (p.getKey().contains("weight"))
                    loss = loss.add(p.getValue().getArray().square().sum().mul(0.01f));
                g.backward(loss);
                System.out.println("reg " + loss.getFloat());
              }
              t.step();
            });
        // regulariser in a backward of its own, before the loss's
        repeat(
            () -> {
              try (GradientCollector g = t.newGradientCollector()) {
                NDList labels = new NDList(y);
                NDList preds = t.forward(new NDList(x), labels);
                NDArray loss = t.getLoss().evaluate(labels, preds);
                NDArray reg =
                    model.getBlock().getParameters().valueAt(0).getArray().abs().sum().mul(0.01f);
                g.backward(reg);
                g.backward(loss);
                System.out.println("two " + loss.getFloat() + " " + reg.getFloat());
              }
              t.step();
            });
        // forward without backward in between, evaluation inside the collector
        repeat(
            () -> {
              try (GradientCollector g = t.newGradientCollector()) {
                float before = t.evaluate(new NDList(x)).head().mean().getFloat();
                t.forward(new NDList(x));
                NDList labels = new NDList(y);
                NDArray loss = t.getLoss().evaluate(labels, t.forward(new NDList(x), labels));
                g.backward(loss);
                System.out.println("mixed " + before + " " + loss.getFloat());
              }
              t.step();
            });
        // parameters changed by the program, tensors kept
        for (var p : model.getBlock().getParameters()) {
          NDArray a = p.getValue().getArray();
          a.muli(0.5f);
        }
        System.out.println("halved " + t.evaluate(new NDList(x)).head().sum().getFloat());
        for (var p : model.getBlock().getParameters()) {
          NDArray a = p.getValue().getArray();
          a.set(new ai.djl.ndarray.index.NDIndex(0), 0.25f);
        }
        System.out.println("set " + t.evaluate(new NDList(x)).head().sum().getFloat());
        repeat(
            () -> {
              try (GradientCollector g = t.newGradientCollector()) {
                NDList labels = new NDList(y);
                NDArray loss = t.getLoss().evaluate(labels, t.forward(new NDList(x), labels));
                g.backward(loss);
                System.out.println("after " + loss.getFloat());
              }
              for (var p : model.getBlock().getParameters()) {
                NDArray gr = p.getValue().getArray().getGradient();
                if (p.getKey().contains("bias")) gr.muli(2);
                else gr.addi(p.getValue().getArray().mul(0.01f));
              }
              t.step();
            });
        // label smoothing in the data, loss weights, sum over batch instead of mean
        repeat(
            () -> {
              try (GradientCollector g = t.newGradientCollector()) {
                NDArray p = t.forward(new NDList(x)).head().logSoftmax(-1);
                NDArray loss = p.mul(y.oneHot(3).mul(0.9f).add(0.1f / 3)).sum().neg();
                g.backward(loss.div(10));
                System.out.println("sum " + loss.getFloat());
              }
              t.step();
            });
        // parameters frozen in the middle of training
        model.getBlock().getChildren().get(0).getValue().freezeParameters(true);
        repeat(
            () -> {
              try (GradientCollector g = t.newGradientCollector()) {
                NDList labels = new NDList(y);
                NDArray loss = t.getLoss().evaluate(labels, t.forward(new NDList(x), labels));
                g.backward(loss);
                System.out.println(
                    "frozen "
                        + loss.getFloat()
                        + " "
                        + model.getBlock().getParameters().valueAt(0).getArray().sum().getFloat());
              }
              t.step();
            });
        model.getBlock().getChildren().get(0).getValue().freezeParameters(false);
        // reinitialised and trained by a second trainer
        try (Trainer t2 =
            model.newTrainer(
                new DefaultTrainingConfig(Loss.l2Loss()).optOptimizer(Optimizer.adam().build()))) {
          t2.initialize(x.getShape());
          repeat(
              () -> {
                NDList labels = new NDList(x.get(":, 0:3"));
                try (GradientCollector g = t2.newGradientCollector()) {
                  NDArray loss = t2.getLoss().evaluate(labels, t2.forward(new NDList(x), labels));
                  g.backward(loss);
                  System.out.println("second " + loss.getFloat());
                }
                t2.step();
              });
        }
      }
    }
  }
}
