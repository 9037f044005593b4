package org.example.moe;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.*;
import ai.djl.nn.*;
import ai.djl.nn.core.*;
import ai.djl.training.*;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.PairList;
import java.util.*;
import java.util.function.Function;

/** Experts of which only those are called that the data ask for. */
public class MixtureOfExperts {
  static class Experts extends AbstractBlock {
    private final List<Block> experts = new ArrayList<>();
    private final Block gate;
    private final int width;

    Experts(int n, int width) {
      this.width = width;
      gate = addChildBlock("gate", Linear.builder().setUnits(n).build());
      for (int i = 0; i < n; i++)
        experts.add(
            addChildBlock(
                "expert" + i,
                new SequentialBlock()
                    .add(Linear.builder().setUnits(2L * width).build())
                    .add(Activation::relu)
                    .add(Linear.builder().setUnits(width).build())));
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore ps, NDList in, boolean training, PairList<String, Object> p) {
      NDArray x = in.head();
      NDArray weights = gate.forward(ps, in, training).head().softmax(1);
      long[] best = weights.argMax(1).toLongArray();
      NDArray sum = x.zerosLike();
      for (int e = 0; e < experts.size(); e++) {
        boolean[] mine = new boolean[best.length];
        int count = 0;
        for (int i = 0; i < best.length; i++) {
          mine[i] = best[i] == e;
          if (mine[i]) count++;
        }
        if (count == 0) continue;
        NDArray mask = x.getManager().create(mine).toType(DataType.FLOAT32, false).reshape(-1, 1);
        NDArray y = experts.get(e).forward(ps, new NDList(x), training).head();
        sum = sum.add(y.mul(mask).mul(weights.get(new NDIndex(":, {}:{}", e, e + 1))));
      }
      return new NDList(x.add(sum));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] s) {
      return s;
    }

    @Override
    protected void initializeChildBlocks(NDManager m, DataType d, Shape... s) {
      gate.initialize(m, d, s);
      for (Block b : experts) b.initialize(m, d, s);
    }
  }

  static SequentialBlock net(Function<Integer, Block> layer, int depth) {
    SequentialBlock net = new SequentialBlock();
    net.add(Linear.builder().setUnits(8).build());
    for (int i = 0; i < depth; i++) net.add(layer.apply(i));
    return net.add(new LambdaBlock(l -> new NDList(l.head().tanh()), "tanh"))
        .add(Linear.builder().setUnits(2).build());
  }

  public static void main(String[] args) {
    Engine.getInstance().setRandomSeed(55);
    try (Model model = Model.newInstance("moe");
        NDManager m = NDManager.newBaseManager()) {
      model.setBlock(net(i -> new Experts(3 + i, 8), 2));
      TrainingConfig c =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .optOptimizer(Optimizer.adamW().optLearningRateTracker(Tracker.fixed(0.01f)).build());
      NDArray x = m.randomNormal(new Shape(18, 5)),
          y = x.get(":, 0").mul(x.get(":, 1")).gt(0).toType(DataType.INT64, false);
      try (Trainer t = model.newTrainer(c)) {
        t.initialize(x.getShape());
        for (int i = 0; i < 6; i++) {
          try (GradientCollector g = t.newGradientCollector()) {
            NDList labels = new NDList(y);
            NDList preds = t.forward(new NDList(x), labels);
            NDArray loss = t.getLoss().evaluate(labels, preds);
            g.backward(loss);
            System.out.println(i + " " + loss.getFloat());
          }
          t.step();
        }
        System.out.println(
            Arrays.toString(t.evaluate(new NDList(x)).head().argMax(1).toLongArray()));
      }
    }
  }
}
