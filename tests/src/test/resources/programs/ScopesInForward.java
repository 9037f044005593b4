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
import java.util.*;

/**
 * Forward passes that open scopes and managers of their own, and one that keeps a constant for
 * later calls.
 */
public class ScopesInForward {
  static class Positional extends AbstractBlock {
    private final int dim;
    private NDArray encoding;

    Positional(int dim) {
      this.dim = dim;
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      NDArray x = in.head();
      int t = (int) x.getShape().get(1);
      if (encoding == null) {
        float[] v = new float[t * dim];
        for (int i = 0; i < t; i++)
          for (int j = 0; j < dim; j++)
            v[i * dim + j] = (float) Math.sin(i / Math.pow(10, (double) j / dim));
        encoding = x.getManager().create(v, new Shape(1, t, dim));
        encoding.detach();
      }
      return new NDList(x.add(encoding));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return s;
    }
  }

  static class Gated extends AbstractBlock {
    private final Linear gate = addChildBlock("gate", Linear.builder().setUnits(10).build()),
        value = addChildBlock("value", Linear.builder().setUnits(10).build());

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      try (NDManager scope = NDManager.subManagerOf(in)) {
        scope.tempAttachAll(in);
        NDArray g = Activation.sigmoid(gate.forward(ps, in, training).head());
        NDArray v = value.forward(ps, in, training).head();
        NDArray mixed = g.mul(v).add(g.mul(-1).add(1).mul(in.head()));
        return scope.ret(new NDList(mixed));
      }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return s;
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      gate.initialize(m, d, s);
      value.initialize(m, d, s);
    }
  }

  static class Scoped extends AbstractBlock {
    private final Block inner;

    Scoped(Block inner) {
      this.inner = addChildBlock("inner", inner);
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        NDList y = inner.forward(ps, in, training);
        NDArray r = y.head().mul(0.7f).add(in.head());
        NDScope.unregister(r);
        return new NDList(r);
      }
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return s;
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      inner.initialize(m, d, s);
    }
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(29);
    try (Model model = Model.newInstance("scopes")) {
      model.setBlock(
          new SequentialBlock()
              .add(new Positional(10))
              .add(new Gated())
              .add(new Scoped(new Gated()))
              .add(new Gated())
              .add(l -> new NDList(l.head().mean(new int[] {1})))
              .add(Linear.builder().setUnits(4).build()));
      TrainingConfig c =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.01f)).build());
      try (Trainer t = model.newTrainer(c)) {
        t.initialize(new Shape(1, 5, 10));
        try (NDManager m = NDManager.newBaseManager()) {
          NDArray x = m.randomNormal(new Shape(12, 5, 10)),
              y = m.randomInteger(0, 4, new Shape(12), DataType.INT64);
          for (int i = 0; i < 5; i++) {
            try (NDManager s = m.newSubManager();
                GradientCollector g = t.newGradientCollector()) {
              NDList data = new NDList(x.duplicate()), labels = new NDList(y.duplicate());
              data.attach(s);
              labels.attach(s);
              NDArray loss = t.getLoss().evaluate(labels, t.forward(data, labels));
              g.backward(loss);
              System.out.println(loss.getFloat());
            }
            t.step();
          }
          System.out.println(
              Arrays.toString(t.evaluate(new NDList(x.get("0:1"))).head().toFloatArray()));
        }
      }
    }
  }
}
