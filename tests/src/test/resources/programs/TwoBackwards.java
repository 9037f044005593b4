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
import ai.djl.util.PairList;

/** Two towers in one block, each with a backward of its own. */
public class TwoBackwards {
  static class Two extends AbstractBlock {
    Block a = addChildBlock("a", tower()), b = addChildBlock("b", tower());

    static Block tower() {
      return new SequentialBlock()
          .add(Linear.builder().setUnits(6).build())
          .add(Activation::tanh)
          .add(Linear.builder().setUnits(2).build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      return new NDList(a.forward(ps, in, training).head(), b.forward(ps, in, training).head());
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return new Shape[] {new Shape(s[0].get(0), 2), new Shape(s[0].get(0), 2)};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      a.initialize(m, d, s);
      b.initialize(m, d, s);
    }
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(39);
    try (Model model = Model.newInstance("two");
        NDManager m = NDManager.newBaseManager()) {
      model.setBlock(new Two());
      TrainingConfig c =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.05f)).build());
      NDArray x = m.randomNormal(new Shape(16, 3)), y = x.get(":, 0:2").square();
      try (Trainer t = model.newTrainer(c)) {
        t.initialize(new Shape(16, 3));
        for (int i = 0; i < 4; i++) {
          try (GradientCollector g = t.newGradientCollector()) {
            NDList p = t.forward(new NDList(x));
            NDArray l1 = p.get(0).sub(y).square().mean(), l2 = p.get(1).sub(y).abs().mean();
            g.backward(l1);
            g.backward(l2);
            System.out.println(l1.getFloat() + " " + l2.getFloat());
          }
          t.step();
        }
      }
    }
  }
}
