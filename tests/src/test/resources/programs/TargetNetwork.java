import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.training.*;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.NoopTranslator;
import java.util.*;

/** Teacher, student and target network; weights copied by hand; two models with one block. */
public class TargetNetwork {
  static SequentialBlock net(int w) {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(w).build())
        .add(Activation::tanh)
        .add(Linear.builder().setUnits(w).build())
        .add(Activation::relu)
        .add(Linear.builder().setUnits(3).build());
  }

  static TrainingConfig config() {
    return new DefaultTrainingConfig(Loss.l2Loss())
        .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
  }

  public static void main(String[] args) throws Exception {
    Engine.getInstance().setRandomSeed(17);
    try (Model teacher = Model.newInstance("teacher");
        Model student = Model.newInstance("student");
        Model target = Model.newInstance("target");
        NDManager m = NDManager.newBaseManager()) {
      Block shared = net(8);
      teacher.setBlock(net(12));
      student.setBlock(shared);
      target.setBlock(net(8));
      NDArray x = m.randomNormal(new Shape(12, 4));
      try (Trainer tt = teacher.newTrainer(config());
          Trainer ts = student.newTrainer(config());
          Trainer tg = target.newTrainer(config())) {
        for (Trainer t : List.of(tt, ts, tg)) t.initialize(x.getShape());
        for (int i = 0; i < 4; i++) {
          NDArray soft = tt.evaluate(new NDList(x)).head().softmax(-1);
          NDArray q = tg.evaluate(new NDList(x)).head().max(new int[] {1}, true);
          try (GradientCollector g = ts.newGradientCollector()) {
            NDArray p = ts.forward(new NDList(x)).head();
            NDArray loss =
                p.logSoftmax(-1)
                    .mul(soft)
                    .sum(new int[] {1})
                    .mean()
                    .neg()
                    .add(p.max(new int[] {1}, true).sub(q).square().mean());
            g.backward(loss);
            System.out.println(loss.getFloat());
          }
          ts.step();
          if (i % 2 == 1) {
            for (int k = 0; k < student.getBlock().getParameters().size(); k++) {
              NDArray from = student.getBlock().getParameters().valueAt(k).getArray(),
                  to = target.getBlock().getParameters().valueAt(k).getArray();
              from.copyTo(to);
            }
          }
        }
        System.out.println(tg.evaluate(new NDList(x)).head().sum().getFloat());
        try (Model view = Model.newInstance("view")) {
          view.setBlock(student.getBlock());
          try (Predictor<NDList, NDList> p = view.newPredictor(new NoopTranslator())) {
            System.out.println(p.predict(new NDList(x)).head().sum().getFloat());
          }
        }
      }
    }
  }
}
