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

/** The forward pass draws its own noise; several outputs share one loss. */
public class VariationalAutoEncoder {
  static class Net extends AbstractBlock {
    Linear h = addChildBlock("h", Linear.builder().setUnits(12).build()),
        mu = addChildBlock("mu", Linear.builder().setUnits(3).build()),
        lv = addChildBlock("lv", Linear.builder().setUnits(3).build());
    Block dec =
        addChildBlock(
            "dec",
            new SequentialBlock()
                .add(Linear.builder().setUnits(12).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(7).build()));

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      NDArray x = h.forward(ps, in, training).head().tanh();
      NDArray m = mu.forward(ps, new NDList(x), training).head(),
          l = lv.forward(ps, new NDList(x), training).head();
      NDArray z =
          training ? m.add(l.mul(0.5f).exp().mul(m.getManager().randomNormal(m.getShape()))) : m;
      NDArray y = dec.forward(ps, new NDList(z), training).head();
      return new NDList(y, m, l);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      long b = s[0].get(0);
      return new Shape[] {new Shape(b, 7), new Shape(b, 3), new Shape(b, 3)};
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      h.initialize(m, d, s);
      Shape e = new Shape(s[0].get(0), 12);
      mu.initialize(m, d, e);
      lv.initialize(m, d, e);
      dec.initialize(m, d, new Shape(s[0].get(0), 3));
    }
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(39);
    try (Model model = Model.newInstance("vae");
        NDManager m = NDManager.newBaseManager()) {
      model.setBlock(new Net());
      TrainingConfig c =
          new DefaultTrainingConfig(Loss.l2Loss())
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
      NDArray x = m.randomNormal(new Shape(16, 7));
      try (Trainer t = model.newTrainer(c)) {
        t.initialize(new Shape(16, 7));
        for (int i = 0; i < 4; i++) {
          try (GradientCollector g = t.newGradientCollector()) {
            NDList p = t.forward(new NDList(x));
            NDArray mu = p.get(1), lv = p.get(2);
            NDArray l =
                p.get(0)
                    .sub(x)
                    .square()
                    .mean()
                    .add(mu.square().add(lv.exp()).sub(lv).sub(1).mean().mul(0.05f));
            g.backward(l);
            System.out.println(l.getFloat());
          }
          t.step();
        }
      }
    }
  }
}
